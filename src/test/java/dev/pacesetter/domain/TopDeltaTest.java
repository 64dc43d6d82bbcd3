package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopDeltaTest {

    private static Entry entry(long rank, String id, int score) {
        return new Entry(rank, id, "Name of " + id, score, Instant.EPOCH);
    }

    @Test
    void shouldNameWhatCameChangedAndLeft() {
        List<Entry> before = List.of(entry(1, "a", 30), entry(2, "b", 20), entry(3, "c", 10));
        List<Entry> after = List.of(entry(1, "d", 40), entry(2, "a", 30), entry(3, "b", 25));
        TopDelta delta = TopDelta.between(before, after);
        assertEquals(List.of(after.get(0), after.get(2)), delta.changed());
        assertEquals(List.of("c"), delta.removed());
    }

    @Test
    void shouldLeaveOutWhoseRankAloneMoved() {
        assertTrue(TopDelta.between(List.of(entry(1, "a", 30)), List.of(entry(2, "a", 30)))
                .isEmpty());
    }

    @Test
    void shouldNameWhoWasRenamed() {
        Entry renamed = new Entry(1, "a", "Ada", 30, Instant.EPOCH);
        assertEquals(
                List.of(renamed),
                TopDelta.between(List.of(entry(1, "a", 30)), List.of(renamed)).changed());
    }
}
