package dev.pacesetter.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pacesetter.bus.BusMessage.LookUpNames;
import dev.pacesetter.bus.BusMessage.Names;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Names by id, from memory where possible, the others by one query. Runs on one event loop. */
final class NameDirectory {

    private static final Duration HOLDS = Duration.ofSeconds(60);

    private final Function<Set<String>, Future<Map<String, String>>> query;
    private final Cache<String, String> cache;
    /** Raised by every renaming: what a query brings that began before is not kept. */
    private long renamings;

    NameDirectory(Function<Set<String>, Future<Map<String, String>>> query, long capacity) {
        this.query = query;
        this.cache = Caffeine.newBuilder()
                .maximumSize(capacity)
                .expireAfterWrite(HOLDS)
                .build();
    }

    Future<Names> lookUp(LookUpNames ask) {
        Map<String, String> names = new HashMap<>(cache.getAllPresent(ask.userIds()));
        Set<String> missing = new HashSet<>(ask.userIds());
        missing.removeAll(names.keySet());
        if (missing.isEmpty()) {
            return Future.succeededFuture(new Names(names));
        }
        long asOf = renamings;
        return query.apply(missing).map(found -> {
            if (asOf == renamings) {
                cache.putAll(found);
            }
            names.putAll(found);
            return new Names(names);
        });
    }

    /** Forgets one. */
    void forget(String userId) {
        renamings++;
        cache.invalidate(userId);
    }
}
