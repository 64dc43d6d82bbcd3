package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.bus.BusMessage.BoardApplied;
import dev.pacesetter.bus.BusMessage.Page;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CommitAgesTest {

    private static final OptionalLong NONE = OptionalLong.empty();
    private final CommitAges ages = new CommitAges();

    private OptionalLong applied(String epoch, long version, long committed) {
        return ages.applied(new BoardApplied("weekly", "2026-W48", epoch, version, committed));
    }

    private OptionalLong read(String epoch, long version, boolean news, long now) {
        return ages.read(new Page("weekly", "2026-W48", epoch, version, 0, List.of(), true), news, now);
    }

    @Test
    void shouldTimeTheEldestThatAMessageShowsAndKeepTheOthers() {
        read("e", 1, true, 0);
        assertEquals(NONE, applied("e", 2, 100));
        assertEquals(NONE, applied("e", 3, 120));
        assertEquals(NONE, applied("e", 4, 130));
        assertEquals(OptionalLong.of(50), read("e", 3, true, 150));
        assertEquals(OptionalLong.of(70), read("e", 4, true, 200));
        assertEquals(NONE, read("e", 5, true, 300), "of another node");
    }

    @Test
    void shouldTimeWhatWasShownBeforeTheWordOfItCame() {
        read("e", 1, true, 0);
        read("e", 2, true, 150);
        assertEquals(OptionalLong.of(50), applied("e", 2, 100));
        // Nothing of it waits for the next message
        assertEquals(NONE, read("e", 3, true, 9_000));
    }

    @Test
    void shouldNotTimeWhatViewersDoNotSee() {
        read("e", 1, true, 0);
        applied("e", 2, 100);
        assertEquals(NONE, read("e", 2, false, 150));
        assertEquals(NONE, applied("e", 2, 110));
        assertEquals(NONE, read("e", 3, true, 9_000));
    }

    @Test
    void shouldStartAnewWithAnotherEpoch() {
        read("e1", 10, true, 0);
        applied("e1", 11, 100);
        assertEquals(NONE, read("e2", 1, true, 150));
        assertEquals(NONE, applied("e2", 2, 200));
        assertEquals(OptionalLong.of(50), read("e2", 2, true, 250));
    }

    @Test
    void shouldRememberAFew() {
        read("e", 0, true, 0);
        for (int i = 1; i <= 10 * CommitAges.MOST; i++) {
            applied("e", i, 100 + i);
        }
        assertEquals(OptionalLong.of(899), read("e", 10 * CommitAges.MOST, true, 1_000));
        assertEquals(NONE, read("e", 10 * CommitAges.MOST + 1, true, 2_000));
    }
}
