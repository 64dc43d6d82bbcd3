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
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asked to end, a node takes nothing more, finishes what it has, and says so. */
class DrainIT {

    private static final int CLIENTS = 40;
    private static final long MOST_MILLIS = 10_000;

    @TempDir
    private Path directory;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

    @Test
    void shouldAcknowledgeAllThatIsInFlightWhenAskedToEnd() throws InterruptedException {
        String database = Stores.newDatabase();
        URI real = URI.create(database);
        try (RedisHandle redis = Stores.newRedis();
                TcpProxy slow = new TcpProxy(real.getPort());
                NodeProcess node = NodeProcess.start(
                        directory,
                        Map.of(
                                "PACESETTER_POSTGRES_URI",
                                database.replace(":" + real.getPort() + "/", ":" + slow.port() + "/"),
                                "PACESETTER_REDIS_URI",
                                redis.uri(),
                                "PACESETTER_AUTH_ADMINKEY",
                                App.ADMIN_KEY))) {
            Viewer viewer = new Viewer(node.port());
            viewer.register("leaderboard.overall");
            slow.delay(150);
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String name = "runner-" + i;
                Thread client = new Thread(() -> postUntilRefused(node.api(), name), name);
                client.start();
                clients.add(client);
            }
            Await.until("well on its way", () -> acknowledged.size() > 2 * CLIENTS);
            long before = System.nanoTime();
            assertEquals(0, node.stop(), node.log());
            long millis = (System.nanoTime() - before) / 1_000_000;
            assertFalse(node.log().contains("stop in order"), node.log());
            assertTrue(millis < MOST_MILLIS, millis + " ms to end");
            for (Thread client : clients) {
                client.join();
            }
            Await.until("the viewer is told", viewer::isClosed);
            viewer.close();
        }
        assertEquals(List.of(), List.copyOf(wrong));
        Set<String> stored = Oracle.rows(database, "select id from score").stream()
                .map(row -> row[0])
                .collect(Collectors.toSet());
        assertEquals(new TreeSet<>(acknowledged), new TreeSet<>(stored));
    }

    private void postUntilRefused(Api api, String user) {
        for (int i = 0; ; i++) {
            JsonObject score = new JsonObject()
                    .put("userId", user)
                    .put("activity", "running")
                    .put("score", i);
            try {
                Answer answer = api.call(
                        "POST", "/api/v1/scores", App.ADMIN_KEY, score.encode(), Map.of("Idempotency-Key", user + i));
                if (answer.status() == 503 && answer.headers().containsKey("Retry-After")) {
                    return;
                }
                if (answer.status() != 201) {
                    wrong.add(answer.status() + " " + answer.text());
                    return;
                }
                acknowledged.add(answer.json().getString("id"));
            } catch (IllegalStateException refused) {
                return;
            }
        }
    }
}
