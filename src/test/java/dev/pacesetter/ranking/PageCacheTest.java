package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.BoardChanged;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.domain.Entry;
import dev.pacesetter.support.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageCacheTest {

    private final Vertx vertx = Vertx.vertx();
    private final List<Promise<Page>> reads = new ArrayList<>();
    private long now = 1;
    private final PageCache cache;

    PageCacheTest() {
        Addresses.prepare(vertx.eventBus());
        cache = new PageCache(
                vertx.eventBus(),
                this::read,
                page -> Buffer.buffer("version " + page.version() + page.entries()),
                () -> now);
    }

    @AfterEach
    void close() {
        Await.closed(vertx);
    }

    private Future<Page> read(ReadPage ask) {
        Promise<Page> promise = Promise.promise();
        reads.add(promise);
        return promise.future();
    }

    private Future<PageCache.Rendered> get(int limit) {
        return cache.get(new ReadPage("weekly", "2026-W48", null, limit, 0), "2026-W48");
    }

    private void answer(long version) {
        answer(version, List.of());
    }

    private void answer(long version, List<Entry> entries) {
        reads.get(reads.size() - 1).complete(new Page("weekly", "2026-W48", "e", version, 0, entries, true));
    }

    private void change() {
        get(99);
        int before = reads.size();
        Addresses.BOARD_CHANGED.publish(vertx.eventBus(), new BoardChanged("weekly", "2026-W48"));
        // The bus hands it over on a thread of its own.
        Await.until("heard", () -> {
            get(99);
            return reads.size() > before;
        });
    }

    @Test
    void shouldReadOnceForAllWhoAskAtTheSameTimeAndAfterwards() {
        Future<PageCache.Rendered> one = get(10);
        Future<PageCache.Rendered> two = get(10);
        answer(7);
        assertEquals("version 7[]", one.result().body().toString());
        assertEquals("version 7[]", two.result().body().toString());
        assertEquals("version 7[]", get(10).result().body().toString());
        assertEquals(1, reads.size());
        get(20);
        assertEquals(2, reads.size(), "another page");
    }

    @Test
    void shouldReadAnewAfterAChangeEvenWhileItIsBeingRead() {
        get(10);
        change();
        int before = reads.size();
        Future<PageCache.Rendered> later = get(10);
        assertEquals(before + 1, reads.size(), "what was begun before may be of before");
        answer(8);
        assertEquals("version 8[]", later.result().body().toString());
    }

    private static List<Entry> named(String name) {
        return List.of(new Entry(1, "app.17", name, 5, Instant.EPOCH));
    }

    private String tag(long version, String name) {
        now += TimeUnit.SECONDS.toNanos(2);
        Future<PageCache.Rendered> page = get(10);
        answer(version, named(name));
        return page.result().tag();
    }

    @Test
    void shouldTagWhatIsSaidAndNotOnlyItsVersion() {
        String unnamed = tag(7, "app.17");
        String ada = tag(7, "Ada");
        assertNotEquals(unnamed, ada, "the id stood in for the name");
        assertNotEquals(ada, tag(7, "Ada L."), "renamed");
        assertNotEquals(ada, tag(8, "Ada"));
        assertEquals(ada, tag(7, "Ada"));
        assertTrue(ada.matches("\"[A-Za-z0-9_-]{22}\""), ada);
    }

    @Test
    void shouldReadAnewAfterASecondWithoutAWord() {
        get(10);
        answer(7);
        now += TimeUnit.MILLISECONDS.toNanos(999);
        get(10);
        assertEquals(1, reads.size());
        now += TimeUnit.MILLISECONDS.toNanos(2);
        get(10);
        assertEquals(2, reads.size());
    }

    @Test
    void shouldNotKeepAFailure() {
        Future<PageCache.Rendered> one = get(10);
        reads.get(0).fail("down");
        assertTrue(one.failed());
        get(10);
        assertEquals(2, reads.size());
    }

    @Test
    void shouldKeepAFewPagesOfABoardAndReadTheOthers() {
        for (int limit = 1; limit <= 40; limit++) {
            get(limit);
        }
        assertEquals(40, reads.size());
        get(1);
        assertEquals(40, reads.size());
        get(40);
        assertEquals(41, reads.size());
    }
}
