package dev.pacesetter.account;

import com.github.benmanes.caffeine.cache.Cache;
import dev.pacesetter.bus.BusMessage.LookUpNames;
import dev.pacesetter.bus.BusMessage.Names;
import dev.pacesetter.cache.BoundedCache;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names by id, from memory where possible, the others by one query. A name is asked for again after a while; where that
 * fails, the old one goes on serving, and the database is left alone for some seconds. Runs on one event loop.
 */
final class NameDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(NameDirectory.class);

    static final Duration FRESH = Duration.ofSeconds(60);
    static final Duration PAUSE = Duration.ofSeconds(5);

    private final Function<Set<String>, Future<Map<String, String>>> query;
    private final LongSupplier nanoTime;
    private final Cache<String, Known> cache;
    /** Raised by every renaming: what a query brings that began before is not kept. */
    private long renamings;
    /** Raised when word of renamings may have been missed: what is of before is asked for again. */
    private long doubts;

    private boolean pausing;
    private long pauseBegan;

    private record Known(String name, long since, long doubts) {}

    NameDirectory(Function<Set<String>, Future<Map<String, String>>> query, long capacity, LongSupplier nanoTime) {
        this.query = query;
        this.nanoTime = nanoTime;
        this.cache = BoundedCache.ofAtMost(capacity).build();
    }

    Future<Names> lookUp(LookUpNames ask) {
        long now = nanoTime.getAsLong();
        Map<String, String> names = new HashMap<>();
        Set<String> missing = new HashSet<>(ask.userIds());
        cache.getAllPresent(ask.userIds()).forEach((id, known) -> {
            names.put(id, known.name());
            if (now - known.since() < FRESH.toNanos() && known.doubts() == doubts) {
                missing.remove(id);
            }
        });
        if (missing.isEmpty() || (pausing && now - pauseBegan < PAUSE.toNanos())) {
            return Future.succeededFuture(new Names(names, missing.isEmpty()));
        }
        long asOf = renamings;
        long doubtsThen = doubts;
        return query.apply(missing)
                .map(found -> {
                    pausing = false;
                    if (asOf == renamings) {
                        found.forEach((id, name) -> cache.put(id, new Known(name, now, doubtsThen)));
                    }
                    names.putAll(found);
                    return new Names(names, true);
                })
                .otherwise(failure -> {
                    pausing = true;
                    pauseBegan = nanoTime.getAsLong();
                    LOG.atWarn().addKeyValue("why", failure.getMessage()).log("Names cannot be read");
                    return new Names(names, false);
                });
    }

    /** Asks for each name again when it is next needed, and serves the old one where that fails. */
    void doubt() {
        doubts++;
    }

    /** Forgets one. */
    void forget(String userId) {
        renamings++;
        cache.invalidate(userId);
    }
}
