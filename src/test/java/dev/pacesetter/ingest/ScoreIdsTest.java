package dev.pacesetter.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class ScoreIdsTest {

    @Test
    void shouldNameTheSameScoreForTheSameKeyForGood() {
        // Written down: a change of this would count every retry that spans an upgrade twice.
        assertEquals(UUID.fromString("4a22bd87-c1e8-873f-a383-bdcd513a2c9f"), ScoreIds.of("u-1", "workout-1"));
    }

    @Test
    void shouldKeepUsersAndKeysApart() {
        assertNotEquals(ScoreIds.of("u-1", "k"), ScoreIds.of("u-2", "k"));
        assertNotEquals(ScoreIds.of("u-1", "k"), ScoreIds.of("u-1", "l"));
        assertNotEquals(ScoreIds.of("ab", "c"), ScoreIds.of("a", "bc"));
    }

    @Test
    void shouldBeProperUuids() {
        for (int i = 0; i < 1_000; i++) {
            UUID derived = ScoreIds.of("u-1", "key-" + i);
            assertEquals(8, derived.version());
            assertEquals(2, derived.variant());
        }
        assertEquals(4, ScoreIds.random().version());
    }
}
