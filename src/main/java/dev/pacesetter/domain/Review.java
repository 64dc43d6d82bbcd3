package dev.pacesetter.domain;

import org.jspecify.annotations.Nullable;

/**
 * Which scores of a leaderboard an admin is to look at before they count.
 *
 * @param below those under this; null: none
 * @param above those over this; null: none
 */
public record Review(@Nullable Integer below, @Nullable Integer above) {

    /** None. */
    public static final Review NONE = new Review(null, null);

    /** Whether a score's value is one of them. */
    public boolean holds(int value) {
        return (below != null && value < below) || (above != null && value > above);
    }
}
