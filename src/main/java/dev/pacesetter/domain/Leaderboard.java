package dev.pacesetter.domain;

import java.time.Instant;
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
 * @param zone where a day begins; in athletes' own time, bounds of a fixed period are local times, written as UTC
 * @param unit of a score, for display
 * @param decimals how many digits of a score stand behind the point, for display; 0 to 6
 * @param minScore the least a score may be
 * @param maxScore the most a score may be
 * @param visibility who may read it
 * @param review which of its scores wait for an admin
 * @param sealing how far its periods are final
 */
public record Leaderboard(
        String id,
        String title,
        Set<String> activities,
        Mode mode,
        Order order,
        PeriodRule period,
        Zone zone,
        String unit,
        int decimals,
        int minScore,
        int maxScore,
        Visibility visibility,
        Review review,
        Sealing sealing) {

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

    /** One none of whose scores waits for an admin, and none of whose periods is final. */
    public Leaderboard(
            String id,
            String title,
            Set<String> activities,
            Mode mode,
            Order order,
            PeriodRule period,
            Zone zone,
            String unit,
            int decimals,
            int minScore,
            int maxScore,
            Visibility visibility) {
        this(
                id,
                title,
                activities,
                mode,
                order,
                period,
                zone,
                unit,
                decimals,
                minScore,
                maxScore,
                visibility,
                Review.NONE,
                Sealing.NONE);
    }

    /** Whether it may be shown, or named, to somebody: to admins, and when it is public to anyone. */
    public boolean isShownTo(boolean admin) {
        return admin || visibility == Visibility.PUBLIC;
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

    /** The period that a score of that time, by a clock of that offset in minutes, belongs to; empty when to none. */
    public Optional<Period> periodAt(Instant instant, int utcOffset) {
        return period.at(zone.local(instant, utcOffset), zone.id());
    }

    /** The period that a label names; empty when it names none. */
    public Optional<Period> periodNamed(String label) {
        return period.named(label, zone.id());
    }

    /**
     * The period to show when none is asked for: today's, in athletes' own time that of UTC; for a fixed one that is over
     * or not yet begun, that one.
     */
    public Period currentPeriod(Instant now) {
        return periodAt(now, 0).or(() -> periodNamed(period.kind())).orElseThrow();
    }

    /** Whether a period has begun, somewhere at least where athletes' own time decides; or is the one shown in any case. */
    public boolean hasBegun(Period one, Instant now) {
        return !one.from().isAfter(now.plus(zone.margin())) || one.equals(currentPeriod(now));
    }

    /** The same, for scores of these activities. */
    public Leaderboard withActivities(Set<String> others) {
        return new Leaderboard(
                id,
                title,
                others,
                mode,
                order,
                period,
                zone,
                unit,
                decimals,
                minScore,
                maxScore,
                visibility,
                review,
                sealing);
    }

    /** Everything that decides its ranking, as text: two that differ here rank differently. */
    public String shape() {
        return String.join(
                "|",
                mode.name(),
                order.name(),
                period.toString(),
                zone.name(),
                String.join(",", new TreeSet<>(activities)));
    }
}
