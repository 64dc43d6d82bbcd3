package dev.pacesetter.domain;

/** What a leaderboard makes of an athlete's scores within one period. */
public enum Mode {
    /** Their sum, held at {@link Score#MAX} when it would pass it. */
    SUM,
    /** The best single one. */
    BEST,
    /** How many there are. */
    COUNT
}
