package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes on the same stores, watched by the standard bridge protocol. */
class LiveIT {

    private static final String WEEKLY = "leaderboard.weekly";

    private static RedisHandle redis;
    private static App one;
    private static App two;

    @BeforeAll
    static void start() {
        String database = Stores.newDatabase();
        redis = Stores.newRedis();
        one = App.start(database, redis.uri());
        two = App.start(database, redis.uri());
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        redis.close();
    }

    /** What a viewer holds after all it was told. */
    private static Map<String, Integer> board(List<JsonObject> bodies) {
        Map<String, Integer> held = new HashMap<>();
        long version = -1;
        String epoch = "";
        for (JsonObject body : bodies) {
            if (body.getString("type").equals("snapshot")) {
                held.clear();
                take(held, body.getJsonArray("entries"));
            } else {
                assertEquals(version, body.getLong("base"), "a delta must follow on what is held: " + bodies);
                assertEquals(epoch, body.getString("epoch"));
                take(held, body.getJsonArray("changed"));
                body.getJsonArray("removed").forEach(held::remove);
            }
            version = body.getLong("version");
            epoch = body.getString("epoch");
        }
        return held;
    }

    private static void take(Map<String, Integer> held, JsonArray entries) {
        entries.stream()
                .map(JsonObject.class::cast)
                .forEach(entry -> held.put(entry.getString("userId"), entry.getInteger("score")));
    }

    @Test
    void shouldMoveTheBoardOfAViewerOnAnotherNodeWithinHalfASecond() {
        Account ada = one.api().newAccount();
        try (Viewer viewer = new Viewer(two.port())) {
            viewer.register(WEEKLY);
            Await.until("a snapshot", () -> !viewer.bodies(WEEKLY).isEmpty());
            assertEquals("snapshot", viewer.bodies(WEEKLY).get(0).getString("type"));
            one.api().post("/api/v1/scores", ada.token(), Api.score("rowing", 1));
            Await.until("warm", () -> Integer.valueOf(1)
                    .equals(board(viewer.bodies(WEEKLY)).get(ada.id())));
            List<Long> millis = new ArrayList<>();
            for (int i = 2; i <= 10; i++) {
                int expected = i;
                one.api().post("/api/v1/scores", ada.token(), Api.score("rowing", 1));
                long posted = System.nanoTime();
                Await.until("the board moves", () -> Integer.valueOf(expected)
                        .equals(board(viewer.bodies(WEEKLY)).get(ada.id())));
                millis.add(Duration.ofNanos(System.nanoTime() - posted).toMillis());
            }
            millis.sort(null);
            assertTrue(millis.get(millis.size() / 2) < 500, "took " + millis + " ms");
        }
    }

    @Test
    void shouldSendAtMostTenMessagesASecond() throws InterruptedException {
        Account ada = one.api().newAccount();
        try (Viewer viewer = new Viewer(one.port())) {
            viewer.register(WEEKLY);
            Await.until("a snapshot", () -> !viewer.bodies(WEEKLY).isEmpty());
            long began = System.nanoTime();
            int posts = 120;
            for (int i = 0; i < posts; i++) {
                one.api().post("/api/v1/scores", ada.token(), Api.score("yoga", 1));
            }
            Await.until("all is shown", () -> Integer.valueOf(posts)
                    .equals(board(viewer.bodies(WEEKLY)).get(ada.id())));
            long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds() + 1;
            int messages = viewer.bodies(WEEKLY).size();
            assertTrue(messages <= 2 + 10 * seconds, messages + " messages in " + seconds + " s");
        }
    }

    @Test
    void shouldShowANewName() {
        String key = one.ingestKey();
        one.api().put("/api/v1/users/renamed", key, new JsonObject().put("displayName", "Before"));
        one.api().post("/api/v1/scores", key, Api.score("yoga", 3).put("userId", "renamed"));
        try (Viewer viewer = new Viewer(two.port())) {
            viewer.register(WEEKLY);
            Await.until("the old name", () -> viewer.frames().toString().contains("Before"));
            one.api().put("/api/v1/users/renamed", key, new JsonObject().put("displayName", "After"));
            Await.until("the new name", () -> viewer.frames().toString().contains("After"));
        }
    }

    @Test
    void shouldLetBrowsersListenAndNothingElse() {
        try (Viewer viewer = new Viewer(one.port())) {
            viewer.register("score.submit");
            viewer.register("leaderboard.nope");
            viewer.register("batch.committed");
            Await.until("all are refused", () -> viewer.frames().size() >= 3);
            viewer.frames().forEach(frame -> assertEquals("err", frame.getString("type"), frame.encode()));
            viewer.register(WEEKLY);
            Await.until("a board is fine", () -> viewer.bodies(WEEKLY).size() == 1);
            assertFalse(viewer.isClosed());
            viewer.send(new JsonObject()
                    .put("type", "publish")
                    .put("address", WEEKLY)
                    .put("body", "x"));
            Await.until("it is closed", viewer::isClosed);
        }
        try (Viewer other = new Viewer(two.port())) {
            other.send(new JsonObject()
                    .put("type", "send")
                    .put("address", "score.submit")
                    .put("body", "x"));
            Await.until("it is told so", () -> !other.frames().isEmpty());
            assertEquals(403, other.frames().get(0).getInteger("failureCode"));
        }
    }

    @Test
    void shouldStartAnewWhenRedisWasRebuilt() {
        Account ada = one.api().newAccount();
        one.api().post("/api/v1/scores", ada.token(), Api.score("walking", 9));
        try (Viewer viewer = new Viewer(two.port())) {
            viewer.register(WEEKLY);
            Await.until("a snapshot", () -> board(viewer.bodies(WEEKLY)).containsKey(ada.id()));
            String epoch = viewer.bodies(WEEKLY).get(0).getString("epoch");
            redis.kill();
            redis.start();
            Await.until("a snapshot of the new epoch", () -> {
                List<JsonObject> bodies = viewer.bodies(WEEKLY);
                JsonObject last = bodies.get(bodies.size() - 1);
                return !last.getString("epoch").equals(epoch) && board(bodies).containsKey(ada.id());
            });
        }
    }
}
