package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Users whom leaderboards do not show, while they go on. */
class HidingIT {

    private static String database;
    private static ErrorLog log;
    private static RedisHandle redis;
    private static App one;
    private static App two;

    @BeforeAll
    static void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        one = App.start(database, redis.uri());
        two = App.start(database, redis.uri());
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private static Answer post(App app, String user, int score) {
        Answer answer = app.api()
                .post(
                        "/api/v1/scores",
                        App.ADMIN_KEY,
                        Api.score("rowing", score).put("userId", user));
        assertEquals(201, answer.status(), answer.text());
        return answer;
    }

    private static int hide(App app, String user) {
        return app.api()
                .put(
                        "/api/v1/users/" + user + "/hidden",
                        App.ADMIN_KEY,
                        new JsonObject().put("reason", "a bicycle on the treadmill"))
                .status();
    }

    private static int show(App app, String user) {
        return app.api()
                .call("DELETE", "/api/v1/users/" + user + "/hidden", App.ADMIN_KEY, null, Map.of())
                .status();
    }

    private static @Nullable Integer total(App app, String user) {
        Answer answer = app.api().get("/api/v1/leaderboards/overall/entries/" + user, null);
        return answer.status() == 200 ? answer.json().getJsonObject("entry").getInteger("score") : null;
    }

    private static void awaitTotal(String user, @Nullable Integer expected) {
        for (App app : List.of(one, two)) {
            Await.until(user + " to have " + expected, () -> {
                Integer now = total(app, user);
                return expected == null ? now == null : expected.equals(now);
            });
        }
    }

    @Test
    void shouldShowNothingOfAHiddenUserUntilShownAgain() {
        post(one, "cheat", 90_000);
        post(two, "fair", 80_000);
        try (Viewer viewer = new Viewer(two.port())) {
            viewer.send(new JsonObject().put("type", "register").put("address", "leaderboard.overall"));
            Await.until(
                    "a snapshot", () -> !viewer.bodies("leaderboard.overall").isEmpty());
            assertEquals(204, hide(one, "cheat"));
            Await.until("word of it", () -> viewer.bodies("leaderboard.overall").stream()
                    .anyMatch(body -> body.encode().contains("\"removed\":[\"cheat\"]")));
        }
        awaitTotal("cheat", null);
        JsonObject first = two.api()
                .get("/api/v1/leaderboards/overall/entries", null)
                .json()
                .getJsonArray("entries")
                .getJsonObject(0);
        assertEquals("fair", first.getString("userId"));
        assertEquals(1, first.getInteger("rank"));
        // What comes meanwhile is taken, and counts nowhere.
        for (App app : List.of(one, two)) {
            assertEquals(
                    0, post(app, "cheat", 5).json().getJsonArray("standings").size());
        }
        post(one, "fair", 1);
        awaitTotal("fair", 80_001);
        awaitTotal("cheat", null);
        // Not when the ranking is made anew, either.
        assertEquals(
                202,
                one.api()
                        .call("POST", "/api/v1/leaderboards/overall/rebuild", App.ADMIN_KEY, null, Map.of())
                        .status());
        redis.flush();
        awaitTotal("fair", 80_001);
        awaitTotal("cheat", null);
        assertEquals(204, show(two, "cheat"));
        awaitTotal("cheat", 90_010);
        assertEquals(204, show(two, "cheat"), "as often as one likes");
        // A node that has not noticed yet that the ranking was made anew notices now, and tells no standing.
        AtomicInteger posts = new AtomicInteger();
        Await.until("a standing", () -> {
            JsonArray standings = post(one, "cheat", 10).json().getJsonArray("standings");
            int expected = 90_010 + 10 * posts.incrementAndGet();
            return !standings.isEmpty() && standings.getJsonObject(0).getInteger("score") == expected;
        });
        awaitTotal("cheat", 90_010 + 10 * posts.get());
    }

    /** Batches are in flight on both nodes whenever somebody is hidden: none may bring an entry back. */
    @Test
    void shouldHideAndShowExactlyWhileScoresCome() throws ExecutionException, InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> writers = List.of(one, two, one, two).stream()
                    .<Future<?>>map(app -> threads.submit(() -> {
                        while (!done.get()) {
                            post(app, "busy", 1);
                        }
                    }))
                    .toList();
            for (int i = 0; i < 10; i++) {
                Await.until("an entry", () -> total(one, "busy") != null);
                assertEquals(204, hide(i % 2 == 0 ? one : two, "busy"));
                awaitTotal("busy", null);
                long scores = Oracle.number(database, "select count(*) from score where user_id = 'busy'");
                Await.until(
                        "more scores",
                        () -> Oracle.number(database, "select count(*) from score where user_id = 'busy'")
                                > scores + 20);
                assertEquals(null, total(two, "busy"), "still hidden");
                assertEquals(204, show(i % 3 == 0 ? one : two, "busy"));
            }
            done.set(true);
            for (Future<?> writer : writers) {
                writer.get();
            }
            awaitTotal("busy", (int) Oracle.number(database, "select sum(score) from score where user_id = 'busy'"));
            assertEquals(204, hide(one, "busy"));
            awaitTotal("busy", null);
        } finally {
            done.set(true);
            threads.shutdown();
        }
    }

    /** Such a batch has not seen that the user is hidden, and would be added to an entry that was computed without it. */
    @Test
    void shouldWaitForBatchesInFlightAndHoldUpTheNext() throws SQLException {
        post(one, "inflight", 1);
        try (Connection batch = Oracle.connect(database)) {
            batch.setAutoCommit(false);
            batch.createStatement()
                    .execute(
                            "with gate as (delete from write_gate where false) insert into score (id, user_id, activity, score, occurred_at, timed) values "
                                    + "(gen_random_uuid(), 'inflight', 'rowing', 7, now(), false)");
            CompletableFuture<Integer> hidden = CompletableFuture.supplyAsync(() -> hide(one, "inflight"));
            Await.until(
                    "the lock to be waited for",
                    () -> Oracle.number(
                                    database,
                                    "select count(*) from pg_locks where not granted and relation = 'write_gate'::regclass")
                            == 1);
            assertEquals(false, hidden.isDone());
            batch.commit();
            assertEquals(204, hidden.join());
        }
        awaitTotal("inflight", null);
        assertEquals(204, show(two, "inflight"));
        awaitTotal("inflight", 8);
    }

    @Test
    void shouldBeForAdminsWhoSayWhy() {
        String path = "/api/v1/users/somebody/hidden";
        JsonObject why = new JsonObject().put("reason", "x");
        assertEquals(404, one.api().put(path, App.ADMIN_KEY, why).status());
        assertEquals(404, show(one, "nobody-at-all"));
        assertEquals(400, one.api().put(path, App.ADMIN_KEY, new JsonObject()).status());
        assertEquals(
                400,
                one.api()
                        .put(path, App.ADMIN_KEY, why.copy().put("reason", " "))
                        .status());
        assertEquals(403, one.api().put(path, one.ingestKey(), why).status());
        assertEquals(
                403, one.api().put(path, one.api().newAccount().token(), why).status());
        assertEquals(
                403,
                one.api().call("DELETE", path, one.ingestKey(), null, Map.of()).status());
    }
}
