package dev.pacesetter.domain;

import java.time.Instant;

/**
 * One stretch of time that a leaderboard ranks on its own.
 *
 * @param label names it within its leaderboard: {@code all-time}, {@code 2026-11-23}, {@code 2026-W47}, {@code 2026-11}
 *     or {@code fixed}
 * @param from the first instant that belongs to it
 * @param to the first instant that no longer does
 */
public record Period(String label, Instant from, Instant to) {

    /** Whether this instant belongs to the period. */
    public boolean contains(Instant instant) {
        return !instant.isBefore(from) && instant.isBefore(to);
    }
}
