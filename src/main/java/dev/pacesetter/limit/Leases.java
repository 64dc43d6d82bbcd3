package dev.pacesetter.limit;

import dev.pacesetter.redis.LuaScript;
import dev.pacesetter.redis.RedisDown;
import dev.pacesetter.redis.RedisLink;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Redis, as the limits see it: there and quick, or as good as not there. Once it was slow it is left alone for a while,
 * so that not everybody has to find out by waiting. Safe for many threads.
 */
final class Leases {

    private static final LuaScript LEASE = new LuaScript("lease");
    private static final long SLOW_MILLIS = 100;
    private static final long ALONE_NANOS = 1_000_000_000;

    private final LongSupplier nanos;
    private final Counter asked;
    private final Counter unanswered;
    private volatile @Nullable Connected connected;
    private volatile boolean up;
    private volatile long slowUntil;

    /** The link, and where it lives. */
    private record Connected(Context context, RedisLink link) {}

    /** With a clock of nanoseconds. */
    Leases(LongSupplier nanos, MeterRegistry meters) {
        this.nanos = nanos;
        this.slowUntil = nanos.getAsLong();
        String name = "pacesetter.limits.scripts";
        String description = "Scripts run in Redis for the limits, by whether they were answered in time";
        asked = Counter.builder(name)
                .description(description)
                .tag("outcome", "answered")
                .register(meters);
        unanswered = Counter.builder(name)
                .description(description)
                .tag("outcome", "unanswered")
                .register(meters);
    }

    long now() {
        return nanos.getAsLong();
    }

    /** From now on, by this link. To be called on its event loop. */
    void connect(Context context, RedisLink link) {
        connected = new Connected(context, link);
    }

    /** The link is up or down. */
    void setUp(boolean isUp) {
        up = isUp;
    }

    /** Whether this node is to count alone. */
    boolean isLocal(long now) {
        return !up || slowUntil - now > 0;
    }

    Future<Lease> ask(Policy policy, String key, int tokens) {
        List<String> arguments = List.of(
                String.valueOf(policy.intervalMicros()), String.valueOf(policy.burst()), String.valueOf(tokens));
        return run(LEASE, List.of(key), arguments)
                .map(answer -> new Lease(
                        answer.get(0).toInteger(),
                        answer.get(1).toLong(),
                        answer.get(2).toLong()));
    }

    void giveBack(Policy policy, String key) {
        ask(policy, key, -1).onFailure(lost -> {
            // One token less until the bucket is full again.
        });
    }

    /** Runs a script on keys of one slot; fails when Redis is down or does not answer soon. */
    Future<Response> run(LuaScript script, List<String> keys, List<String> arguments) {
        Connected redis = connected;
        if (redis == null || isLocal(now())) {
            return Future.failedFuture(new RedisDown("Redis is down or slow"));
        }
        Promise<Response> promise = Promise.promise();
        redis.context().runOnContext(go -> script.run(redis.link()::send, keys, arguments)
                .timeout(SLOW_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(answer -> asked.increment())
                .onFailure(failure -> {
                    unanswered.increment();
                    slowUntil = now() + ALONE_NANOS;
                })
                .onComplete(promise));
        return promise.future();
    }
}
