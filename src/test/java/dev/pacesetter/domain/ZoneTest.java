package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ZoneTest {

    private static final Instant LATE_EVENING = Instant.parse("2026-11-25T23:30:00Z");

    @Test
    void shouldReadTheAthletesOwnClock() {
        Zone athlete = Zone.of("athlete");
        assertEquals("athlete", athlete.name());
        assertEquals(Instant.parse("2026-11-26T01:00:00Z"), athlete.local(LATE_EVENING, 90));
        assertEquals(Instant.parse("2026-11-25T15:30:00Z"), athlete.local(LATE_EVENING, -480));
    }

    @Test
    void shouldNotCareForItWhereTheBoardHasAZone() {
        assertEquals(LATE_EVENING, Zone.of("Europe/Berlin").local(LATE_EVENING, 90));
    }

    @Test
    void shouldKnowItsNames() {
        assertTrue(Zone.isName("athlete"));
        assertTrue(Zone.isName("Pacific/Auckland"));
        assertFalse(Zone.isName("Mars/Olympus"));
        assertEquals("UTC", Zone.of("UTC").name());
    }
}
