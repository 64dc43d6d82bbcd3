package dev.pacesetter.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a leaderboard's periods are final.
 *
 * @param graceHours how long after the end of a period late scores still count in it; null: as long as any is taken
 * @param sealedTo periods that ended by then are sealed: scores change them no longer, corrections alone do
 * @param revision rises with every correction of a sealed period
 */
public record Sealing(@Nullable Integer graceHours, Instant sealedTo, long revision) {

    /** Nothing is, and no grace is set. */
    public static final Sealing NONE = new Sealing(null, Instant.EPOCH, 0);

    /** Nothing is. */
    public static Sealing after(@Nullable Integer graceHours) {
        return new Sealing(graceHours, Instant.EPOCH, 0);
    }
}
