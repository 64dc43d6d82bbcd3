package dev.pacesetter.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Posts at a fixed rate, whether it is answered or not, and measures from when each post was due: what waits behind a slow
 * answer counts as slow, too.
 */
final class FixedRate extends AbstractVerticle {

    private static final int TICK_MILLIS = 2;
    private static final int MOST_UNANSWERED = 50_000;

    private final int port;
    private final String path;
    private final Map<String, String> headers;
    private final long perSecond;
    final Histogram latency = new ConcurrentHistogram(60_000_000, 3);
    final AtomicLong bad = new AtomicLong();
    final AtomicLong answered = new AtomicLong();
    private HttpClient client;
    private long began;
    private long sent;
    private volatile long measureFrom = Long.MAX_VALUE;

    FixedRate(int port, String path, Map<String, String> headers, long perSecond) {
        this.port = port;
        this.path = path;
        this.headers = headers;
        this.perSecond = perSecond;
    }

    /** Counts what is due from now on. */
    void measure() {
        measureFrom = System.nanoTime();
    }

    @Override
    public void start() {
        client = vertx.createHttpClient(
                new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(256).setMaxWaitQueueSize(-1));
        began = System.nanoTime();
        vertx.setPeriodic(TICK_MILLIS, id -> tick());
    }

    private void tick() {
        long until = (System.nanoTime() - began) * perSecond / 1_000_000_000L;
        while (sent < until) {
            sent++;
            if (sent - answered.get() - bad.get() > MOST_UNANSWERED) {
                bad.incrementAndGet();
            } else {
                post(began + sent * 1_000_000_000L / perSecond);
            }
        }
    }

    private void post(long due) {
        JsonObject score = new JsonObject()
                .put("userId", "runner-" + ThreadLocalRandom.current().nextInt(10_000))
                .put("activity", "running")
                .put("score", 1);
        client.request(HttpMethod.POST, port, "127.0.0.1", path)
                .compose(request -> {
                    headers.forEach(request::putHeader);
                    return request.send(score.toBuffer());
                })
                .compose(response -> response.end().map(response.statusCode()))
                .onSuccess(status -> {
                    (status == 201 ? answered : bad).incrementAndGet();
                    if (due >= measureFrom) {
                        latency.recordValue(Math.min(60_000_000, Math.max(0, (System.nanoTime() - due) / 1_000)));
                    }
                })
                .onFailure(failure -> bad.incrementAndGet());
    }
}
