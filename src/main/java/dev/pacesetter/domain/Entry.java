package dev.pacesetter.domain;

import java.time.Instant;

/**
 * One line of a leaderboard.
 *
 * @param rank competition rank, from 1: equal scores share it, the next one skips
 * @param userId whose
 * @param name shown to people
 * @param score the value
 * @param reachedAt when, at the tie-break's resolution: (score, reachedAt, userId) is the list's order
 */
public record Entry(long rank, String userId, String name, int score, Instant reachedAt) {

    /** Whether someone who knows the other entry knows this one but for the rank, which follows from the order. */
    boolean sameLine(Entry other) {
        return userId.equals(other.userId)
                && name.equals(other.name)
                && score == other.score
                && reachedAt.equals(other.reachedAt);
    }
}
