package dev.pacesetter.domain;

import org.jspecify.annotations.Nullable;

/**
 * Where an athlete stands on a leaderboard after a score.
 *
 * @param leaderboard its id
 * @param period the period's label
 * @param score the entry's value, not the single score's
 * @param rank competition rank, from 1
 * @param previousRank the rank before; null for a new entry
 */
public record Standing(String leaderboard, String period, int score, long rank, @Nullable Long previousRank) {}
