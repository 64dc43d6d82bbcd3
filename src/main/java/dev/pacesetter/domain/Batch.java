package dev.pacesetter.domain;

import java.util.List;

/**
 * What was committed together.
 *
 * @param stream which writer's numbering
 * @param number 1, 2, 3… within the stream, without a gap
 * @param scores those that were really new
 * @param corrections of scores that were there before
 */
public record Batch(long stream, long number, List<Score> scores, List<Correction> corrections) {}
