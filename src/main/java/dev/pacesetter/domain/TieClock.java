package dev.pacesetter.domain;

import java.time.Instant;

/**
 * Turns the instant at which a score was reached into the 22-bit tick that breaks ties, and back.
 *
 * <p>A tick is as fine as the period allows: its length divided by 2²², rounded up to 1, 2 or 5 times a power of ten
 * milliseconds: 50 ms for a day, 200 ms for a week, 1 s for a month. All-time counts 5 minutes from 2020, enough until
 * 2059; what is earlier or later ties at the ends.
 *
 * @param baseMillis when tick 0 begins, in milliseconds since 1970
 * @param stepMillis how long a tick lasts
 */
public record TieClock(long baseMillis, long stepMillis) {

    /** Ticks run from 0 to this. */
    public static final int MAX_TICK = (1 << RankKey.TICK_BITS) - 1;

    private static final TieClock ALL_TIME =
            new TieClock(Instant.parse("2020-01-01T00:00:00Z").toEpochMilli(), 300_000);

    /** The clock for one period, which in athletes' own time begins and ends at many instants. */
    public static TieClock of(Period period, Zone zone) {
        if (period.equals(PeriodRule.AllTime.PERIOD)) {
            return ALL_TIME;
        }
        long margin = zone.margin().toMillis();
        long base = period.from().toEpochMilli() - margin;
        return new TieClock(base, step(period.to().toEpochMilli() + margin - base));
    }

    private static long step(long lengthMillis) {
        long finest = (lengthMillis + MAX_TICK) / (MAX_TICK + 1L);
        for (long power = 1; ; power *= 10) {
            for (long factor : new long[] {1, 2, 5}) {
                if (factor * power >= finest) {
                    return factor * power;
                }
            }
        }
    }

    /** The tick of an instant, held between 0 and {@link #MAX_TICK}. */
    public int tick(Instant instant) {
        long tick = Math.floorDiv(instant.toEpochMilli() - baseMillis, stepMillis);
        return (int) Math.max(0, Math.min(MAX_TICK, tick));
    }

    /** When a tick begins. */
    public Instant instant(int tick) {
        return Instant.ofEpochMilli(baseMillis + tick * stepMillis);
    }
}
