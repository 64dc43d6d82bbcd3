package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Scores changed, held, released and rejected; users suspended; and who did it. */
class CorrectionsIT {

    private static final String SCORES = "/api/v1/scores";
    private static final String ADMIN = App.ADMIN_KEY;

    private static ErrorLog log;
    private static RedisHandle redis;
    private static App one;
    private static App two;

    @BeforeAll
    static void start() {
        String database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        one = App.start(database, redis.uri());
        two = App.start(database, redis.uri());
        board(
                "best-row",
                "best",
                "all-time",
                new JsonObject().put("reviewAbove", 10_000).put("reviewBelow", 3));
        board("rows-by-day", "count", "day", new JsonObject());
    }

    private static void board(String id, String mode, String period, JsonObject more) {
        JsonObject board = new JsonObject()
                .put("id", id)
                .put("title", id)
                .put("activities", new JsonArray().add("rowing"))
                .put("mode", mode)
                .put("period", period)
                .mergeIn(more);
        assertEquals(201, one.api().post("/api/v1/leaderboards", ADMIN, board).status());
        Await.until(
                id + " on both",
                () -> two.api()
                                .get("/api/v1/leaderboards/" + id + "/entries", null)
                                .status()
                        == 200);
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private static Answer post(String bearer, JsonObject score) {
        return one.api().post(SCORES, bearer, score);
    }

    private static String posted(String user, int score) {
        Answer answer = post(ADMIN, Api.score("rowing", score).put("userId", user));
        assertEquals(201, answer.status(), answer.text());
        return answer.json().getString("id");
    }

    private static Answer patch(String bearer, String id, JsonObject change) {
        return two.api()
                .call("PATCH", SCORES + "/" + id, bearer, change.encode(), Map.of("Content-Type", "application/json"));
    }

    private static @Nullable Integer score(String board, String user, String query) {
        Answer answer = two.api().get("/api/v1/leaderboards/" + board + "/entries/" + user + query, null);
        return answer.status() == 200 ? answer.json().getJsonObject("entry").getInteger("score") : null;
    }

    private static void await(String board, String user, @Nullable Integer expected) {
        await(board, user, "", expected);
    }

    private static void await(String board, String user, String query, @Nullable Integer expected) {
        Await.until(
                user + " to have " + expected + " on " + board + query,
                () -> Objects.equals(expected, score(board, user, query)));
    }

    private static List<JsonObject> acts(String query) {
        JsonArray acts = one.api().get("/api/v1/audit" + query, ADMIN).json().getJsonArray("acts");
        return IntStream.range(0, acts.size()).mapToObj(acts::getJsonObject).toList();
    }

    @Test
    void shouldCountAScoreAsItWasChangedOnEveryBoardAndPeriodAndSayWho() {
        Account ann = one.api().newAccount();
        Instant yesterday = Instant.now().minusSeconds(86_400);
        String day = "?period=" + yesterday.atOffset(ZoneOffset.UTC).toLocalDate();
        posted(ann.id(), 500);
        JsonObject typo = Api.score("rowing", 9_000);
        String id = one.api()
                .call(
                        "POST",
                        SCORES,
                        ann.token(),
                        typo.encode(),
                        Map.of("Content-Type", "application/json", "Idempotency-Key", "typo"))
                .json()
                .getString("id");
        await("best-row", ann.id(), 9_000);
        await("overall", ann.id(), 9_500);
        await("rows-by-day", ann.id(), 2);

        Answer changed = patch(
                ann.token(),
                id,
                new JsonObject()
                        .put("score", 90)
                        .put("occurredAt", yesterday.toString())
                        .put("reason", "metres, not kilometres"));
        assertEquals(200, changed.status(), changed.text());
        assertEquals(90, changed.json().getInteger("score"));
        await("best-row", ann.id(), 500);
        await("overall", ann.id(), 590);
        await("rows-by-day", ann.id(), 1);
        await("rows-by-day", ann.id(), day, 1);

        JsonObject act = acts("?scoreId=" + id).get(0);
        assertEquals("change", act.getString("action"));
        assertEquals("user:" + ann.id(), act.getString("actor"));
        assertEquals("metres, not kilometres", act.getString("reason"));
        assertEquals(9_000, act.getJsonObject("was").getInteger("score"));
        assertEquals(90, act.getJsonObject("became").getInteger("score"));
        // What was sent first, sent again, is still the same.
        Answer again = one.api()
                .call(
                        "POST",
                        SCORES,
                        ann.token(),
                        typo.encode(),
                        Map.of("Content-Type", "application/json", "Idempotency-Key", "typo"));
        assertEquals(200, again.status(), again.text());
        assertEquals(id, again.json().getString("id"));
        await("overall", ann.id(), 590);
        // Another activity: gone from the board, still in the total.
        assertEquals(
                200, patch(ADMIN, id, new JsonObject().put("activity", "yoga")).status());
        await("rows-by-day", ann.id(), day, null);
        await("overall", ann.id(), 590);
        assertEquals("key:settings", acts("?userId=" + ann.id()).get(0).getString("actor"));
    }

    @Test
    void shouldSayWhatIsWrongWithAChange() {
        Account ben = one.api().newAccount();
        String id = posted(ben.id(), 77);
        assertEquals(400, patch(ben.token(), id, new JsonObject()).status());
        assertEquals(
                400, patch(ben.token(), id, new JsonObject().put("score", -1)).status());
        assertEquals(
                400,
                patch(ben.token(), id, new JsonObject().put("occurredAt", "2199-01-01T00:00:00Z"))
                        .status());
        assertEquals(
                400,
                patch(ben.token(), id, new JsonObject().put("score", 1).put("reason", ""))
                        .status());
        Account other = one.api().newAccount();
        assertEquals(
                404, patch(other.token(), id, new JsonObject().put("score", 1)).status());
        assertEquals(
                404,
                patch(ben.token(), "no-id", new JsonObject().put("score", 1)).status());
        assertEquals(
                403,
                patch(one.ingestKey(), id, new JsonObject().put("score", 1)).status());
        assertEquals(77, one.api().get(SCORES + "/" + id, ben.token()).json().getInteger("score"));
        assertEquals(404, one.api().get(SCORES + "/" + id, other.token()).status());
        assertEquals(
                204,
                one.api()
                        .call("DELETE", SCORES + "/" + id + "?reason=mine", ben.token(), null, Map.of())
                        .status());
        assertEquals("mine", acts("?scoreId=" + id).get(0).getString("reason"));
        assertEquals(
                404, patch(ben.token(), id, new JsonObject().put("score", 1)).status());
    }

    @Test
    void shouldHoldWhatIsHardToBelieveUntilAnAdminSays() {
        Answer answer = post(ADMIN, Api.score("rowing", 20_000).put("userId", "rocket"));
        assertEquals(201, answer.status());
        assertTrue(answer.json().getString("held").contains("best-row"), answer.text());
        assertEquals(0, answer.json().getJsonArray("standings").size());
        String rocket = answer.json().getString("id");
        String tiny = posted("tiny", 2);
        posted("tiny", 40);
        await("overall", "tiny", 40);
        assertNull(score("overall", "rocket", ""));

        List<String> held = heldIds();
        assertTrue(held.containsAll(List.of(rocket, tiny)), held.toString());
        // Not when Redis forgets everything, either.
        redis.flush();
        await("overall", "tiny", 40);
        assertNull(score("overall", "rocket", ""));

        assertEquals(204, admin("release", rocket, "seen on video"));
        assertEquals(204, admin("release", rocket, "as often as one likes"));
        await("overall", "rocket", 20_000);
        await("best-row", "rocket", 20_000);
        assertEquals(204, admin("reject", tiny, "a slip"));
        assertTrue(heldIds().stream().noneMatch(List.of(rocket, tiny)::contains));
        assertEquals(
                List.of("release"),
                acts("?scoreId=" + rocket).stream()
                        .map(one -> one.getString("action"))
                        .toList());
        assertEquals("reject", acts("?scoreId=" + tiny).get(0).getString("action"));
        await("overall", "tiny", 40);
        assertEquals(403, one.api().get(SCORES + "/held", one.ingestKey()).status());
    }

    private static int admin(String verb, String id, String reason) {
        return one.api()
                .post(SCORES + "/" + id + "/" + verb, ADMIN, new JsonObject().put("reason", reason))
                .status();
    }

    private static List<String> heldIds() {
        JsonArray all = one.api().get(SCORES + "/held", ADMIN).json().getJsonArray("scores");
        return IntStream.range(0, all.size())
                .mapToObj(i -> all.getJsonObject(i).getString("id"))
                .toList();
    }

    @Test
    void shouldTakeNothingFromASuspendedUser() {
        Account max = one.api().newAccount();
        String old = posted(max.id(), 50);
        String suspended = "/api/v1/users/" + max.id() + "/suspended";
        assertEquals(
                204,
                two.api()
                        .put(suspended, ADMIN, new JsonObject().put("reason", "sold medals"))
                        .status());
        Answer refused = post(max.token(), Api.score("rowing", 1));
        assertEquals(403, refused.status());
        assertEquals("user-suspended", refused.problem());
        assertEquals(
                403, post(ADMIN, Api.score("rowing", 1).put("userId", max.id())).status());
        Answer batch = one.api()
                .call(
                        "POST",
                        SCORES + "/batch",
                        ADMIN,
                        Api.score("rowing", 1).put("userId", max.id()).encode() + "\n"
                                + Api.score("rowing", 1)
                                        .put("userId", "somebody")
                                        .encode() + "\n",
                        Map.of());
        assertEquals(
                List.of(403, 0),
                batch.text()
                        .lines()
                        .map(line -> new JsonObject(line).getInteger("status", 0))
                        .toList());
        // Nor by making more of what was taken before; an admin may correct it.
        Answer raised = patch(max.token(), old, new JsonObject().put("score", 9_999));
        assertEquals(403, raised.status(), raised.text());
        assertEquals("user-suspended", raised.problem());
        assertEquals(200, patch(ADMIN, old, new JsonObject().put("score", 60)).status());
        await("overall", max.id(), 60);
        assertTrue(one.api().get("/api/v1/users/suspended", ADMIN).text().contains(max.id()));
        assertEquals(
                204, one.api().call("DELETE", suspended, ADMIN, null, Map.of()).status());
        assertEquals(201, post(max.token(), Api.score("rowing", 1)).status());
        assertEquals(
                List.of("resume", "change", "suspend"),
                acts("?userId=" + max.id()).stream()
                        .map(one -> one.getString("action"))
                        .toList());
        assertEquals(
                404,
                two.api()
                        .put("/api/v1/users/nobody/suspended", ADMIN, new JsonObject().put("reason", "x"))
                        .status());
    }

    /** What was taken back is in no standing that is told afterwards: such an entry is waited for. */
    @Test
    void shouldTellNoStandingThatHasWhatWasTakenBackBefore() {
        board("rows-summed", "sum", "all-time", new JsonObject());
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String user = "app.undone-" + i;
            post(ADMIN, Api.score("rowing", 3).put("userId", user));
            String wrong = posted(user, 5);
            assertEquals(
                    204,
                    one.api()
                            .call("DELETE", SCORES + "/" + wrong, ADMIN, null, Map.of())
                            .status());
            JsonObject right = Api.score("rowing", 7).put("userId", user);
            Answer answer = one.api().call("POST", SCORES, ADMIN, right.encode(), Map.of("Idempotency-Key", user));
            told.add(standings(answer));
            Answer again = two.api().call("POST", SCORES, ADMIN, right.encode(), Map.of("Idempotency-Key", user));
            assertEquals(200, again.status(), again.text());
            assertFalse(again.text().contains("\"score\":15"), again.text());
        }
        assertEquals(Collections.nCopies(20, "best-row 7, rows-by-day 2, rows-summed 10"), told);
    }

    private static String standings(Answer posted) {
        return posted.json().getJsonArray("standings").stream()
                .map(JsonObject.class::cast)
                .filter(one -> one.getString("leaderboard").contains("row"))
                .map(one -> one.getString("leaderboard") + " " + one.getInteger("score"))
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
