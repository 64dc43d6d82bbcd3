package dev.pacesetter.account;

import com.github.benmanes.caffeine.cache.Cache;
import dev.pacesetter.cache.BoundedCache;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Since when a user's tokens hold. What is known is good for {@link #FRESH}, or until there is word of a change; then it
 * is read again, of all who are asked for meanwhile in one query.
 *
 * <p>When PostgreSQL does not answer, what was known last is gone by: nobody is locked out, and what was revoked while
 * this node could see it stays so. Users of whom nothing is known have to wait.
 */
final class Revocations {

    private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

    static final Duration FRESH = Duration.ofSeconds(5);
    /** How long PostgreSQL is left alone when it did not answer. */
    static final Duration PAUSE = Duration.ofSeconds(1);
    /** Most users of one query. */
    static final int BATCH = 1_000;

    private static final String FIND = Resources.text("sql/account/find_revocations.sql");
    /** As many may wait; further ones are told to come back. */
    private static final int MOST_WAITING = 10_000;

    private final Function<Set<String>, Future<Map<String, Since>>> query;
    private final LongSupplier nanoTime;
    private final Cache<String, Known> cache;

    private final Map<String, Promise<Since>> waiting = new LinkedHashMap<>();
    private boolean reading;
    /** Raised by every word of a change: what a query brings that began before is not kept. */
    private long changes;

    private @Nullable Throwable trouble;
    private long troubleBegan;

    /**
     * From when on tokens hold.
     *
     * @param version least one, of our own tokens
     * @param instant when tokens of others must have been issued at the earliest; null: whenever
     */
    record Since(int version, @Nullable Instant instant) {

        static final Since EVER = new Since(0, null);

        /** Whether a token does. */
        boolean lets(Claims token) {
            Integer of = token.version();
            if (of != null) {
                return of >= version;
            }
            return instant == null
                    || (token.issuedAt() != null && !token.issuedAt().isBefore(instant));
        }
    }

    private record Known(Since since, long readAt) {}

    /** @param capacity most users remembered */
    Revocations(Function<Set<String>, Future<Map<String, Since>>> query, long capacity, LongSupplier nanoTime) {
        this.query = query;
        this.nanoTime = nanoTime;
        this.cache = BoundedCache.ofAtMost(capacity).build();
    }

    /** Those in PostgreSQL; who is not there is not in the answer. */
    static Function<Set<String>, Future<Map<String, Since>>> in(Database database) {
        return users -> database.query(FIND, (Object) users.toArray(String[]::new))
                .map(rows -> {
                    Map<String, Since> found = new HashMap<>();
                    for (Row row : rows) {
                        Instant at = row.getOffsetDateTime("revoked_at").toInstant();
                        found.put(row.getString("user_id"), new Since(row.getInteger("version"), at));
                    }
                    return found;
                });
    }

    /** Since when a user's tokens hold. */
    Future<Since> of(String userId) {
        Known known = cache.getIfPresent(userId);
        if (known != null && nanoTime.getAsLong() - known.readAt() < FRESH.toNanos()) {
            return Future.succeededFuture(known.since());
        }
        Future<Since> answer = ask(userId);
        return known == null
                ? answer
                : answer.recover(failure -> failure instanceof ProblemException
                        ? Future.failedFuture(failure)
                        : Future.succeededFuture(known.since()));
    }

    /** There is word of a change. */
    synchronized void forget(String userId) {
        changes++;
        cache.invalidate(userId);
    }

    /** Of how many users something is known. */
    long remembered() {
        cache.cleanUp();
        return cache.estimatedSize();
    }

    private synchronized Future<Since> ask(String userId) {
        Throwable why = trouble;
        if (why != null && nanoTime.getAsLong() - troubleBegan < PAUSE.toNanos()) {
            return Future.failedFuture(why);
        }
        Promise<Since> others = waiting.get(userId);
        if (others != null) {
            return others.future();
        }
        if (waiting.size() >= MOST_WAITING) {
            return Future.failedFuture(Problem.tooManyRequests("Too many users sign in at this moment")
                    .exception());
        }
        Promise<Since> promise = Promise.promise();
        waiting.put(userId, promise);
        readOn();
        return promise.future();
    }

    /** Reads for those who wait. Who asks meanwhile is in the next query: this one may have begun before a change. */
    private synchronized void readOn() {
        if (reading || waiting.isEmpty()) {
            return;
        }
        reading = true;
        Map<String, Promise<Since>> batch = new HashMap<>();
        var next = waiting.entrySet().iterator();
        while (next.hasNext() && batch.size() < BATCH) {
            Map.Entry<String, Promise<Since>> one = next.next();
            batch.put(one.getKey(), one.getValue());
            next.remove();
        }
        long asOf = changes;
        long now = nanoTime.getAsLong();
        query.apply(Set.copyOf(batch.keySet()))
                .onSuccess(found -> {
                    keep(batch.keySet(), found, asOf, now);
                    batch.forEach((user, promise) -> promise.complete(found.getOrDefault(user, Since.EVER)));
                })
                .onFailure(failure -> {
                    failed(failure);
                    batch.values().forEach(promise -> promise.fail(failure));
                })
                .onComplete(done -> goOn());
    }

    private synchronized void keep(Set<String> users, Map<String, Since> found, long asOf, long now) {
        trouble = null;
        if (asOf == changes) {
            users.forEach(user -> cache.put(user, new Known(found.getOrDefault(user, Since.EVER), now)));
        }
    }

    private synchronized void failed(Throwable failure) {
        trouble = failure;
        troubleBegan = nanoTime.getAsLong();
        LOG.atWarn().addKeyValue("why", failure.getMessage()).log("Whose tokens were taken back cannot be read");
    }

    private synchronized void goOn() {
        reading = false;
        readOn();
    }
}
