package dev.pacesetter.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How far pools of connections to PostgreSQL are in use, which Vert.x tells the metrics that it was made with, and nobody
 * else. It measures nothing more: what it would tell of every message on the bus is not worth its cost.
 */
public final class PoolUse implements VertxMetrics {

    private static final String SQL = "sql";

    private final AtomicInteger used = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();

    private PoolUse() {}

    /** Makes a Vert.x that tells. */
    public static Vertx vertx(VertxOptions options) {
        return Vertx.builder()
                .with(options)
                .withMetrics(ignored -> new PoolUse())
                .build();
    }

    /** Shows what a Vert.x tells, if it was made to. */
    public static void show(Vertx vertx, MeterRegistry meters) {
        if (vertx instanceof VertxInternal inside && inside.metrics() instanceof PoolUse use) {
            gauge(meters, "pacesetter.postgres.pool.used", "Pooled connections to PostgreSQL in use", use.used);
            gauge(
                    meters,
                    "pacesetter.postgres.pool.waiting",
                    "Requests that wait for a pooled connection to PostgreSQL",
                    use.waiting);
        }
    }

    private static void gauge(MeterRegistry meters, String name, String description, AtomicInteger value) {
        Gauge.builder(name, value, AtomicInteger::get)
                .description(description)
                .strongReference(true)
                .register(meters);
    }

    @Override
    public @Nullable PoolMetrics<?, ?> createPoolMetrics(String type, @Nullable String name, int maxSize) {
        return type.equals(SQL) ? new Counting() : null;
    }

    /** Of one pool; what it hands out says nothing by itself. */
    private final class Counting implements PoolMetrics<Object, Object> {

        @Override
        public Object enqueue() {
            waiting.incrementAndGet();
            return SQL;
        }

        @Override
        public void dequeue(Object queued) {
            waiting.decrementAndGet();
        }

        @Override
        public Object begin() {
            used.incrementAndGet();
            return SQL;
        }

        @Override
        public void end(Object lease) {
            used.decrementAndGet();
        }
    }
}
