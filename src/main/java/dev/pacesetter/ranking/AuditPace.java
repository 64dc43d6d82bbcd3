package dev.pacesetter.ranking;

import java.util.concurrent.TimeUnit;

/**
 * How many entries the auditor compares: so many a second, and fewer when that takes more than its share of the time. An entry
 * costs PostgreSQL a row for each score that it is made of, which is a few or thousands. What a second takes too much, the
 * next ones lack.
 */
final class AuditPace {

    /** Each look costs a query of each store, however little it finds. */
    private static final int MOST_LOOKS = 20;
    /** To begin with, and when they are costly. */
    private static final int FEWEST = 10;

    private final int perSecond;
    private final long share;
    private int size = FEWEST;
    private int entries;
    private long nanos;

    /**
     * Both for a whole second, which begins with {@link #second}.
     *
     * @param perSecond entries to compare at most; 0: none
     * @param percent of the time to spend at most, on average; one look may take more
     */
    AuditPace(int perSecond, int percent) {
        this.perSecond = perSecond;
        this.share = TimeUnit.SECONDS.toNanos(percent) / 100;
    }

    /** Another second has begun. */
    void second() {
        entries = Math.min(entries, 0) + perSecond;
        nanos = Math.min(nanos, 0) + share;
    }

    /** Entries of another board may cost more. */
    void board() {
        size = FEWEST;
    }

    /** For how many entries there is time now, in one look; 0: for none until another second begins. */
    int next() {
        return nanos > 0 && entries > 0 ? Math.min(size, perSecond) : 0;
    }

    /** Notes a look that is over. */
    void looked(int found, long took) {
        entries -= Math.max(found, perSecond / MOST_LOOKS + 1);
        nanos -= took;
        if (took > share) {
            size = Math.max(FEWEST, size / 2);
        } else if (took < share / 2) {
            size = Math.min(perSecond, size * 2);
        }
    }
}
