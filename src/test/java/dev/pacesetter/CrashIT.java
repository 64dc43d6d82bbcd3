package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.NodeProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a newcomer runs it, stores embedded: killed in the middle of posts, its Redis flushed. */
class CrashIT {

    private static final int CLIENTS = 8;

    @TempDir
    private Path directory;

    private NodeProcess start() {
        return NodeProcess.start(directory, Map.of());
    }

    private String adminKey() {
        try {
            return Files.readString(directory.resolve("data/admin.key")).strip();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void shouldLoseAndDoubleNothingWhenKilledInTheMiddleOfPosts() throws InterruptedException {
        NodeProcess node = start();
        String key = adminKey();
        Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
        List<Map.Entry<String, Integer>> unknown = new ArrayList<>();
        AtomicBoolean killed = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        Api api = node.api();
        for (int client = 0; client < CLIENTS; client++) {
            String user = "client-" + client;
            Thread thread = new Thread(() -> {
                for (int i = 0; !killed.get(); i++) {
                    String idempotencyKey = user + "-" + i;
                    int score = i % 7;
                    try {
                        Answer answer = post(api, key, user, idempotencyKey, score);
                        assertEquals(201, answer.status(), answer.text());
                        acknowledged.put(idempotencyKey, score);
                    } catch (IllegalStateException gone) {
                        synchronized (unknown) {
                            unknown.add(Map.entry(idempotencyKey, score));
                        }
                        return;
                    }
                }
            });
            thread.start();
            clients.add(thread);
        }
        Await.until("enough is acknowledged", () -> acknowledged.size() > 400);
        node.kill();
        killed.set(true);
        for (Thread client : clients) {
            client.join();
        }

        try (NodeProcess again = start()) {
            // What got no answer is sent again, as a phone would.
            for (Map.Entry<String, Integer> one : unknown) {
                String user = one.getKey().substring(0, one.getKey().lastIndexOf('-'));
                assertTrue(post(again.api(), key, user, one.getKey(), one.getValue())
                                .status()
                        <= 201);
                acknowledged.put(one.getKey(), one.getValue());
            }
            for (int client = 0; client < CLIENTS; client++) {
                String user = "client-" + client;
                int expected = acknowledged.entrySet().stream()
                        .filter(one -> one.getKey().startsWith(user + "-"))
                        .mapToInt(Map.Entry::getValue)
                        .sum();
                assertEquals(expected, total(again.api(), user), user);
            }
            assertEquals(0, again.stop(), again.log());
        }
    }

    private static Answer post(Api api, String key, String user, String idempotencyKey, int score) {
        JsonObject body = Api.score("running", score).put("userId", user);
        return api.call("POST", "/api/v1/scores", key, body.encode(), Map.of("Idempotency-Key", idempotencyKey));
    }

    private static int total(Api api, String user) {
        Answer answer = api.get("/api/v1/leaderboards/overall/entries/" + user, null);
        return answer.json().getJsonObject("entry").getInteger("score");
    }

    @Test
    void shouldMendWhatFlushAllTookWithinSeconds() {
        try (NodeProcess node = start()) {
            String key = adminKey();
            for (int i = 0; i < 20; i++) {
                post(node.api(), key, "ada", "flush-" + i, 2);
            }
            flushAll(node.redisUri());
            Await.until("mended", () -> total(node.api(), "ada") == 40);
        }
    }

    private static void flushAll(String uri) {
        Vertx vertx = Vertx.vertx();
        try {
            Await.result(Redis.createClient(vertx, uri).send(Request.cmd(Command.FLUSHALL)));
        } finally {
            Await.closed(vertx);
        }
    }

    @Test
    void shouldSayInOneLineWhatIsWrongWithASetting() throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty("pacesetter.jar", "target/pacesetter.jar"))
                .toAbsolutePath();
        ProcessBuilder builder = new ProcessBuilder("java", "-jar", jar.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().put("PACESETTER_HTTP_PORT", "eighty");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor());
        assertEquals(1, output.lines().count(), output);
        assertTrue(output.contains("http.port") && output.contains("eighty"), output);
    }
}
