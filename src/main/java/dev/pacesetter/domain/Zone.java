package dev.pacesetter.domain;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * Where a leaderboard's days begin: in one time zone for everybody, or wherever each athlete is.
 *
 * @param id the time zone; for the athlete's own time, the one in which the local time is read off
 * @param isAthletes whether the athlete's clock decides
 */
public record Zone(ZoneId id, boolean isAthletes) {

    /** The athlete's local time, as the offset of a score's time tells it. */
    public static final Zone ATHLETE = new Zone(ZoneId.of("UTC"), true);

    /** The furthest that a local time is from UTC. */
    public static final Duration FURTHEST = Duration.ofHours(18);

    private static final String ATHLETE_NAME = "athlete";

    /** The same time zone for everybody. */
    public static Zone of(ZoneId id) {
        return new Zone(id, false);
    }

    /**
     * The one of a name, as {@link #name()} says it.
     *
     * @throws java.time.DateTimeException when there is none of that name
     */
    public static Zone of(String name) {
        return name.equals(ATHLETE_NAME) ? ATHLETE : of(ZoneId.of(name));
    }

    /** Whether this is the name of one: {@code athlete}, or one of the time zone database. */
    public static boolean isName(String name) {
        return name.equals(ATHLETE_NAME) || ZoneId.getAvailableZoneIds().contains(name);
    }

    /** What it is called in the API. */
    public String name() {
        return isAthletes ? ATHLETE_NAME : id.getId();
    }

    /** How far the clocks that decide may be from UTC; nothing when no athlete's does. */
    public Duration margin() {
        return isAthletes ? FURTHEST : Duration.ZERO;
    }

    /**
     * The instant that decides which period a score belongs to: for the athlete's own time, when clocks in UTC show what
     * the athlete's showed.
     *
     * @param utcOffset of the athlete's clock, in minutes
     */
    public Instant local(Instant occurredAt, int utcOffset) {
        return isAthletes ? occurredAt.plusSeconds(60L * utcOffset) : occurredAt;
    }
}
