package dev.pacesetter.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.NodeProcess;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.TcpProxy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ten times the load that a node can take: it refuses what is too much, politely, keeps what it has promised, does not
 * grow, and is as before afterwards. PostgreSQL is made slow, so that the clients can be faster on the same machine. The
 * figures are in {@code target/overload-summary.md}.
 */
class OverloadIT {

    private static final Logger LOG = LoggerFactory.getLogger(OverloadIT.class);
    private static final int SECONDS = Integer.getInteger("overload.seconds", 15);
    private static final int TIMES = 10;
    private static final int TICK_MILLIS = 20;
    private static final int CONNECTIONS = 1_500;
    private static final long SPARE_MB = 48;
    private static final Pattern OLD_GENERATION =
            Pattern.compile("jvm_gc_live_data_size_bytes(?:\\{[^}]*})? ([0-9.E]+)");

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private NodeProcess node;
    private HttpClient client;

    @Test
    void shouldRefuseWhatIsTooMuchAndBeAsBeforeAfterwards() throws IOException {
        String database = Stores.newDatabase();
        URI real = URI.create(database);
        try (RedisHandle redis = Stores.newRedis();
                TcpProxy slow = new TcpProxy(real.getPort());
                NodeProcess process = NodeProcess.start(
                        directory,
                        Map.of(
                                "PACESETTER_POSTGRES_URI",
                                database.replace(":" + real.getPort() + "/", ":" + slow.port() + "/"),
                                "PACESETTER_REDIS_URI",
                                redis.uri(),
                                "PACESETTER_AUTH_ADMINKEY",
                                App.ADMIN_KEY,
                                "PACESETTER_INGEST_MAXBATCH",
                                "20",
                                "PACESETTER_INGEST_MAXWAITING",
                                "500"))) {
            node = process;
            client = vertx.createHttpClient(
                    new HttpClientOptions().setConnectTimeout(5_000),
                    new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(-1));
            slow.delay(25);
            long perSecond = Math.max(50, capacity());
            answers.clear();
            long heapBefore = liveMegabytes();
            long before = sent.get();
            offer(TIMES * perSecond, SECONDS);
            Await.until("everything is answered", () -> answered.get() == sent.get());
            long offered = sent.get() - before;
            int taken = count("201");
            int refused = count("429") + count("503");
            Answer after = post(process.api());
            assertEquals(201, after.status(), after.text());
            assertFalse(after.json().getJsonArray("standings").isEmpty());
            long heapAfter = liveMegabytes();
            report(perSecond, offered, taken, refused, heapBefore, heapAfter);
            // Whoever was told otherwise was neither taken nor refused as contracted.
            assertEquals(offered, taken + refused, answers::toString);
            assertTrue(refused > offered / 2, () -> "that was not too much: " + answers);
            assertTrue(taken > perSecond * SECONDS / 3, () -> "refusing kept it from working: " + answers);
            assertTrue(heapAfter < heapBefore + SPARE_MB, heapBefore + " MB of heap have become " + heapAfter);
            assertFalse(process.log().contains("has been blocked for"), process.log());
            slow.heal();
            Await.until("ready", () -> process.api().get("/health/ready", null).status() == 200);
        }
        Set<String> stored = Oracle.rows(database, "select id from score").stream()
                .map(row -> row[0])
                .collect(Collectors.toSet());
        assertTrue(stored.containsAll(acknowledged), "acknowledged scores are lost");
        vertx.close();
    }

    /** What it takes a second when asked for no more than it can. */
    private long capacity() {
        long until = System.nanoTime() + 3_000_000_000L;
        AtomicInteger idle = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            again(until, idle);
        }
        Await.until("measured", () -> idle.get() == 100);
        return count("201") / 3;
    }

    private void again(long until, AtomicInteger idle) {
        if (System.nanoTime() > until) {
            idle.incrementAndGet();
            return;
        }
        send(() -> again(until, idle));
    }

    /** So many a second, whether they are answered or not. */
    private void offer(long perSecond, int seconds) {
        AtomicInteger ticks = new AtomicInteger(seconds * 1_000 / TICK_MILLIS);
        vertx.setPeriodic(TICK_MILLIS, id -> {
            for (long i = perSecond * TICK_MILLIS / 1_000; i > 0; i--) {
                send(() -> {});
            }
            if (ticks.decrementAndGet() == 0) {
                vertx.cancelTimer(id);
            }
        });
        long deadline = System.nanoTime() + 3L * seconds * 1_000_000_000L;
        while (ticks.get() > 0 && System.nanoTime() < deadline) {
            Convergence.pause(100);
        }
    }

    private void send(Runnable then) {
        long number = sent.incrementAndGet();
        JsonObject score = new JsonObject()
                .put("userId", "runner-" + number % 1_000)
                .put("activity", "running")
                .put("score", number % 100);
        client.request(HttpMethod.POST, node.port(), "127.0.0.1", "/api/v1/scores")
                .compose(request -> request.putHeader("Authorization", "Bearer " + App.ADMIN_KEY)
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Prefer", "return=minimal")
                        .putHeader("Idempotency-Key", "overload-" + number)
                        .send(score.toBuffer()))
                .compose(response -> response.body().map(body -> note(response, body)))
                .recover(failure -> Future.succeededFuture(String.valueOf(failure)))
                .onSuccess(kind -> {
                    answers.computeIfAbsent(kind, key -> new AtomicInteger()).incrementAndGet();
                    answered.incrementAndGet();
                    then.run();
                });
    }

    private String note(HttpClientResponse response, Buffer body) {
        int status = response.statusCode();
        if (status == 201) {
            acknowledged.add(body.toJsonObject().getString("id"));
        } else if (response.getHeader("Retry-After") == null) {
            return status + " without Retry-After";
        }
        return String.valueOf(status);
    }

    private int count(String kind) {
        AtomicInteger count = answers.get(kind);
        return count == null ? 0 : count.get();
    }

    private static Answer post(Api api) {
        JsonObject score = new JsonObject()
                .put("userId", "afterwards")
                .put("activity", "running")
                .put("score", 1);
        return api.post("/api/v1/scores", App.ADMIN_KEY, score);
    }

    /** What its heap holds after a full collection. */
    private long liveMegabytes() throws IOException {
        node.collectGarbage();
        Matcher size = OLD_GENERATION.matcher(node.api().get("/metrics", null).text());
        assertTrue(size.find(), "no size of live data");
        return (long) (Double.parseDouble(size.group(1)) / 1_048_576);
    }

    private void report(long perSecond, long offered, int taken, int refused, long heapBefore, long heapAfter)
            throws IOException {
        String text =
                """
                | what | figure |
                |---|---|
                | scores a second that PostgreSQL, made slow, can take | %d |
                | offered a second, for %d s | %d |
                | taken | %d |
                | refused with Retry-After | %d |
                | otherwise answered, or not at all | %d |
                | MB of live heap before and after | %d, %d |
                """
                        .formatted(
                                perSecond,
                                SECONDS,
                                offered / SECONDS,
                                taken,
                                refused,
                                offered - taken - refused,
                                heapBefore,
                                heapAfter);
        Files.writeString(Path.of("target", "overload-summary.md"), text);
        LOG.info("Overload:\n{}\n{}", text, answers);
    }
}
