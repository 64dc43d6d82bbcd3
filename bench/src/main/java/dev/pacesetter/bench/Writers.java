package dev.pacesetter.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Posts scores at a fixed rate, whether they are answered or not: a server that is slow does not get fewer, and what
 * waits is measured from when it was due. Each is worth one point, so that a total tells which score it includes.
 */
final class Writers extends AbstractVerticle {

    private static final int TICK_MILLIS = 10;
    private static final int MOST_UNANSWERED = 20_000;

    private final int port;
    private final String key;
    private final long perSecond;
    private final int athletes;
    private final AtomicIntegerArray totals;
    private final Map<String, Long> due = new ConcurrentHashMap<>();
    final AtomicLong sent = new AtomicLong();
    final AtomicLong accepted = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    private HttpClient client;
    private long timer = -1;
    private long began;
    private long count;

    Writers(int port, String key, long perSecond, int athletes, AtomicIntegerArray totals) {
        this.port = port;
        this.key = key;
        this.perSecond = perSecond;
        this.athletes = athletes;
        this.totals = totals;
    }

    /** When the score was due that brought somebody to a total; 0 when nobody knows. */
    long due(String userId, long total) {
        return due.getOrDefault(userId + "=" + total, 0L);
    }

    @Override
    public void start() {
        client = vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(64).setMaxWaitQueueSize(-1));
        began = System.nanoTime();
        timer = vertx.setPeriodic(TICK_MILLIS, id -> tick());
    }

    /** Sends no more. */
    void rest(Vertx vertx) {
        vertx.cancelTimer(timer);
    }

    long unanswered() {
        return sent.get() - accepted.get() - refused.get() - failed.get();
    }

    private void tick() {
        long until = (System.nanoTime() - began) * perSecond / 1_000_000_000L;
        while (count < until) {
            count++;
            if (unanswered() < MOST_UNANSWERED) {
                post(began + count * 1_000_000_000L / perSecond);
            } else {
                refused.incrementAndGet();
                sent.incrementAndGet();
            }
        }
    }

    private void post(long dueNanos) {
        // Steps that share no factor with the number: everybody gets their turn, neighbours do not come together.
        int athlete = (int) (count * 7_919L % athletes);
        String user = "runner-" + athlete;
        int total = totals.incrementAndGet(athlete);
        due.put(user + "=" + total, dueNanos);
        due.remove(user + "=" + (total - 200));
        sent.incrementAndGet();
        JsonObject score =
                new JsonObject().put("userId", user).put("activity", "running").put("score", 1);
        client.request(HttpMethod.POST, port, "127.0.0.1", "/api/v1/scores")
                .compose(request -> request.putHeader("Authorization", "Bearer " + key)
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Prefer", "return=minimal")
                        .putHeader("Idempotency-Key", "bench-" + total)
                        .send(score.toBuffer()))
                .compose(response -> response.end().map(response.statusCode()))
                .onSuccess(status -> (status == 201 || status == 200 ? accepted : refused).incrementAndGet())
                .onFailure(failure -> failed.incrementAndGet());
    }
}
