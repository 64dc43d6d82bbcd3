package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.ReadPage;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The first entries of boards, to see who went there past somebody far below. One read a board, however many ask, until
 * it is forgotten. At most one page for each board there is; of one event loop.
 */
final class Tops {

    /** Entries of a page. */
    static final int SIZE = 100;

    private final EventBus bus;
    private final Map<String, Future<@Nullable Page>> pages = new HashMap<>();

    Tops(EventBus bus) {
        this.bus = bus;
    }

    /** Those of the current period; null when they cannot be read. */
    Future<@Nullable Page> of(String leaderboard) {
        Future<@Nullable Page> known = pages.get(leaderboard);
        if (known != null) {
            return known;
        }
        Future<@Nullable Page> page = Addresses.PAGE
                .ask(bus, new ReadPage(leaderboard, null, null, SIZE, 0))
                .map(reply -> reply instanceof Page found ? found : null)
                .otherwise((Page) null);
        pages.put(leaderboard, page);
        page.onSuccess(found -> {
            if (found == null) {
                pages.remove(leaderboard, page);
            }
        });
        return page;
    }

    /** The board has changed. */
    void forget(String leaderboard) {
        pages.remove(leaderboard);
    }

    /** Forgets all other boards. */
    void keep(Predicate<String> leaderboards) {
        pages.keySet().removeIf(leaderboards.negate());
    }

    void clear() {
        pages.clear();
    }
}
