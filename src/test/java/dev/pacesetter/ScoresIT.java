package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /scores}: what counts, what is refused, and what is answered. */
class ScoresIT {

    private static final String SCORES = "/api/v1/scores";

    private static String database;
    private static ErrorLog log;
    private static RedisHandle redis;
    private static App app;
    private static Api api;
    private static Account ada;
    private static String key;

    @BeforeAll
    static void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        app = App.start(database, redis.uri());
        api = app.api();
        ada = api.newAccount();
        key = app.ingestKey();
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors(), "bad input is no error of ours");
    }

    private static Answer post(@Nullable String bearer, JsonObject score, String... headers) {
        Map<String, String> all = headers.length == 0 ? Map.of() : Map.of(headers[0], headers[1]);
        return api.call("POST", SCORES, bearer, score.encode(), all);
    }

    private static JsonObject standing(Answer answer, String leaderboard) {
        JsonArray all = answer.json().getJsonArray("standings");
        return all.stream()
                .map(JsonObject.class::cast)
                .filter(one -> one.getString("leaderboard").equals(leaderboard))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no standing in " + answer.status() + " " + answer.text()));
    }

    @Test
    void shouldFindAScoreInTheListAsSoonAsItsStandingsAreKnown() {
        for (int i = 1; i <= 50; i++) {
            // A copy of the page from before, at hand.
            api.get("/api/v1/leaderboards/overall/entries", null);
            post(key, Api.score("swimming", 90_000).put("userId", "zz-swimmer"));
            JsonObject first = api.get("/api/v1/leaderboards/overall/entries", null)
                    .json()
                    .getJsonArray("entries")
                    .getJsonObject(0);
            assertEquals(90_000 * i, first.getInteger("score"));
        }
    }

    @Test
    void shouldAnswerWithTheStandings() {
        Account one = api.newAccount();
        Answer answer = post(one.token(), Api.score("running", 30));
        assertEquals(201, answer.status(), answer.text());
        JsonObject score = answer.json();
        assertEquals(one.id(), score.getString("userId"));
        assertEquals("running", score.getString("activity"));
        assertEquals(30, score.getInteger("score"));
        assertTrue(Duration.between(Instant.parse(score.getString("occurredAt")), Instant.now())
                        .abs()
                        .compareTo(Duration.ofMinutes(1))
                < 0);
        assertEquals(3, score.getJsonArray("standings").size());
        assertNull(standing(answer, "overall").getValue("previousRank"));
        JsonObject again = standing(post(one.token(), Api.score("yoga", 5)), "overall");
        assertEquals(35, again.getInteger("score"));
        assertTrue(again.getInteger("previousRank") >= 1);
        Answer read = api.get("/api/v1/leaderboards/overall/entries/" + one.id(), null);
        assertEquals(35, read.json().getJsonObject("entry").getInteger("score"));
    }

    /** Scores feed private leaderboards too, and nobody is told of those but admins. */
    @Test
    void shouldTellAdminsAloneOfPrivateLeaderboards() {
        Account eve = api.newAccount();
        JsonObject board = new JsonObject()
                .put("title", "Nobody's business")
                .put("activities", new JsonArray().add("snooping"))
                .put("mode", "sum")
                .put("period", "all-time");
        for (JsonObject one : List.of(
                board.copy().put("id", "open-sum"),
                board.copy().put("id", "secret-sum").put("visibility", "private"),
                board.copy()
                        .put("id", "secret-limits")
                        .put("visibility", "private")
                        .put("reviewAbove", 7_100)
                        .put("maxScore", 7_777))) {
            assertEquals(
                    201, api.post("/api/v1/leaderboards", App.ADMIN_KEY, one).status());
        }
        Await.until("both to take scores", () -> {
            String text =
                    post(App.ADMIN_KEY, snooped(5).put("userId", "app.snoop")).text();
            return text.contains("open-sum") && text.contains("secret-sum") && text.contains("secret-limits");
        });
        List<String> said = new ArrayList<>();
        for (String bearer : List.of(eve.token(), key)) {
            Answer answer = post(bearer, snooped(5).put("userId", eve.id()), "Idempotency-Key", "snoop");
            assertTrue(answer.status() == 201 || answer.status() == 200, answer.text());
            assertEquals(5, standing(answer, "open-sum").getInteger("score"));
            said.add(answer.text());
        }
        for (String bearer : List.of(eve.token(), key)) {
            Answer held = post(bearer, snooped(7_200).put("userId", eve.id()), "Idempotency-Key", "held");
            assertEquals(
                    "beyond what is taken without a look at it", held.json().getString("held"), held.text());
            said.add(held.text());
            Answer refused = post(bearer, snooped(7_778).put("userId", eve.id()));
            assertEquals("score-out-of-range", refused.problem());
            said.add(refused.text());
        }
        JsonObject line = snooped(7_778).put("userId", eve.id());
        JsonObject heldLine = snooped(7_200).put("userId", eve.id());
        said.add(api.call("POST", SCORES + "/batch", key, line.encode() + "\n" + heldLine.encode(), Map.of())
                .text());
        String id = post(eve.token(), snooped(1)).json().getString("id");
        for (int value : List.of(7_778, 7_200)) {
            JsonObject change = new JsonObject().put("score", value);
            said.add(api.call("PATCH", SCORES + "/" + id, eve.token(), change.encode(), Map.of())
                    .text());
        }
        said.add(api.get(SCORES + "/" + id, eve.token()).text());
        said.add(api.get(SCORES, eve.token()).text());
        said.add(api.get(SCORES + "/export?format=ndjson", eve.token()).text());
        for (String text : said) {
            assertFalse(text.contains("secret"), text);
            assertFalse(text.contains("7777") || text.contains("7100"), text);
        }
        assertTrue(String.join("", said).split("beyond what is taken", -1).length > 5, said.toString());

        Answer refused = post(App.ADMIN_KEY, snooped(7_778).put("userId", eve.id()));
        assertEquals("The leaderboard secret-limits takes scores from 0 to 7777 for snooping", detail(refused));
        // Where a public one has a word to say, too, that is said.
        JsonObject open = board.copy().put("id", "open-limits").put("reviewAbove", 7_000);
        assertEquals(
                201,
                api.post("/api/v1/leaderboards", App.ADMIN_KEY, open.put("maxScore", 7_700))
                        .status());
        Await.until("it, too", () -> post(eve.token(), snooped(7_778)).text().contains("open-limits takes scores"));
        assertTrue(post(eve.token(), snooped(7_200)).text().contains("open-limits takes without a look"));
    }

    private static JsonObject snooped(int score) {
        return Api.score("snooping", score);
    }

    private static String detail(Answer problem) {
        return problem.json().getString("detail");
    }

    @Test
    void shouldAnswerMinimallyWhenPreferred() {
        Answer answer = post(ada.token(), Api.score("swimming", 1), "Prefer", "return=minimal");
        assertEquals(201, answer.status());
        assertEquals(java.util.Set.of("id"), answer.json().fieldNames());
    }

    @Test
    void shouldKeepAScoreThatNoLeaderboardTakes() {
        Answer answer = post(ada.token(), Api.score("juggling", 7));
        assertEquals(201, answer.status());
        assertEquals(new JsonArray(), answer.json().getJsonArray("standings"));
    }

    @Test
    void shouldCountARepeatOnce() {
        Account one = api.newAccount();
        Answer first = post(one.token(), Api.score("rowing", 10), "Idempotency-Key", "workout-1");
        Answer repeat = post(one.token(), Api.score("rowing", 10), "Idempotency-Key", "workout-1");
        assertEquals(201, first.status());
        assertEquals(200, repeat.status());
        assertEquals(first.json().getString("id"), repeat.json().getString("id"));
        assertEquals(first.json().getString("occurredAt"), repeat.json().getString("occurredAt"));
        assertEquals(10, standing(repeat, "overall").getInteger("score"));
        Answer other = post(one.token(), Api.score("rowing", 11), "Idempotency-Key", "workout-1");
        assertEquals(422, other.status());
        assertEquals("idempotency-conflict", other.problem());
        Answer somebodyElse = post(ada.token(), Api.score("rowing", 10), "Idempotency-Key", "workout-1");
        assertEquals(201, somebodyElse.status());
        assertNotEquals(first.json().getString("id"), somebodyElse.json().getString("id"));
    }

    @Test
    void shouldTakeAScoreBackForItsOwnerAndNotBringItBackByALateRepeat() {
        Account eve = api.newAccount();
        JsonObject score = Api.score("running", 30);
        String kept = post(eve.token(), Api.score("running", 12)).json().getString("id");
        String id = post(eve.token(), score, "Idempotency-Key", "walk-1").json().getString("id");
        assertEquals(404, delete(id, ada.token()).status(), "not hers");
        assertEquals(403, delete(id, key).status(), "an ingest key adds, it does not take");
        assertEquals(404, delete("no-id", eve.token()).status());
        assertEquals(401, delete(id, null).status());
        assertEquals(204, delete(id, eve.token()).status());
        assertEquals(204, delete(id, eve.token()).status(), "as often as one likes");
        Answer late = post(eve.token(), score, "Idempotency-Key", "walk-1");
        assertEquals(200, late.status());
        assertEquals(id, late.json().getString("id"));
        String entry = "/api/v1/leaderboards/overall/entries/" + eve.id();
        Await.until(
                "corrected",
                () -> api.get(entry, null).json().getJsonObject("entry").getInteger("score") == 12);
        assertEquals(204, delete(kept, App.ADMIN_KEY).status(), "an admin may");
        Await.until("gone", () -> api.get(entry, null).status() == 404);
    }

    private static Answer delete(String id, @Nullable String bearer) {
        return api.call("DELETE", SCORES + "/" + id, bearer, null, Map.of());
    }

    @Test
    void shouldLetABackEndPostForAnybody() {
        String unknown = "app." + UUID.randomUUID();
        Answer answer = post(key, Api.score("cycling", 12).put("userId", unknown));
        assertEquals(201, answer.status(), answer.text());
        JsonObject entry = api.get("/api/v1/leaderboards/overall/entries/" + unknown, null)
                .json()
                .getJsonObject("entry");
        assertEquals(unknown, entry.getString("name"));
        Answer nameless = post(key, Api.score("cycling", 12));
        assertEquals(400, nameless.status());
    }

    @Test
    void shouldRankTimesBestFirst() {
        Account one = api.newAccount();
        assertEquals(1500, best(post(one.token(), Api.score("running-5k", 1500))));
        assertEquals(1500, best(post(one.token(), Api.score("running-5k", 1600))));
        assertEquals(1400, best(post(one.token(), Api.score("running-5k", 1400))));
    }

    private static int best(Answer answer) {
        return standing(answer, "fastest-5k").getInteger("score");
    }

    @Test
    void shouldPutALateScoreIntoItsOwnPeriod() {
        Account one = api.newAccount();
        Instant lastWeek = Instant.now().minus(Duration.ofDays(7));
        Answer answer = post(one.token(), Api.score("walking", 3).put("occurredAt", lastWeek.toString()));
        String period = standing(answer, "weekly").getString("period");
        Answer entry = api.get("/api/v1/leaderboards/weekly/entries/" + one.id() + "?period=" + period, null);
        assertEquals(3, entry.json().getJsonObject("entry").getInteger("score"));
        assertEquals(
                404,
                api.get("/api/v1/leaderboards/weekly/entries/" + one.id(), null).status());
    }

    static Stream<Arguments> refused() {
        JsonObject good = Api.score("running", 5);
        return Stream.of(
                Arguments.of("no activity", new JsonObject().put("score", 5).encode(), "activity"),
                Arguments.of("null activity", good.copy().putNull("activity").encode(), "activity"),
                Arguments.of("activity a number", good.copy().put("activity", 5).encode(), "activity"),
                Arguments.of(
                        "activity no slug",
                        good.copy().put("activity", "Trail Running").encode(),
                        "activity"),
                Arguments.of(
                        "activity too long",
                        good.copy().put("activity", "a".repeat(33)).encode(),
                        "activity"),
                Arguments.of(
                        "no score", new JsonObject().put("activity", "running").encode(), "score"),
                Arguments.of("score text", good.copy().put("score", "5").encode(), "score"),
                Arguments.of("score a fraction", good.copy().put("score", 1.5).encode(), "score"),
                Arguments.of("score a whole fraction", "{\"activity\":\"running\",\"score\":1.0}", "score"),
                Arguments.of("score an exponent", "{\"activity\":\"running\",\"score\":1e2}", "score"),
                Arguments.of("score below zero", good.copy().put("score", -1).encode(), "score"),
                Arguments.of("score past 2^31", "{\"activity\":\"juggling\",\"score\":2147483648}", "score"),
                Arguments.of("score past 2^64", "{\"activity\":\"juggling\",\"score\":99999999999999999999}", "score"),
                Arguments.of(
                        "time no time",
                        good.copy().put("occurredAt", "yesterday").encode(),
                        "occurredAt"),
                Arguments.of(
                        "time without zone",
                        good.copy().put("occurredAt", "2026-11-01T10:00:00").encode(),
                        "occurredAt"),
                Arguments.of(
                        "time a number", good.copy().put("occurredAt", 12345).encode(), "occurredAt"),
                Arguments.of(
                        "time in the future",
                        good.copy()
                                .put(
                                        "occurredAt",
                                        Instant.now().plusSeconds(3600).toString())
                                .encode(),
                        "occurredAt"),
                Arguments.of(
                        "time too old",
                        good.copy().put("occurredAt", "2001-01-01T00:00:00Z").encode(),
                        "occurredAt"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void shouldSayWhichFieldIsWrong(String what, String body, String field) {
        long before = Oracle.scores(database);
        Answer answer = api.call("POST", SCORES, ada.token(), body, Map.of());
        assertEquals(400, answer.status(), answer.text());
        assertEquals("invalid-request", answer.problem());
        JsonArray errors = answer.json().getJsonArray("errors");
        assertEquals(1, errors.size(), answer.text());
        assertEquals(field, errors.getJsonObject(0).getString("field"));
        assertFalse(errors.getJsonObject(0).getString("detail").isBlank());
        assertEquals(before, Oracle.scores(database));
    }

    @Test
    void shouldNameEveryFieldThatIsWrong() {
        Answer answer = post(
                ada.token(),
                new JsonObject().put("activity", "A").put("score", 1.5).put("occurredAt", ""));
        assertEquals(3, answer.json().getJsonArray("errors").size(), answer.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "ä", "x\u0000y", "", "a/b", "../etc", "<script>"})
    void shouldRefuseOddUserIds(String userId) {
        Answer answer = post(key, Api.score("running", 5).put("userId", userId));
        assertEquals(400, answer.status(), answer.text());
        assertEquals(
                "userId", answer.json().getJsonArray("errors").getJsonObject(0).getString("field"));
    }

    @Test
    void shouldRefuseWhatABoardDoesNotAllow() {
        Answer answer = post(ada.token(), Api.score("running", 100_001));
        assertEquals(422, answer.status(), answer.text());
        assertEquals("score-out-of-range", answer.problem());
        assertTrue(answer.text().contains("100000"), answer.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "5", "null", "{\"activity\":}", "\"x\"", "{\"a\":1}{", "not json"})
    void shouldRefuseWhatIsNoJsonObject(String body) {
        Answer answer = api.call("POST", SCORES, ada.token(), body, Map.of());
        assertEquals(400, answer.status(), answer.text());
        assertFalse(answer.problem().isEmpty(), answer.text());
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        String body = "{\"activity\":\"running\",\"score\":5,\"note\":\"" + "x".repeat(200_000) + "\"}";
        Answer answer = api.call("POST", SCORES, ada.token(), body, Map.of());
        assertEquals(413, answer.status(), answer.text());
        assertEquals("body-too-large", answer.problem());
    }

    @Test
    void shouldRefuseAnotherContentType() {
        Answer answer = api.call(
                "POST", SCORES, ada.token(), Api.score("running", 5).encode(), Map.of("Content-Type", "text/plain"));
        assertEquals(415, answer.status(), answer.text());
    }

    @Test
    void shouldRefuseToWriteForSomebodyElse() {
        Answer answer = post(ada.token(), Api.score("running", 5).put("userId", "somebody-else"));
        assertEquals(403, answer.status(), answer.text());
        assertEquals(
                201,
                post(ada.token(), Api.score("running", 5).put("userId", ada.id()))
                        .status());
    }

    @Test
    void shouldRefuseWhoIsNotSignedIn() {
        for (String bearer : new String[] {
            null, "nonsense", "a.b.c", ada.token() + "x", withoutSignature(ada.token()), "ps_ingest_unknown"
        }) {
            Answer answer = post(bearer, Api.score("running", 5));
            assertEquals(401, answer.status(), answer.text());
            assertEquals("unauthenticated", answer.problem());
            assertTrue(answer.headers().containsKey("WWW-Authenticate"));
        }
    }

    private static String withoutSignature(String token) {
        String none = java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"typ\":\"JWT\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return none + "." + token.split("\\.", -1)[1] + ".";
    }

    @Test
    void shouldRefuseAnOddIdempotencyKey() {
        for (String odd : new String[] {"x".repeat(129), "two words"}) {
            Answer answer = post(ada.token(), Api.score("running", 5), "Idempotency-Key", odd);
            assertEquals(400, answer.status(), answer.text());
        }
    }
}
