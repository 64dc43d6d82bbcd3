package dev.pacesetter.ranking;

import com.github.benmanes.caffeine.cache.Cache;
import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.BoardChanged;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.cache.BoundedCache;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The node's own copies of the pages that are asked for again and again, rendered. A copy goes when its board changes,
 * which every node hears from Redis, and after a second at the latest, should that word be lost. Those who ask while a
 * page is being read share what comes.
 *
 * <p>Of one event loop. Bounded: a thousand boards, and a few pages of each.
 */
final class PageCache {

    private static final int MOST_BOARDS = 1_000;
    private static final int MOST_PAGES = 16;
    private static final long MOST_NANOS = 1_000_000_000L;
    private static final int TAG_BYTES = 16;

    /**
     * A page as it goes out.
     *
     * @param tag an entity tag: another one, another page
     */
    record Rendered(Buffer body, String tag) {}

    private record Key(String leaderboard, String period) {}

    private record Copy(Future<Rendered> page, long at) {}

    private final Function<ReadPage, Future<Page>> read;
    private final Function<Page, Buffer> render;
    private final LongSupplier nanos;
    private final Cache<Key, Map<ReadPage, Copy>> boards =
            BoundedCache.ofAtMost(MOST_BOARDS).build();

    /**
     * Empty.
     *
     * @param read reads a page of a named period
     * @param nanos a clock
     */
    PageCache(EventBus bus, Function<ReadPage, Future<Page>> read, Function<Page, Buffer> render, LongSupplier nanos) {
        this.read = read;
        this.render = render;
        this.nanos = nanos;
        Addresses.BOARD_CHANGED.consume(bus, this::changed);
    }

    private void changed(BoardChanged change) {
        boards.invalidate(new Key(change.leaderboard(), change.period()));
    }

    /** The page of a period that is named in the question. */
    Future<Rendered> get(ReadPage ask, String period) {
        if (ask.group() != null) {
            // Who has joined wants to see it, and of this kind of change no word comes here.
            return read.apply(ask).map(this::rendered);
        }
        Map<ReadPage, Copy> pages = boards.get(new Key(ask.leaderboard(), period), key -> new HashMap<>());
        Copy copy = pages.get(ask);
        if (copy != null && !copy.page().failed() && nanos.getAsLong() - copy.at() < MOST_NANOS) {
            return copy.page();
        }
        Future<Rendered> page = read.apply(ask).map(this::rendered);
        if (copy != null || pages.size() < MOST_PAGES) {
            pages.put(ask, new Copy(page, nanos.getAsLong()));
        }
        return page;
    }

    private Rendered rendered(Page page) {
        Buffer body = render.apply(page);
        return new Rendered(body, "\"" + tag(body) + "\"");
    }

    /** Of all that is said: a name may be another one while the version is the same. */
    private static String tag(Buffer body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, TAG_BYTES));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }
}
