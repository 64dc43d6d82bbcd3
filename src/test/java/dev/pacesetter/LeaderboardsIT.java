package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaderboards show: order, ranks, ties, pages, neighbours, and who may look. */
class LeaderboardsIT {

    private static final String BOARDS = "/api/v1/leaderboards";
    private static final String SEEDS =
            """
            [{"id":"cup","title":"Cup","activities":["cup"],"mode":"best","order":"desc","period":"week",
              "unit":"points","minScore":0,"maxScore":1000},
             {"id":"secret","title":"Secret","activities":["cup"],"mode":"count","period":"day","visibility":"private"},
             {"id":"empty","title":"Empty","activities":["nothing"],"mode":"sum",
              "period":{"from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}}]
            """;

    @TempDir
    private static Path directory;

    private static ErrorLog log;
    private static RedisHandle redis;
    private static App app;
    private static Api api;
    private static String key;

    @BeforeAll
    static void start() throws IOException {
        Path seeds = Files.writeString(directory.resolve("leaderboards.json"), SEEDS);
        log = ErrorLog.open();
        redis = Stores.newRedis();
        app = App.start(Stores.newDatabase(), redis.uri(), new JsonObject().put("leaderboards", seeds.toString()));
        api = app.api();
        key = app.ingestKey();
        Instant now = Instant.now();
        // In the order of posting: b and c tie, b was first; d and e tie in everything but the id.
        post("a", 300, now);
        post("b", 200, now.minusSeconds(50));
        post("c", 200, now.minusSeconds(40));
        post("e", 100, now.minusSeconds(30));
        post("d", 100, now.minusSeconds(30));
        post("zero", 0, now);
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors(), "bad input is no error of ours");
    }

    private static void post(String user, int score, Instant at) {
        JsonObject body = Api.score("cup", score).put("userId", user).put("occurredAt", at.toString());
        Answer answer = api.post("/api/v1/scores", key, body);
        assertEquals(201, answer.status(), answer.text());
    }

    private static JsonArray entries(String query) {
        Answer answer = api.get(BOARDS + "/cup/entries" + query, null);
        assertEquals(200, answer.status(), answer.text());
        return answer.json().getJsonArray("entries");
    }

    private static List<String> ranks(JsonArray entries) {
        return entries.stream()
                .map(JsonObject.class::cast)
                .map(entry -> entry.getInteger("rank") + " " + entry.getString("userId"))
                .toList();
    }

    @Test
    void shouldOrderByScoreThenTimeThenId() {
        assertEquals(List.of("1 a", "2 b", "2 c", "4 d", "4 e", "6 zero"), ranks(entries("")));
        assertEquals(List.of("2 c", "4 d"), ranks(entries("?limit=2&offset=2")));
        assertEquals(
                List.of(), ranks(entries("?offset=50")), "past the end, as whoever pages until there is none comes to");
        assertEquals(List.of(), ranks(entries("?offset=10000000")));
    }

    @Test
    void shouldSayThatAPageIsTheOneHeld() {
        Answer page = api.get(BOARDS + "/empty/entries", null);
        String tag = page.headers().get("ETag");
        assertEquals("no-cache", page.headers().get("Cache-Control"));
        for (String held : List.of(tag, "*", "W/" + tag, "\"other\", " + tag)) {
            Answer again = api.call("GET", BOARDS + "/empty/entries", null, null, Map.of("If-None-Match", held));
            assertEquals(304, again.status(), held);
            assertEquals("", again.text());
            assertEquals(tag, again.headers().get("ETag"));
        }
        Answer other = api.call("GET", BOARDS + "/empty/entries", null, null, Map.of("If-None-Match", "\"other\""));
        assertEquals(page.text(), other.text());
        String secret =
                api.get(BOARDS + "/secret/entries", App.ADMIN_KEY).headers().get("Cache-Control");
        assertEquals("private, no-cache", secret);
    }

    @Test
    void shouldAgreeOnRankInListAndAlone() {
        for (Object one : entries("")) {
            JsonObject entry = (JsonObject) one;
            Answer alone = api.get(BOARDS + "/cup/entries/" + entry.getString("userId") + "?around=2", null);
            JsonObject found = alone.json().getJsonObject("entry");
            found.remove("percentile");
            assertEquals(entry, found);
        }
    }

    @Test
    void shouldShowNeighboursAndPercentile() {
        JsonObject middle = api.get(BOARDS + "/cup/entries/c?around=1", null).json();
        assertEquals(List.of("2 b", "4 d"), ranks(middle.getJsonArray("neighbours")));
        assertEquals(80.0, middle.getJsonObject("entry").getDouble("percentile"));
        assertEquals(6, middle.getInteger("total"));
        JsonObject first = api.get(BOARDS + "/cup/entries/a?around=50", null).json();
        assertEquals(List.of("2 b", "2 c", "4 d", "4 e", "6 zero"), ranks(first.getJsonArray("neighbours")));
        assertEquals(100.0, first.getJsonObject("entry").getDouble("percentile"));
        JsonObject last = api.get(BOARDS + "/cup/entries/zero", null).json();
        assertEquals(0.0, last.getJsonObject("entry").getDouble("percentile"));
        assertEquals(new JsonArray(), last.getJsonArray("neighbours"));
    }

    @Test
    void shouldKnowMe() {
        Account me = api.newAccount();
        assertEquals(401, api.get(BOARDS + "/cup/entries/me", null).status());
        assertEquals(401, api.get(BOARDS + "/cup/entries/me", key).status());
        assertEquals(404, api.get(BOARDS + "/cup/entries/me", me.token()).status());
    }

    @Test
    void shouldDescribeLeaderboards() {
        JsonObject cup = api.get(BOARDS + "/cup", null).json();
        assertEquals("week", cup.getString("period"));
        assertEquals("best", cup.getString("mode"));
        assertEquals(6, cup.getInteger("total"));
        assertTrue(cup.getString("currentPeriod").matches("\\d{4}-W\\d\\d"));
        JsonObject empty = api.get(BOARDS + "/empty", null).json();
        assertEquals(
                new JsonObject(Map.of("from", "2026-01-01T00:00:00Z", "to", "2026-02-01T00:00:00Z")),
                empty.getJsonObject("period"));
        assertEquals("fixed", empty.getString("currentPeriod"));
        assertEquals(0, empty.getInteger("total"));
        assertEquals(
                2, api.get(BOARDS, null).json().getJsonArray("leaderboards").size());
    }

    @Test
    void shouldShowPrivateBoardsToAdminsAlone() {
        for (String path : List.of("/secret", "/secret/entries", "/secret/entries/a")) {
            assertEquals(404, api.get(BOARDS + path, null).status());
            assertEquals(404, api.get(BOARDS + path, key).status());
            assertEquals(200, api.get(BOARDS + path, App.ADMIN_KEY).status());
        }
        assertEquals(
                3,
                api.get(BOARDS, App.ADMIN_KEY)
                        .json()
                        .getJsonArray("leaderboards")
                        .size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=201",
                "limit=x",
                "limit=-1",
                "limit=1e1",
                "limit=99999999999",
                "offset=-1",
                "offset=10000001"
            })
    void shouldRefuseOddPages(String query) {
        Answer answer = api.get(BOARDS + "/cup/entries?" + query, null);
        assertEquals(400, answer.status(), answer.text());
        assertEquals("invalid-request", answer.problem());
    }

    @Test
    void shouldRefuseOddNeighbours() {
        assertEquals(400, api.get(BOARDS + "/cup/entries/a?around=51", null).status());
        assertEquals(400, api.get(BOARDS + "/cup/entries/o%20dd", null).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2020-W99", "2026-11", "all-time", "", "x", "2099-W01"})
    void shouldNotKnowOtherPeriods(String period) {
        Answer answer = api.get(BOARDS + "/cup/entries?period=" + period, null);
        assertEquals(404, answer.status(), answer.text());
        assertEquals("not-found", answer.problem());
    }

    @Test
    void shouldShowPastPeriodsEvenWhenEmpty() {
        assertEquals(List.of(), ranks(entries("?period=2026-W01")));
    }

    @Test
    void shouldNotKnowOtherLeaderboardsOrPaths() {
        assertEquals(404, api.get(BOARDS + "/nope", null).status());
        assertEquals(404, api.get(BOARDS + "/nope/entries", null).status());
        Answer unknown = api.get("/api/v1/nope", null);
        assertEquals(404, unknown.status());
        assertEquals("not-found", unknown.problem());
        Answer method = api.call("PATCH", BOARDS, null, null, Map.of());
        assertEquals(405, method.status(), method.text());
        assertEquals("method-not-allowed", method.problem());
    }

    @Test
    void shouldRebuildWhenAnAdminSaysSo() {
        String before = api.get(BOARDS + "/cup/entries", null).json().getString("epoch");
        assertEquals(
                401, api.post(BOARDS + "/cup/rebuild", null, new JsonObject()).status());
        assertEquals(
                403, api.post(BOARDS + "/cup/rebuild", key, new JsonObject()).status());
        assertEquals(
                202,
                api.post(BOARDS + "/cup/rebuild", App.ADMIN_KEY, new JsonObject())
                        .status());
        Await.until("a new epoch", () -> {
            JsonObject page = api.get(BOARDS + "/cup/entries", null).json();
            assertNotEquals(before, page.getString("epoch"));
            assertEquals(6, page.getInteger("total"));
            return true;
        });
    }
}
