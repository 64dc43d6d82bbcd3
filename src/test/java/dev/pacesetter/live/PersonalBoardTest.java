package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.BusMessage.EntryAround;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.domain.Entry;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is said to {@code ada} of a board that is a map from user to score; the more the better. */
class PersonalBoardTest {

    private final PersonalBoard board = new PersonalBoard("ada");
    private final Map<String, Integer> scores = new HashMap<>(Map.of("ada", 100));
    private String period = "2026-W48";
    private long now;

    private List<Entry> ranked() {
        List<Entry> ranked = new ArrayList<>();
        scores.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, Integer> one) -> -one.getValue())
                        .thenComparing(Map.Entry::getKey))
                .forEach(one -> {
                    long rank = 1
                            + scores.values().stream()
                                    .filter(score -> score > one.getValue())
                                    .count();
                    ranked.add(new Entry(rank, one.getKey(), "Name of " + one.getKey(), one.getValue(), Instant.EPOCH));
                });
        return ranked;
    }

    private Page top(int limit) {
        List<Entry> all = ranked();
        return new Page(
                "weekly", period, "e", 1, all.size(), List.copyOf(all.subList(0, Math.min(limit, all.size()))), true);
    }

    private EntryAround around() {
        List<Entry> all = ranked();
        int at = 0;
        while (at < all.size() && !all.get(at).userId().equals("ada")) {
            at++;
        }
        if (at == all.size()) {
            return new EntryAround("weekly", period, all.size(), null, List.of(), 0, null, true);
        }
        int from = Math.max(0, at - PersonalBoard.READ);
        List<Entry> neighbours = new ArrayList<>(all.subList(from, at));
        neighbours.addAll(all.subList(at + 1, Math.min(all.size(), at + 1 + PersonalBoard.READ)));
        Entry self = all.get(at);
        Integer next = all.subList(0, at).stream()
                .map(Entry::score)
                .filter(score -> score > self.score())
                .reduce((one, two) -> two)
                .orElse(null);
        return new EntryAround("weekly", period, all.size(), self, neighbours, at - from, next, true);
    }

    private List<JsonObject> read(@Nullable Page top) {
        return board.read(around(), top, now).stream()
                .map(PersonalFrame::envelope)
                .map(text -> new JsonObject(text).getJsonObject("body"))
                .toList();
    }

    private List<JsonObject> read() {
        return read(null);
    }

    private static @Nullable JsonObject passed(List<JsonObject> said) {
        return said.stream()
                .filter(body -> body.getString("type").equals("passed"))
                .findFirst()
                .orElse(null);
    }

    private static void assertPassed(String by, long rank, List<JsonObject> said) {
        JsonObject passed = passed(said);
        assertTrue(passed != null, () -> "nobody passed: " + said);
        assertEquals(rank, passed.getLong("rank"));
        assertEquals(by, passed.getJsonObject("by").getString("userId"));
        assertEquals("Name of " + by, passed.getJsonObject("by").getString("name"));
    }

    /** Everyone of these stands ahead, in their order. */
    private void ahead(int count) {
        for (int i = 0; i < count; i++) {
            scores.put("u%03d".formatted(i), 10_000 - 10 * i);
        }
    }

    @Test
    void shouldTellOfAPassWithinFiveSecondsOfTheLastOneLaterWithTheRankOfThen() {
        read();
        scores.put("bob", 110);
        assertPassed("bob", 2, read());

        // When two more pass before it may be told again
        now += 1_000;
        scores.put("cyd", 120);
        assertNull(passed(read()));
        assertTrue(board.waits());
        now += 1_000;
        scores.put("dan", 105);
        assertNull(passed(read()));
        now += 2_999;
        assertFalse(board.due(now));
        assertEquals(List.of(), read());

        // Then it is told once, of the nearest
        now += 1;
        assertTrue(board.due(now));
        assertPassed("dan", 4, read());
        assertFalse(board.waits());
        now += 60_000;
        assertEquals(List.of(), read());
    }

    @Test
    void shouldNotTellOfAPassThatWasMadeGoodMeanwhile() {
        read();
        scores.put("bob", 110);
        assertPassed("bob", 2, read());
        now += 1_000;
        scores.put("cyd", 120);
        read();
        now += 1_000;
        scores.put("ada", 130);
        read();
        now += 10_000;
        assertEquals(List.of(), read());
        assertFalse(board.waits());
    }

    @Test
    void shouldTellOfWhoIsStillAheadAfterGainingOneself() {
        read();
        scores.put("bob", 110);
        assertPassed("bob", 2, read());
        now += 1_000;
        scores.put("cyd", 120);
        read();
        now += 1_000;
        scores.put("ada", 104);
        assertNull(passed(read()));
        now += 4_000;
        assertPassed("cyd", 3, read());
    }

    @Test
    void shouldNotCallItPassedWhenOneGotWorseOneself() {
        ahead(3);
        scores.put("behind", 50);
        read();
        scores.put("ada", 40);
        List<JsonObject> said = read();
        assertNull(passed(said));
        assertEquals(5, said.get(0).getLong("rank"));
        now += 60_000;
        assertEquals(List.of(), read());
    }

    @Test
    void shouldForgetWhatWaitsWithANewPeriod() {
        read();
        scores.put("bob", 110);
        read();
        scores.put("cyd", 120);
        read();
        assertTrue(board.waits());
        period = "2026-W49";
        assertNull(passed(read()));
        assertFalse(board.waits());
    }

    @Test
    void shouldNameWhoWentFarPast() {
        ahead(50);
        scores.put("zoe", 1);
        read(top(100));
        assertTrue(PersonalBoard.isDeep(around()));
        scores.put("zoe", 20_000);
        assertPassed("zoe", 52, read(top(100)));
    }

    @Test
    void shouldNameTheNearestOfThoseWhoWentPast() {
        ahead(50);
        scores.put("zoe", 1);
        scores.put("yan", 2);
        read(top(100));
        scores.put("zoe", 20_000);
        scores.put("yan", 101);
        assertPassed("yan", 53, read(top(100)));
    }

    @Test
    void shouldLookOnceMoreWhenTheTopWasReadBeforeThePass() {
        ahead(50);
        scores.put("zoe", 1);
        Page before = top(100);
        read(before);
        scores.put("zoe", 20_000);
        assertNull(passed(read(before)));
        assertTrue(board.due(now));
        assertPassed("zoe", 52, read(top(100)));
    }

    @Test
    void shouldTellWithoutANameWhenNobodyCanTell() {
        ahead(150);
        scores.put("zoe", 1);
        read(top(100));
        // To rank 121: neither near nor in the top
        scores.put("zoe", 10_000 - 10 * 120 + 5);
        assertNull(passed(read(top(100))));
        JsonObject passed = passed(read(top(100)));
        assertTrue(passed != null);
        assertNull(passed.getJsonObject("by"));
        assertEquals(152, passed.getLong("rank"));
    }

    @Test
    void shouldNotTakeTheWholeTopForNewWhenItWasNotKnownBefore() {
        ahead(50);
        scores.put("bob", 1);
        read(null);
        scores.put("bob", 101);
        assertPassed("bob", 52, read(top(100)));
    }
}
