package dev.pacesetter.domain;

import java.time.Instant;

/**
 * Something was done to a score that increments cannot express: it was taken back. The user's entry has to be computed
 * anew wherever such a score counts.
 *
 * @param userId whose score
 * @param activity its activity
 * @param occurredAt when it was reached: says which periods
 * @param utcOffset of the athlete's clock then, in minutes
 */
public record Correction(String userId, String activity, Instant occurredAt, int utcOffset) {}
