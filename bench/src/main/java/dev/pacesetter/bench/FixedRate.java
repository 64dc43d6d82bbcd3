package dev.pacesetter.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.HdrHistogram.Histogram;

/**
 * Posts at a fixed rate, whether it is answered or not, and measures from when each post was due: what waits behind a slow
 * answer counts as slow, too, and what is never answered for as long as one waited for it.
 *
 * <p>All of it happens on one event loop.
 */
final class FixedRate extends AbstractVerticle {

    /**
     * What came of it.
     *
     * @param medianMillis half of what was due while measuring was answered faster
     * @param lost of what was due while measuring, how much was refused, failed, was not sent or not answered
     * @param acknowledged scores that were taken, since the beginning
     * @param inDoubt those that may have been
     * @param perSecond what was taken of what was due while measuring, a second
     * @param why of all that was lost, how often which status or failure was the reason
     */
    record Result(
            double medianMillis, double p99Millis, long lost, long acknowledged, long inDoubt, double perSecond,
            Map<String, Integer> why) {}

    private static final int TICK_MILLIS = 2;
    private static final int MOST_UNANSWERED = 50_000;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final long LONGEST_MICROS = 60_000_000;

    private final Contestant to;
    private final String prefer;
    private final long perSecond;
    private final String run;
    private final Histogram latency = new Histogram(LONGEST_MICROS, 3);
    /** When each was due that is on its way, by its number. */
    private final Map<Long, Long> sent = new HashMap<>();
    /** The same of those that failed or were not sent. */
    private final Map<Long, Long> failed = new HashMap<>();
    private final Map<String, Integer> why = new TreeMap<>();

    private HttpClient client;
    private long began;
    private long count;
    private long acknowledged;
    private long acknowledgedInTime;
    private long from = Long.MAX_VALUE;
    private long until = Long.MAX_VALUE;
    private volatile boolean idle;

    /**
     * @param prefer how Pacesetter is to answer; nothing for as it does unasked
     * @param run a name that no other has, for idempotency keys
     */
    FixedRate(Contestant to, String prefer, long perSecond, String run) {
        this.to = to;
        this.prefer = prefer;
        this.perSecond = perSecond;
        this.run = run;
    }

    /** Counts what is due from now on. */
    void measure() {
        context.runOnContext(go -> from = System.nanoTime());
    }

    /** Sends no more, waits some time for answers, and tells. */
    Result finish() throws IOException {
        context.runOnContext(go -> until = System.nanoTime());
        Waits.within(PATIENCE_MILLIS, () -> idle);
        Promise<Result> result = Promise.promise();
        context.runOnContext(go -> result.complete(result()));
        return Waits.result(result.future());
    }

    private Result result() {
        long lost = latency.getTotalCount();
        if (!sent.isEmpty()) {
            why.put("not answered", sent.size());
        }
        sent.values().forEach(this::waited);
        failed.values().forEach(this::waited);
        lost = latency.getTotalCount() - lost;
        return new Result(
                latency.getValueAtPercentile(50) / 1e3,
                latency.getValueAtPercentile(99) / 1e3,
                lost,
                acknowledged,
                sent.size() + failed.size(),
                acknowledgedInTime * 1e9 / (until - from),
                Map.copyOf(why));
    }

    @Override
    public void start() {
        client = vertx.createHttpClient(
                new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(256).setMaxWaitQueueSize(-1));
        began = System.nanoTime();
        vertx.setPeriodic(TICK_MILLIS, id -> tick());
    }

    private void tick() {
        long now = Math.min(System.nanoTime(), until);
        long due = (now - began) * perSecond / 1_000_000_000L;
        while (count < due) {
            count++;
            long dueNanos = began + count * 1_000_000_000L / perSecond;
            if (sent.size() >= MOST_UNANSWERED) {
                failed.put(count, dueNanos);
                why.merge("not sent", 1, Integer::sum);
            } else {
                post(count, dueNanos);
            }
        }
        idle = until != Long.MAX_VALUE && sent.isEmpty();
    }

    private void post(long number, long due) {
        sent.put(number, due);
        JsonObject score = new JsonObject()
                .put("userId", "runner-" + ThreadLocalRandom.current().nextInt(1, Run.ATHLETES + 1))
                .put("activity", "running")
                .put("score", 1);
        client.request(HttpMethod.POST, to.port(), "127.0.0.1", to.scores)
                .compose(request -> {
                    request.putHeader("Content-Type", "application/json");
                    if (!to.key.isEmpty()) {
                        request.putHeader("Authorization", "Bearer " + to.key);
                        request.putHeader("Idempotency-Key", run + "-" + number);
                    }
                    if (!prefer.isEmpty()) {
                        request.putHeader("Prefer", prefer);
                    }
                    return request.send(score.toBuffer());
                })
                .compose(response -> response.end().map(response.statusCode()))
                .onComplete(status -> answered(
                        number, status.succeeded() ? String.valueOf(status.result()) : status.cause().toString()));
    }

    private void answered(long number, String what) {
        Long due = sent.remove(number);
        if (!what.equals("201")) {
            failed.put(number, due);
            why.merge(what, 1, Integer::sum);
            return;
        }
        acknowledged++;
        if (due >= from && due <= until) {
            acknowledgedInTime++;
            waited(due);
        }
    }

    private void waited(long due) {
        if (due >= from && due <= until) {
            latency.recordValue(Math.min(LONGEST_MICROS, Math.max(0, (System.nanoTime() - due) / 1_000)));
        }
    }
}
