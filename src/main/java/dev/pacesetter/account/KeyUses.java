package dev.pacesetter.account;

import com.github.benmanes.caffeine.cache.Cache;
import dev.pacesetter.cache.BoundedCache;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** When API keys were last used: noted in memory with every call, in PostgreSQL now and then, all in one statement. */
final class KeyUses {

    /** How often they are written. */
    static final Duration PERIOD = Duration.ofSeconds(60);

    private static final String NOTE = Resources.text("sql/account/note_key_uses.sql");

    private final Database database;
    private final Clock clock;
    private final Cache<UUID, Use> uses;

    /** Of one key. Written by whichever thread serves a call: the last one wins, and any of them would do. */
    final class Use {

        private volatile long at;
        private long written;

        void now() {
            at = clock.millis();
        }
    }

    /** @param capacity most keys that are remembered */
    KeyUses(Database database, long capacity, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.uses = BoundedCache.ofAtMost(capacity).build();
    }

    /** Of a key that is there. */
    Use of(UUID key) {
        return uses.get(key, id -> new Use());
    }

    /** When a key was last used on this node, since it started; null when it was not. */
    @Nullable Instant last(UUID key) {
        Use use = uses.getIfPresent(key);
        return use == null || use.at == 0 ? null : Instant.ofEpochMilli(use.at);
    }

    /** Of how many keys something is known. */
    long remembered() {
        uses.cleanUp();
        return uses.estimatedSize();
    }

    /** Forgets one that is gone. */
    void forget(UUID key) {
        uses.invalidate(key);
    }

    /** Writes what has not been written. */
    Future<Void> write() {
        List<UUID> keys = new ArrayList<>();
        List<OffsetDateTime> times = new ArrayList<>();
        uses.asMap().forEach((key, use) -> {
            long at = use.at;
            if (at > use.written) {
                keys.add(key);
                times.add(Instant.ofEpochMilli(at).atOffset(ZoneOffset.UTC));
            }
        });
        if (keys.isEmpty()) {
            return Future.succeededFuture();
        }
        return database.query(NOTE, keys.toArray(UUID[]::new), times.toArray(OffsetDateTime[]::new))
                .map(done -> {
                    for (int i = 0; i < keys.size(); i++) {
                        Use use = uses.getIfPresent(keys.get(i));
                        if (use != null) {
                            use.written = times.get(i).toInstant().toEpochMilli();
                        }
                    }
                    return null;
                });
    }
}
