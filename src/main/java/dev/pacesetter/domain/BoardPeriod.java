package dev.pacesetter.domain;

import java.time.Instant;

/**
 * One leaderboard in one period: the unit that is ranked, checked, rebuilt and watched.
 *
 * @param leaderboard the leaderboard as defined when this was made
 * @param period one of its periods
 */
public record BoardPeriod(Leaderboard leaderboard, Period period) {

    /** Names it: {@code <leaderboard id>:<period label>}. */
    public String name() {
        return leaderboard.id() + ":" + period.label();
    }

    /** Whether its period has no end. */
    public boolean isEndless() {
        return period.equals(PeriodRule.AllTime.PERIOD);
    }

    /** Whether its standings are final: late scores do not count, and corrections are made where they are kept. */
    public boolean isSealed() {
        return !isEndless() && !period.to().isAfter(leaderboard.sealing().sealedTo());
    }

    /** Everything that decides its ranking, as text: two that differ here rank differently. */
    public String shape() {
        return leaderboard.shape()
                + (isSealed() ? "|sealed " + leaderboard.sealing().revision() : "");
    }

    /** Whether a score counts here. */
    public boolean takes(Score score) {
        return takes(score.activity(), score.occurredAt(), score.utcOffset());
    }

    /** Whether a score of such an activity and time, by a clock of that offset in minutes, counts here. */
    public boolean takes(String activity, Instant occurredAt, int utcOffset) {
        return !isSealed()
                && leaderboard.takes(activity)
                && period.contains(leaderboard.zone().local(occurredAt, utcOffset));
    }

    /** Its tie-break clock. */
    public TieClock clock() {
        return TieClock.of(period, leaderboard.zone());
    }

    /** The packed key of a single score on it. */
    public Increment increment(Score score) {
        int value = leaderboard.mode() == Mode.COUNT ? 1 : score.value();
        return new Increment(score.userId(), value, clock().tick(score.occurredAt()));
    }
}
