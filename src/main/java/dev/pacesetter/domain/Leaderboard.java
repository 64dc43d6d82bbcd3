package dev.pacesetter.domain;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is ranked, and how.
 *
 * @param id a slug of at most 64, its name in URLs, addresses and keys
 * @param title for people
 * @param activities which scores feed it; {@code *} stands for all
 * @param mode what becomes of an athlete's scores
 * @param order which values stand higher
 * @param period how time is cut
 * @param zone where a day begins
 * @param unit of a score, for display
 * @param decimals how many digits of a score stand behind the point, for display; 0 to 6
 * @param minScore the least a score may be
 * @param maxScore the most a score may be
 * @param visibility who may read it
 */
public record Leaderboard(
        String id,
        String title,
        Set<String> activities,
        Mode mode,
        Order order,
        PeriodRule period,
        ZoneId zone,
        String unit,
        int decimals,
        int minScore,
        int maxScore,
        Visibility visibility) {

    /** Who may read a leaderboard. */
    public enum Visibility {
        /** Anyone. */
        PUBLIC,
        /** Admins alone. */
        PRIVATE
    }

    private static final String ANY = "*";

    public Leaderboard {
        activities = Set.copyOf(activities);
    }

    /** Whether scores of every activity feed it. */
    public boolean takesAll() {
        return activities.contains(ANY);
    }

    /** Whether scores of this activity feed it. */
    public boolean takes(String activity) {
        return takesAll() || activities.contains(activity);
    }

    /** Whether a score's value is within its limits. */
    public boolean allows(int value) {
        return value >= minScore && value <= maxScore;
    }

    /** The period that an instant belongs to; empty when it belongs to none. */
    public Optional<Period> periodAt(Instant instant) {
        return period.at(instant, zone);
    }

    /** The period that a label names; empty when it names none. */
    public Optional<Period> periodNamed(String label) {
        return period.named(label, zone);
    }

    /**
     * The period to show when none is asked for: today's; for a fixed one that is over or not yet begun, that one.
     */
    public Period currentPeriod(Instant now) {
        return periodAt(now).or(() -> periodNamed(period.kind())).orElseThrow();
    }

    /** Everything that decides its ranking, as text: two that differ here rank differently. */
    public String shape() {
        return String.join(
                "|",
                mode.name(),
                order.name(),
                period.toString(),
                zone.getId(),
                String.join(",", new TreeSet<>(activities)));
    }
}
