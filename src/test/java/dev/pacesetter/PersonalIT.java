package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One's own standing, told as it changes, on another node than the one that takes the scores. */
class PersonalIT {

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

    private static void register(Viewer viewer, String userId, Map<String, Object> headers) {
        viewer.send(new JsonObject()
                .put("type", "register")
                .put("address", "user." + userId)
                .put("headers", new JsonObject(headers)));
    }

    private static Map<String, Object> bearer(Account account) {
        return Map.of("Authorization", "Bearer " + account.token());
    }

    private static void post(Account account, int points) {
        assertEquals(
                201,
                one.api()
                        .post("/api/v1/scores", account.token(), Api.score("running", points))
                        .status());
    }

    private static List<JsonObject> bodies(Viewer viewer, Account of, String type) {
        return viewer.bodies("user." + of.id()).stream()
                .filter(body -> body.getString("type").equals(type)
                        && body.getString("leaderboard").equals("overall"))
                .toList();
    }

    private static JsonObject last(Viewer viewer, Account of) {
        List<JsonObject> all = bodies(viewer, of, "standing");
        return all.isEmpty() ? new JsonObject() : all.get(all.size() - 1);
    }

    private static void awaitRank(Viewer viewer, Account of, long rank) {
        Await.until(of.username() + " has rank " + rank, () -> Long.valueOf(rank)
                .equals(last(viewer, of).getLong("rank")));
    }

    @Test
    void shouldTellOneWhereOneStandsAndWhoHasPassed() {
        Account ada = one.api().newAccount();
        Account bob = one.api().newAccount();
        Account cyd = one.api().newAccount();
        post(ada, 1_000);
        post(bob, 800);
        post(cyd, 600);
        try (Viewer viewer = new Viewer(two.port());
                Viewer quiet = new Viewer(two.port())) {
            register(viewer, ada.id(), bearer(ada));
            register(quiet, ada.id(), Map.of("Authorization", "Bearer " + ada.token(), "passed", "off"));
            awaitRank(viewer, ada, 1);
            JsonObject first = last(viewer, ada);
            assertEquals(1_000, first.getInteger("score"));
            assertNull(first.getValue("previousRank"));
            assertNull(first.getValue("toNext"));
            assertEquals(bob.id(), first.getJsonArray("around").getJsonObject(0).getString("userId"));
            assertEquals(2, first.getJsonArray("around").size());
            post(cyd, 500);
            awaitRank(viewer, ada, 2);
            JsonObject second = last(viewer, ada);
            assertEquals(1, second.getLong("previousRank"));
            assertEquals(100, second.getInteger("toNext"));
            assertEquals(
                    cyd.id(), second.getJsonArray("around").getJsonObject(0).getString("userId"));
            Await.until("told", () -> bodies(viewer, ada, "passed").size() == 1);
            JsonObject passed = bodies(viewer, ada, "passed").get(0);
            assertEquals(cyd.id(), passed.getJsonObject("by").getString("userId"));
            assertFalse(passed.getJsonObject("by").getString("name").isEmpty());
            assertEquals(2, passed.getLong("rank"));
            awaitRank(quiet, ada, 2);
            // Within five seconds of the last word on it there is no other; the standing says it, and then it is told.
            post(bob, 1_000);
            awaitRank(viewer, ada, 3);
            Await.until("told again", () -> bodies(viewer, ada, "passed").size() == 2);
            assertEquals(
                    bob.id(),
                    bodies(viewer, ada, "passed").get(1).getJsonObject("by").getString("userId"));
            assertEquals(3, bodies(viewer, ada, "passed").get(1).getLong("rank"));
            assertEquals(0, bodies(quiet, ada, "passed").size());
            // Who comes later gets what is known at once.
            try (Viewer late = new Viewer(two.port())) {
                register(late, ada.id(), bearer(ada));
                awaitRank(late, ada, 3);
            }
        }
    }

    private static void ingest(String user, int points) {
        JsonObject score = Api.score("running", points).put("userId", user);
        assertEquals(201, one.api().post("/api/v1/scores", App.ADMIN_KEY, score).status());
    }

    @Test
    void shouldNameWhoWentFarPast() {
        Account ada = one.api().newAccount();
        for (int i = 0; i < 30; i++) {
            ingest("far-" + i, 50_000 + i);
        }
        ingest("far-behind", 1);
        post(ada, 2);
        try (Viewer viewer = new Viewer(two.port())) {
            register(viewer, ada.id(), bearer(ada));
            Await.until("a standing", () -> last(viewer, ada).getLong("rank") != null);
            long rank = last(viewer, ada).getLong("rank");
            assertTrue(rank > 30, "far down");
            ingest("far-behind", 99_999);
            awaitRank(viewer, ada, rank + 1);
            Await.until("told", () -> bodies(viewer, ada, "passed").size() == 1);
            JsonObject passed = bodies(viewer, ada, "passed").get(0);
            assertEquals("far-behind", passed.getJsonObject("by").getString("userId"));
            assertEquals(rank + 1, passed.getLong("rank"));
        }
    }

    @Test
    void shouldTellAtMostOnceASecond() {
        Account ada = one.api().newAccount();
        post(ada, 1);
        try (Viewer viewer = new Viewer(two.port())) {
            register(viewer, ada.id(), bearer(ada));
            Await.until(
                    "a first standing", () -> !bodies(viewer, ada, "standing").isEmpty());
            long began = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                post(ada, 1);
            }
            Await.until("the last standing", () -> Integer.valueOf(201)
                    .equals(last(viewer, ada).getInteger("score")));
            long seconds = (System.nanoTime() - began) / 1_000_000_000;
            assertTrue(bodies(viewer, ada, "standing").size() <= seconds + 3, "too many standings");
        }
    }

    @Test
    void shouldShowNothingMoreOfABoardThatTurnedPrivateOrIsGone() {
        Account ada = one.api().newAccount();
        Account bob = one.api().newAccount();
        JsonObject board = new JsonObject()
                .put("id", "club")
                .put("title", "Club")
                .put("activities", new JsonArray().add("running"))
                .put("mode", "sum")
                .put("period", "all-time");
        assertEquals(
                201,
                one.api().post("/api/v1/leaderboards", App.ADMIN_KEY, board).status());
        awaitStatus("club", 200);
        post(bob, 900);
        post(ada, 800);
        try (Viewer viewer = new Viewer(two.port())) {
            register(viewer, ada.id(), bearer(ada));
            Await.until("on both", () -> boards(viewer, ada).containsAll(Set.of("club", "overall")));
            assertEquals(
                    200,
                    one.api()
                            .put("/api/v1/leaderboards/club", App.ADMIN_KEY, board.put("visibility", "private"))
                            .status());
            awaitStatus("club", 404);
            assertFalse(boardsOfANewSocket(ada).contains("club"));
            assertEquals(
                    204,
                    one.api()
                            .call("DELETE", "/api/v1/leaderboards/club", App.ADMIN_KEY, null, Map.of())
                            .status());
            assertFalse(boardsOfANewSocket(ada).contains("club"));
        }
    }

    private static void awaitStatus(String board, int status) {
        Await.until(
                board + ": " + status,
                () -> two.api().get("/api/v1/leaderboards/" + board, null).status() == status);
    }

    /** Of which boards it was told. */
    private static Set<String> boards(Viewer viewer, Account of) {
        return viewer.bodies("user." + of.id()).stream()
                .map(body -> body.getString("leaderboard"))
                .collect(Collectors.toSet());
    }

    /** Of which boards one is told that comes now, beside another one of theirs, until something changes. */
    private static Set<String> boardsOfANewSocket(Account of) {
        try (Viewer late = new Viewer(two.port())) {
            register(late, of.id(), bearer(of));
            Await.until("told", () -> boards(late, of).contains("overall"));
            int before = bodies(late, of, "standing").size();
            post(of, 1);
            Await.until("told what changed", () -> bodies(late, of, "standing").size() > before);
            return boards(late, of);
        }
    }

    @Test
    void shouldTellNobodyElse() {
        Account ada = one.api().newAccount();
        Account eve = one.api().newAccount();
        post(ada, 5);
        try (Viewer viewer = new Viewer(two.port())) {
            register(viewer, ada.id(), Map.of());
            awaitRefusal(viewer, 401);
            register(viewer, ada.id(), bearer(eve));
            awaitRefusal(viewer, 403);
            register(viewer, ada.id(), Map.of("Authorization", "Bearer nonsense"));
            register(viewer, ada.id(), Map.of("Authorization", "Bearer " + App.ADMIN_KEY));
            viewer.send(new JsonObject()
                    .put("type", "register")
                    .put("address", "user." + ada.id())
                    .put("headers", "no object"));
            register(viewer, eve.id(), bearer(eve));
            post(eve, 7);
            Await.until("eve's own", () -> !bodies(viewer, eve, "standing").isEmpty());
            assertEquals(List.of(), viewer.bodies("user." + ada.id()));
            assertFalse(viewer.isClosed());
        }
    }

    private static void awaitRefusal(Viewer viewer, int code) {
        Await.until("refused with " + code, () -> viewer.frames().stream()
                .anyMatch(frame -> Integer.valueOf(code).equals(frame.getInteger("failureCode"))));
    }
}
