package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TieClockTest {

    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({"day, 50", "week, 200", "month, 1000", "all-time, 300000"})
    void shouldTickAsFineAsThePeriodAllows(String kind, long stepMillis) {
        Period period = PeriodRule.of(kind, null, null)
                .at(Instant.parse("2026-10-25T12:00:00Z"), ZONE)
                .orElseThrow();
        assertEquals(stepMillis, TieClock.of(period, Zone.of(ZONE)).stepMillis());
    }

    @Property
    void shouldGiveBackTheInstantAtItsResolution(
            @ForAll @LongRange(min = 1_577_836_800, max = 2_800_000_000L) long second) {
        Instant instant = Instant.ofEpochSecond(second).plusMillis(second % 1000);
        for (String kind : new String[] {"day", "week", "month", "all-time"}) {
            Period period = PeriodRule.of(kind, null, null).at(instant, ZONE).orElseThrow();
            TieClock clock = TieClock.of(period, Zone.of(ZONE));
            int tick = clock.tick(instant);
            long late = instant.toEpochMilli() - clock.instant(tick).toEpochMilli();
            assertTrue(late >= 0 && late < clock.stepMillis(), kind + " is off by " + late);
            assertTrue(tick < TieClock.MAX_TICK);
        }
    }

    @Test
    void shouldHoldAtTheEnds() {
        Period period = PeriodRule.AllTime.PERIOD;
        assertEquals(0, TieClock.of(period, Zone.of(ZONE)).tick(Instant.EPOCH));
        assertEquals(TieClock.MAX_TICK, TieClock.of(period, Zone.of(ZONE)).tick(Instant.parse("2100-01-01T00:00:00Z")));
    }
}
