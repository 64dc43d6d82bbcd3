package dev.pacesetter.export;

import java.time.Duration;

/**
 * How long an export may take: it holds a connection and one moment of the database, which keeps that from tidying up.
 *
 * @param statement until the first page is found, or the next
 * @param stalled without the client taking anything
 * @param whole all in all
 * @param recheck until it is looked at again whether the caller may have it
 */
record ExportLimits(Duration statement, Duration stalled, Duration whole, Duration recheck) {

    /** Shorter than HTTP's own patience with a connection on which nothing moves. */
    static final ExportLimits DEFAULT = new ExportLimits(
            Duration.ofSeconds(120), Duration.ofSeconds(30), Duration.ofMinutes(15), Duration.ofSeconds(5));
}
