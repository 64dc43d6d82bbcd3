package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is too much of an activity in a day of the athlete's clock, however it comes. */
class DayLimitsIT {

    private static final String SCORES = "/api/v1/scores";
    private static final String ADMIN = App.ADMIN_KEY;

    private static ErrorLog log;
    private static RedisHandle redis;
    private static App one;

    @BeforeAll
    static void start() {
        log = ErrorLog.open();
        redis = Stores.newRedis();
        one = App.start(Stores.newDatabase(), redis.uri());
        board("everything", "*", new JsonObject());
    }

    private static void board(String id, String activity, JsonObject more) {
        JsonObject board = new JsonObject()
                .put("id", id)
                .put("title", id)
                .put("activities", new JsonArray().add(activity))
                .put("mode", "sum")
                .put("period", "all-time")
                .mergeIn(more);
        Answer made = one.api().post("/api/v1/leaderboards", ADMIN, board);
        assertEquals(201, made.status(), made.text());
    }

    @AfterAll
    static void stop() {
        one.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private static void limit(String activity, JsonObject limits) {
        Answer answer = one.api().put("/api/v1/activities/" + activity + "/limits", ADMIN, limits);
        assertEquals(200, answer.status(), answer.text());
    }

    private static Answer post(String bearer, JsonObject score) {
        Answer answer = one.api().post(SCORES, bearer, score);
        assertEquals(201, answer.status(), answer.text());
        return answer;
    }

    private static Answer batch(List<JsonObject> scores) {
        StringBuilder lines = new StringBuilder();
        scores.forEach(score -> lines.append(score.encode()).append('\n'));
        Answer answer = one.api().call("POST", SCORES + "/batch", ADMIN, lines.toString(), Map.of());
        assertEquals(200, answer.status(), answer.text());
        return answer;
    }

    /** Of each line, whether it is held. */
    private static List<Boolean> held(List<JsonObject> scores) {
        return batch(scores)
                .text()
                .lines()
                .map(line -> new JsonObject(line).containsKey("held"))
                .toList();
    }

    private static JsonObject score(String activity, String user, int score, String at, @Nullable String key) {
        JsonObject one = Api.score(activity, score).put("userId", user).put("occurredAt", at);
        return key == null ? one : one.put("key", key);
    }

    private static void await(String user, int expected) {
        Await.until(user + " to have " + expected, () -> {
            Answer answer = one.api().get("/api/v1/leaderboards/everything/entries/" + user, null);
            return answer.status() == 200
                    && answer.json().getJsonObject("entry").getInteger("score") == expected;
        });
    }

    @Test
    void shouldHoldWhatIsBeyondTheLimitOfADay() {
        String limits = "/api/v1/activities/walking/limits";
        assertEquals(400, one.api().put(limits, ADMIN, new JsonObject()).status());
        limit("walking", new JsonObject().put("maxPerDay", 3).put("maxScorePerDay", 1_000));
        // In one batch, and one after the other; each day of the athlete's own clock for itself.
        List<JsonObject> lines = IntStream.range(0, 5)
                .mapToObj(i -> score("walking", "kim", 10, "2026-11-10T23:30:0" + i + "+09:00", "a" + i))
                .toList();
        Answer batch = batch(lines);
        assertEquals(
                List.of(false, false, false, true, true),
                batch.text()
                        .lines()
                        .map(line -> new JsonObject(line).containsKey("held"))
                        .toList());
        Answer next = post(ADMIN, score("walking", "kim", 10, "2026-11-10T00:00:00+09:00", null));
        assertEquals("more than 3 walking a day", next.json().getString("held"));
        assertNull(post(ADMIN, score("walking", "kim", 999, "2026-11-11T00:00:00+09:00", null))
                .json()
                .getString("held"));
        assertEquals(
                "more than 1000 of walking a day",
                post(ADMIN, score("walking", "kim", 2, "2026-11-11T00:00:00+09:00", null))
                        .json()
                        .getString("held"));
        await("kim", 30 + 999);
        // A repeat is a repeat.
        assertEquals(batch.text(), batch(lines).text());
        assertTrue(one.api().get("/api/v1/activities", ADMIN).text().contains("walking"));
        assertEquals(
                204, one.api().call("DELETE", limits, ADMIN, null, Map.of()).status());
        assertEquals(
                404, one.api().call("DELETE", limits, ADMIN, null, Map.of()).status());
        assertNull(post(ADMIN, score("walking", "kim", 5_000, "2026-11-11T00:00:00+09:00", null))
                .json()
                .getString("held"));
    }

    /** As a phone's outbox does that has had no answer: all of it again, and what came since. */
    @Test
    void shouldNotCountRepeatsTwice() {
        limit("jogging", new JsonObject().put("maxPerDay", 5).put("maxScorePerDay", 100));
        List<JsonObject> lines = IntStream.range(0, 6)
                .mapToObj(i -> score("jogging", "lea", 20, "2026-11-10T12:00:0" + i + "Z", "a" + i))
                .toList();
        assertEquals(List.of(false, false, false), held(lines.subList(0, 3)));
        assertEquals(List.of(false, false, false, false), held(lines.subList(0, 4)));
        assertEquals(List.of(false, false, false, false, false, true), held(lines));
        await("lea", 100);
        // Nor those that were taken back, though their ids are spent.
        String last = batch(lines.subList(4, 5)).text().lines().findFirst().orElseThrow();
        assertEquals(
                204,
                one.api()
                        .call("DELETE", SCORES + "/" + new JsonObject(last).getString("id"), ADMIN, null, Map.of())
                        .status());
        JsonObject instead = score("jogging", "lea", 20, "2026-11-10T12:00:09Z", "b");
        assertEquals(
                List.of(false, false, false, false, false, false),
                held(List.of(lines.get(0), lines.get(1), lines.get(2), lines.get(3), lines.get(4), instead)));
        await("lea", 100);
    }

    @Test
    void shouldNotCountWhatIsHeldForAnotherReason() {
        limit("hiking", new JsonObject().put("maxPerDay", 2));
        board("hikes", "hiking", new JsonObject().put("reviewAbove", 1_000));
        List<JsonObject> lines = List.of(
                score("hiking", "mia", 5_000, "2026-11-10T12:00:00Z", "a"),
                score("hiking", "mia", 10, "2026-11-10T12:00:01Z", "b"),
                score("hiking", "mia", 20, "2026-11-10T12:00:02Z", "c"),
                score("hiking", "mia", 40, "2026-11-10T12:00:03Z", "d"));
        assertEquals(List.of(true, false, false, true), held(lines));
        await("mia", 30);
    }

    @Test
    void shouldHoldWhatAnOwnerMakesOfAScoreBeyondTheLimitOfItsDay() {
        limit("skating", new JsonObject().put("maxPerDay", 2).put("maxScorePerDay", 100));
        Account nia = one.api().newAccount();
        String first = skated(nia, 1, "2026-11-10T12:00:00Z");
        String second = skated(nia, 2, "2026-11-10T13:00:00Z");
        String third = skated(nia, 4, "2026-11-11T12:00:00Z");
        // Within them, also on the day that it was on: it does not stand beside itself.
        assertNull(change(nia.token(), first, new JsonObject().put("score", 98)));
        assertNull(change(nia.token(), first, new JsonObject().put("occurredAt", "2026-11-10T12:30:00Z")));
        await(nia.id(), 98 + 2 + 4);
        assertEquals("more than 100 of skating a day", change(nia.token(), second, new JsonObject().put("score", 3)));
        await(nia.id(), 98 + 4);
        // The second is held now, and does not count there either.
        assertNull(change(
                nia.token(),
                third,
                new JsonObject().put("occurredAt", "2026-11-10T14:00:00Z").put("score", 2)));
        String fourth = skated(nia, 0, "2026-11-12T12:00:00Z");
        assertEquals(
                "more than 2 skating a day",
                change(nia.token(), fourth, new JsonObject().put("occurredAt", "2026-11-10T23:00:00-05:00")));
        // By another activity's name, too; and an admin knows what to do.
        String other = post(nia.token(), Api.score("sledging", 500)).json().getString("id");
        assertEquals(
                "more than 100 of skating a day",
                change(nia.token(), other, new JsonObject().put("activity", "skating")));
        assertNull(change(ADMIN, third, new JsonObject().put("score", 1_000)));
        await(nia.id(), 98 + 1_000);
    }

    private static String skated(Account user, int score, String at) {
        JsonObject one = Api.score("skating", score).put("occurredAt", at);
        return post(user.token(), one).json().getString("id");
    }

    /** Why it is held then. */
    private static @Nullable String change(String bearer, String id, JsonObject change) {
        Answer answer = one.api().call("PATCH", SCORES + "/" + id, bearer, change.encode(), Map.of());
        assertEquals(200, answer.status(), answer.text());
        return answer.json().getString("held");
    }
}
