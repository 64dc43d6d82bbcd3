package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.NoSnapshot;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.domain.Entry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** When a board is read and what its viewers are told; time is an argument. */
class LiveBoardTest {

    private static final OptionalLong NEVER = OptionalLong.empty();
    private static final OptionalLong NOW = OptionalLong.of(0);

    private long sequence;
    private final LiveBoard board = new LiveBoard(new Topic("weekly", null), 10, () -> ++sequence);

    @Test
    void shouldReadAtOnceAndShowASnapshotFirst() {
        // Given nobody was told anything
        assertInstanceOf(NoSnapshot.class, board.snapshot());
        assertEquals(NOW, board.due(5_000));

        // When
        LiveFrame frame = read(5_000, page(7, 2, entry("a", 20), entry("b", 10)));

        // Then
        assertTrue(frame.isSnapshot());
        assertEquals("weekly", frame.leaderboard());
        assertEquals(
                new JsonObject(
                        """
                        {"type": "rec", "address": "leaderboard.weekly", "body": {
                          "type": "snapshot", "leaderboard": "weekly", "period": "2026-W47", "epoch": "e1",
                          "version": 7, "total": 2, "entries": [
                            {"rank": 1, "userId": "a", "name": "A", "score": 20, "reachedAt": "2026-11-20T10:00:00Z"},
                            {"rank": 1, "userId": "b", "name": "B", "score": 10, "reachedAt": "2026-11-20T10:00:00Z"}]}}
                        """),
                new JsonObject(frame.envelope()));
        assertSame(frame, board.snapshot());
    }

    @Test
    void shouldSendDeltasThatChain() {
        LiveFrame first = read(0, page(7, 2, entry("a", 20), entry("b", 10)));

        LiveFrame second = change(1_000, page(9, 3, entry("a", 20), entry("c", 15)));
        LiveFrame third = change(2_000, page(10, 3, entry("c", 25), entry("a", 20)));

        assertEquals(first.sequence(), second.base());
        assertEquals(second.sequence(), third.base());
        assertEquals(
                new JsonObject(
                        """
                        {"type": "delta", "leaderboard": "weekly", "period": "2026-W47", "epoch": "e1",
                         "base": 7, "version": 9, "total": 3,
                         "changed": [{"userId": "c", "name": "C", "score": 15, "reachedAt": "2026-11-20T10:00:00Z"}],
                         "removed": ["b"]}
                        """),
                body(second));
        assertEquals(9, body(third).getLong("base"));
        assertEquals(10, body(third).getLong("version"));
    }

    @Test
    void shouldReadAtMostOnceASlot() {
        read(1_000, page(1, 0));

        // When changes pour in
        board.changed();
        board.changed();

        // Then one read waits for the end of the slot, whose length counts from the last read's end
        assertEquals(OptionalLong.of(100), board.due(1_000));
        assertEquals(OptionalLong.of(40), board.due(1_060));
        assertEquals(NOW, board.due(1_100));
        board.begin();
        board.changed();
        assertEquals(NEVER, board.due(1_110), "one read at a time");
        board.read(page(2, 0), 1_130);
        assertEquals(OptionalLong.of(100), board.due(1_130), "what changed during the read is read later");
    }

    @Test
    void shouldReadAtOnceAfterAQuietTime() {
        read(1_000, page(1, 0));

        assertEquals(NEVER, board.due(60_000));
        board.changed();
        assertEquals(NOW, board.due(60_000));
    }

    @Test
    void shouldNeverSendMoreThanAllowedInAnySecond() {
        // Given changes every millisecond and reads that take 0 to 90 ms
        List<Long> sent = new ArrayList<>();
        long version = 0;
        for (long now = 0; now < 10_000; now++) {
            board.changed();
            if (board.due(now).equals(NOW)) {
                board.begin();
                now += (version * 37) % 91;
                version++;
                assertNotNull(board.read(page(version, version), now));
                sent.add(now);
            }
        }
        // Then
        assertTrue(sent.size() > 60, "sent " + sent.size());
        for (long from : sent) {
            long within =
                    sent.stream().filter(at -> at >= from && at < from + 1_000).count();
            assertTrue(within <= 10, within + " in a second");
        }
    }

    @Test
    void shouldKeepTheVersionThatViewersHoldWhileTheySeeNoChange() {
        read(0, page(7, 2, entry("a", 20)));

        // When changes happen below the top
        assertNull(change(1_000, page(8, 2, entry("a", 20))));
        assertNull(change(2_000, page(9, 2, entry("a", 20))));

        // Then a new viewer and an old one hold the same version, and the next delta fits both
        assertEquals(7, body((LiveFrame) board.snapshot()).getLong("version"));
        LiveFrame next = change(3_000, page(10, 2, entry("a", 21)));
        assertEquals(7, body(next).getLong("base"));
        assertEquals(10, body(next).getLong("version"));
    }

    @Test
    void shouldTellANewTotalThoughTheListIsTheSame() {
        read(0, page(7, 2, entry("a", 20)));

        JsonObject body = body(change(1_000, page(8, 3, entry("a", 20))));

        assertEquals(3, body.getLong("total"));
        assertEquals(new JsonArray(), body.getJsonArray("changed"));
        assertEquals(new JsonArray(), body.getJsonArray("removed"));
    }

    @Test
    void shouldTellANewNameThoughTheVersionIsTheSame() {
        read(0, page(7, 1, entry("a", 20)));
        Entry renamed = new Entry(1, "a", "Ada", 20, Instant.parse("2026-11-20T10:00:00Z"));

        JsonObject body = body(change(1_000, page(7, 1, renamed)));

        assertEquals(7, body.getLong("base"));
        assertEquals(7, body.getLong("version"));
        assertEquals("Ada", body.getJsonArray("changed").getJsonObject(0).getString("name"));
    }

    @Test
    void shouldStartANewPeriodAndANewEpochWithASnapshot() {
        read(0, page(7, 1, entry("a", 20)));

        LiveFrame newEpoch = change(1_000, new Page("weekly", "2026-W47", "e2", 1, 0, List.of(), true));
        LiveFrame newPeriod = change(2_000, new Page("weekly", "2026-W48", "e3", 1, 0, List.of(), true));

        assertTrue(newEpoch.isSnapshot());
        assertEquals("e2", body(newEpoch).getString("epoch"));
        assertTrue(newPeriod.isSnapshot());
        assertEquals("2026-W48", body(newPeriod).getString("period"));
        assertTrue(newPeriod.sequence() > newEpoch.sequence());
    }

    @Test
    void shouldReadAgainWhenThePeriodEndsWithoutTraffic() {
        read(0, page(7, 1, entry("a", 20)));

        assertNull(board.expect("2026-W47"));
        assertEquals(NEVER, board.due(1_000));
        assertNull(board.expect("2026-W48"));
        assertEquals(NOW, board.due(1_000));
    }

    @Test
    void shouldIgnoreAnOlderPageAndReadAgain() {
        LiveFrame first = read(0, page(7, 1, entry("a", 20)));
        assertNull(change(1_000, page(8, 1, entry("a", 20))), "seen, though nothing was sent");

        // When an answer comes that was overtaken
        assertNull(change(2_000, page(7, 1, entry("a", 19))));

        // Then it is read again, and what viewers hold stays
        assertTrue(board.due(2_000).isPresent());
        assertSame(first, board.snapshot());
        LiveFrame next = change(3_000, page(9, 1, entry("a", 21)));
        assertEquals(first.sequence(), next.base());
    }

    @Test
    void shouldFollowAStoreThatWentBack() {
        read(0, page(70, 1, entry("a", 20)));

        // When the store keeps answering with an older version
        long now = 1_000;
        board.changed();
        LiveFrame frame = null;
        while (frame == null && now < 60_000) {
            now += board.due(now).orElseThrow();
            frame = read(now, page(60, 1, entry("a", 12)));
        }

        // Then it is believed, with a snapshot
        assertTrue(now >= 3_000 && now < 8_000, "at " + now);
        assertTrue(frame.isSnapshot());
        assertEquals(60, body(frame).getLong("version"));
        assertFalse(change(now + 1_000, page(61, 1, entry("a", 13))).isSnapshot());
    }

    @Test
    void shouldTryAgainLessAndLessOftenWhenTheRankingIsDown() {
        LiveFrame first = read(0, page(7, 1, entry("a", 20)));
        board.changed();
        long now = 1_000;
        long waited = 0;
        for (int i = 0; i < 10; i++) {
            board.begin();
            board.failed(now);
            long wait = board.due(now).orElseThrow();
            assertTrue(wait >= waited && wait <= 5_000, "waits " + wait);
            waited = wait;
            now += wait;
        }
        assertEquals(5_000, waited);
        assertSame(first, board.snapshot(), "viewers keep what they have");

        // When a change is signalled, it is back
        board.begin();
        board.failed(now);
        board.changed();
        assertEquals(OptionalLong.of(100), board.due(now));
        assertFalse(read(now + 100, page(8, 1, entry("a", 30))).isSnapshot());
        board.begin();
        board.failed(now + 1_000);
        assertEquals(OptionalLong.of(250), board.due(now + 1_000), "the patience starts over");
    }

    @Test
    void shouldTellViewersOnceThatABoardIsNoLongerTheirs() {
        read(0, page(7, 1, entry("a", 20)));
        board.changed();
        board.begin();

        LiveFrame end = board.expect(null);

        assertTrue(end.isSnapshot(), "whatever they hold");
        JsonObject frame = new JsonObject(end.envelope());
        assertEquals("err", frame.getString("type"));
        assertEquals("leaderboard.weekly", frame.getString("address"));
        assertNull(board.expect(null));
        assertNull(board.read(page(8, 1, entry("a", 21)), 1_000), "a read under way shows nothing");
        board.changed();
        assertEquals(NEVER, board.due(10_000));
        assertInstanceOf(NoSnapshot.class, board.snapshot());

        // When it is there again
        assertNull(board.expect("2026-W47"));
        assertEquals(NOW, board.due(10_000));
        assertTrue(read(10_000, page(9, 1, entry("a", 22))).isSnapshot());
    }

    private static Page unnamed(long version) {
        return new Page("weekly", "2026-W47", "e1", version, 1, List.of(entry("a", 20)), false);
    }

    @Test
    void shouldLookAgainLessAndLessOftenWhileNamesCannotBeRead() {
        assertTrue(read(0, unnamed(7)).isSnapshot());
        assertEquals(OptionalLong.of(250), board.due(0));
        assertNull(read(250, unnamed(7)));
        assertEquals(OptionalLong.of(500), board.due(250));
        // When the ranking changes meanwhile, that is not waited for
        board.changed();
        assertEquals(OptionalLong.of(100), board.due(250));
        assertNull(read(1_000, unnamed(8)));
        assertEquals(OptionalLong.of(1_000), board.due(1_000));

        // When they can be read
        Entry named = new Entry(1, "a", "Ada", 20, Instant.parse("2026-11-20T10:00:00Z"));
        LiveFrame frame = read(2_000, page(8, 1, named));
        assertEquals("Ada", body(frame).getJsonArray("changed").getJsonObject(0).getString("name"));
        assertEquals(NEVER, board.due(9_000));
    }

    private LiveFrame change(long now, Page page) {
        board.changed();
        assertEquals(NOW, board.due(now));
        return read(now, page);
    }

    private LiveFrame read(long now, Page page) {
        board.begin();
        return board.read(page, now);
    }

    private static Page page(long version, long total, Entry... entries) {
        return new Page("weekly", "2026-W47", "e1", version, total, List.of(entries), true);
    }

    private static Entry entry(String id, int score) {
        return new Entry(1, id, id.toUpperCase(Locale.ROOT), score, Instant.parse("2026-11-20T10:00:00Z"));
    }

    private static JsonObject body(LiveFrame frame) {
        return new JsonObject(frame.envelope()).getJsonObject("body");
    }
}
