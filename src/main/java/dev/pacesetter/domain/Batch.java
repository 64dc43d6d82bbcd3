package dev.pacesetter.domain;

import java.util.List;

/**
 * Scores that were committed together.
 *
 * @param stream which writer's numbering
 * @param number 1, 2, 3… within the stream, without a gap
 * @param scores those that were really new
 */
public record Batch(long stream, long number, List<Score> scores) {}
