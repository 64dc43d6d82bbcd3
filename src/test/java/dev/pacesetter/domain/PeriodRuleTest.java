package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodRuleTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final ZoneId AUCKLAND = ZoneId.of("Pacific/Auckland");

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T22:59:59.999Z, 2026-11-23",
        "2026-11-23T23:00:00Z, 2026-11-24",
        // The clocks go forward at 01:00Z and back at 01:00Z.
        "2026-03-29T21:59:59Z, 2026-03-29",
        "2026-03-29T22:00:00Z, 2026-03-30",
        "2026-10-25T22:59:59Z, 2026-10-25",
    })
    void shouldCutDaysAtMidnightOfTheZone(Instant instant, String label) {
        assertEquals(
                label, new PeriodRule.Daily().at(instant, BERLIN).orElseThrow().label());
    }

    @ParameterizedTest
    @CsvSource({"2026-03-29, 23", "2026-10-25, 25", "2026-11-23, 24"})
    void shouldMakeDaysAsLongAsTheyAre(String label, int hours) {
        Period day = new PeriodRule.Daily().named(label, BERLIN).orElseThrow();
        assertEquals(Duration.ofHours(hours), Duration.between(day.from(), day.to()));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-12-31T12:00:00Z, 2026-W53",
        "2027-01-03T12:00:00Z, 2026-W53",
        "2027-01-04T12:00:00Z, 2027-W01",
        "2024-12-30T12:00:00Z, 2025-W01",
        "2026-11-23T12:00:00Z, 2026-W48",
    })
    void shouldNameWeeksByTheirOwnYear(Instant instant, String label) {
        assertEquals(
                label,
                new PeriodRule.Weekly().at(instant, NEW_YORK).orElseThrow().label());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2025-W53", "2026-W54", "2026-W00", "2026-W1", "2026-13", "", "26-W01", "2026-W48 "})
    void shouldNotKnowWeeksThatAreNot(String label) {
        assertEquals(Optional.empty(), new PeriodRule.Weekly().named(label, BERLIN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-02-30", "2026-2-3", "today", "2026-11-23T00:00", "+99999-01-01x"})
    void shouldNotKnowDaysThatAreNot(String label) {
        assertEquals(Optional.empty(), new PeriodRule.Daily().named(label, BERLIN));
    }

    @Test
    void shouldCutMonths() {
        Period month = new PeriodRule.Monthly()
                .at(Instant.parse("2026-11-30T11:00:00Z"), AUCKLAND)
                .orElseThrow();
        assertEquals("2026-12", month.label());
        assertEquals(Instant.parse("2026-11-30T11:00:00Z"), month.from());
        assertEquals(Optional.empty(), new PeriodRule.Monthly().named("2026-13", AUCKLAND));
    }

    @Test
    void shouldCountOnlyWithinAFixedPeriod() {
        Instant from = Instant.parse("2026-11-01T00:00:00Z");
        Instant to = Instant.parse("2026-12-01T00:00:00Z");
        PeriodRule rule = PeriodRule.of("fixed", from, to);
        assertEquals(Optional.empty(), rule.at(from.minusMillis(1), BERLIN));
        assertEquals("fixed", rule.at(from, BERLIN).orElseThrow().label());
        assertEquals(Optional.empty(), rule.at(to, BERLIN));
        assertThrows(IllegalArgumentException.class, () -> PeriodRule.of("fixed", to, from));
        assertThrows(IllegalArgumentException.class, () -> PeriodRule.of("fixed", from, null));
        assertThrows(IllegalArgumentException.class, () -> PeriodRule.of("year", null, null));
    }

    @Property
    void everyInstantBelongsToThePeriodItNames(@ForAll @LongRange(min = 0, max = 4_102_444_800L) long second) {
        Instant instant = Instant.ofEpochSecond(second);
        for (ZoneId zone : new ZoneId[] {BERLIN, NEW_YORK, AUCKLAND}) {
            for (String kind : new String[] {"all-time", "day", "week", "month"}) {
                PeriodRule rule = PeriodRule.of(kind, null, null);
                Period period = rule.at(instant, zone).orElseThrow();
                assertTrue(period.contains(instant));
                assertEquals(Optional.of(period), rule.named(period.label(), zone));
                if (!kind.equals("all-time")) {
                    Period next = rule.at(period.to(), zone).orElseThrow();
                    assertEquals(period.to(), next.from());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-999999999-01-01",
                "-1001-01-01",
                "0000-01-01",
                "1969-12-30",
                "+12026-01-01",
                "9999-02-01",
                "2026-1-1"
            })
    void shouldKnowNoDaysBefore1970NorBeyondTheYears(String label) {
        assertEquals(Optional.empty(), new PeriodRule.Daily().named(label, BERLIN));
        assertEquals(Optional.empty(), new PeriodRule.Monthly().named(label.replaceAll("-[0-9]+$", ""), BERLIN));
    }

    @Test
    void shouldKnowNoWeeksAndMonthsBefore1970() {
        assertEquals(Optional.empty(), new PeriodRule.Weekly().named("0000-W01", BERLIN));
        assertEquals(Optional.empty(), new PeriodRule.Monthly().named("-2026-01", BERLIN));
        assertTrue(new PeriodRule.Monthly().named("1970-01", BERLIN).isPresent());
        assertTrue(new PeriodRule.Daily().named("1970-01-01", NEW_YORK).isPresent());
    }
}
