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
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users may do with what is theirs: read their history, change their name, be erased. */
class UsersIT {

    private static final String SCORES = "/api/v1/scores";
    private static final String ME = "/api/v1/users/me";

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

    private static Answer post(App app, String bearer, JsonObject score) {
        Answer answer = app.api().post(SCORES, bearer, score);
        assertEquals(201, answer.status(), answer.text());
        return answer;
    }

    private static int entry(App app, String board, String user) {
        return app.api()
                .get("/api/v1/leaderboards/" + board + "/entries/" + user, null)
                .status();
    }

    private static Answer call(App app, String method, String path, @Nullable String bearer) {
        return app.api().call(method, path, bearer, null, Map.of());
    }

    @Test
    void shouldListOnesScoresNewestFirstPageByPage() {
        Account ada = one.api().newAccount();
        Account eve = one.api().newAccount();
        post(one, eve.token(), Api.score("running", 9));
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            // Several at the same time: a cursor must not skip any.
            Instant at = now.minusSeconds(i / 4 * 60L);
            post(one, ada.token(), Api.score("running", i).put("occurredAt", at.toString()));
            expected.add(at.toString());
        }
        String taken = post(one, ada.token(), Api.score("running", 77)).json().getString("id");
        assertEquals(204, call(one, "DELETE", SCORES + "/" + taken, ada.token()).status());
        List<String> times = new ArrayList<>();
        List<Integer> values = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            Answer page = two.api().get(SCORES + "?limit=7" + cursor, ada.token());
            assertEquals(200, page.status(), page.text());
            page.json().getJsonArray("scores").stream()
                    .map(JsonObject.class::cast)
                    .forEach(score -> {
                        times.add(score.getString("occurredAt"));
                        values.add(score.getInteger("score"));
                        assertEquals("running", score.getString("activity"));
                    });
            cursor = "&cursor=" + page.json().getString("next");
            pages++;
        } while (!cursor.endsWith("null"));
        assertEquals(4, pages);
        assertEquals(expected, times);
        assertEquals(25, values.stream().distinct().count());
        Answer all = one.api().get(SCORES, ada.token());
        assertEquals(25, all.json().getJsonArray("scores").size());
        assertNull(all.json().getString("next"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=201",
                "limit=x",
                "limit=-1",
                "cursor=",
                "cursor=abc",
                "cursor=MjAyNi0x",
                // A time that PostgreSQL does not know
                "cursor=KzI5NDI3Ny0wMS0wMVQwMDowMDowMFogMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw",
                "limit="
            })
    void shouldSayWhatIsWrongWithAPage(String query) {
        Account ada = one.api().newAccount();
        Answer answer = one.api().get(SCORES + "?" + query, ada.token());
        assertEquals(400, answer.status(), answer.text());
        assertTrue(answer.text().contains("\"field\":\"" + query.replaceAll("=.*", "") + "\""), answer.text());
    }

    @Test
    void shouldShowAHistoryToItsUserAlone() {
        assertEquals(401, one.api().get(SCORES, null).status());
        assertEquals(403, one.api().get(SCORES, App.ADMIN_KEY).status());
    }

    @Test
    void shouldChangeANameEverywhere() {
        Account ada = one.api().newAccount();
        post(one, ada.token(), Api.score("running", 50_000));
        JsonObject name = new JsonObject().put("displayName", "  Ada L.  ");
        Answer changed = one.api().call("PATCH", ME, ada.token(), name.encode(), Map.of());
        assertEquals(200, changed.status(), changed.text());
        assertEquals("Ada L.", changed.json().getString("displayName"));
        assertEquals(ada.username(), changed.json().getString("username"));
        Await.until("the new name on the other node", () -> two.api()
                .get("/api/v1/leaderboards/overall/entries/" + ada.id(), null)
                .text()
                .contains("Ada L."));
        for (String wrong :
                List.of("{}", "{\"displayName\":\"\"}", "{\"displayName\":\"a\\u0007b\"}", "{\"displayName\":5}")) {
            assertEquals(
                    400,
                    one.api().call("PATCH", ME, ada.token(), wrong, Map.of()).status());
        }
        assertEquals(
                403,
                one.api()
                        .call("PATCH", ME, App.ADMIN_KEY, name.encode(), Map.of())
                        .status());
    }

    @Test
    void shouldEraseAUserFromEveryBoardTheDatabaseAndTheScreens() {
        Account ada = one.api().newAccount();
        Account bob = one.api().newAccount();
        String lastWeek = Instant.now().minus(8, ChronoUnit.DAYS).toString();
        for (App app : List.of(one, two)) {
            post(app, ada.token(), Api.score("running", 90_000));
            post(app, ada.token(), Api.score("running", 80_000).put("occurredAt", lastWeek));
            post(app, ada.token(), Api.score("running-5k", 1_500));
            post(app, bob.token(), Api.score("running", 70_000));
        }
        assertEquals(200, entry(two, "overall", ada.id()));
        try (Viewer viewer = new Viewer(two.port())) {
            viewer.send(new JsonObject().put("type", "register").put("address", "leaderboard.running-weekly"));
            Await.until("a snapshot", () -> !viewer.bodies("leaderboard.running-weekly")
                    .isEmpty());
            assertEquals(204, call(one, "DELETE", ME, ada.token()).status());
            Await.until("word of it", () -> viewer.bodies("leaderboard.running-weekly").stream()
                    .anyMatch(body -> body.encode().contains("\"removed\":[\"" + ada.id() + "\"]")));
        }
        for (App app : List.of(one, two)) {
            for (String board : List.of("overall", "weekly", "running-weekly", "fastest-5k")) {
                Await.until("gone from " + board, () -> entry(app, board, ada.id()) == 404);
            }
        }
        assertEquals(200, entry(one, "running-weekly", bob.id()));
        assertEquals(0, Oracle.number(database, "select count(*) from score where user_id = '" + ada.id() + "'"));
        assertEquals(0, Oracle.number(database, "select count(*) from athlete where id = '" + ada.id() + "'"));
        assertEquals(401, one.api().get(ME, ada.token()).status());
        JsonObject credentials =
                new JsonObject().put("username", ada.username()).put("password", "correct horse");
        assertEquals(401, two.api().post("/api/v1/tokens", null, credentials).status());
        assertEquals(201, two.api().post("/api/v1/users", null, credentials).status(), "the name is free again");
    }

    @Test
    void shouldEraseTheAppsOwnUsersForAdminsAndTakeThemUpAgainWhenTheyComeBack() {
        JsonObject score = Api.score("rowing", 7).put("userId", "app.gone");
        post(one, App.ADMIN_KEY, score);
        post(two, App.ADMIN_KEY, score);
        assertEquals(
                403,
                call(one, "DELETE", "/api/v1/users/app.gone", one.ingestKey()).status());
        assertEquals(401, call(one, "DELETE", "/api/v1/users/app.gone", null).status());
        assertEquals(
                204,
                call(one, "DELETE", "/api/v1/users/app.gone", App.ADMIN_KEY).status());
        assertEquals(
                404,
                call(one, "DELETE", "/api/v1/users/app.gone", App.ADMIN_KEY).status());
        Await.until("gone", () -> entry(two, "overall", "app.gone") == 404);
        // The other node has to have forgotten, too, that it knew this one.
        Await.until("an athlete again", () -> {
            post(two, App.ADMIN_KEY, score);
            return Oracle.number(database, "select count(*) from athlete where id = 'app.gone'") == 1;
        });
        long total = Oracle.number(database, "select sum(score) from score where user_id = 'app.gone'");
        Await.until("just what came since", () -> {
            Answer entry = one.api().get("/api/v1/leaderboards/overall/entries/app.gone", null);
            return entry.status() == 200 && entry.json().getJsonObject("entry").getLong("score") == total;
        });
    }

    /** What says that somebody was erased is no trace of them, and is not to go by asking for it once more. */
    @Test
    void shouldKeepWordOfAnErasureHoweverOftenItIsAskedFor() {
        post(one, App.ADMIN_KEY, Api.score("rowing", 7).put("userId", "app.traced"));
        String user = "/api/v1/users/app.traced";
        assertEquals(
                204,
                one.api()
                        .call("PUT", user + "/suspended", App.ADMIN_KEY, "{\"reason\":\"x\"}", Map.of())
                        .status());
        assertEquals(204, call(one, "DELETE", user, App.ADMIN_KEY).status());
        List<String> erased = List.of("erase");
        assertEquals(erased, acts("app.traced"));
        assertEquals(404, call(two, "DELETE", user, App.ADMIN_KEY).status());
        assertEquals(erased, acts("app.traced"));
        // Who comes back and is erased again was erased twice.
        assertEquals(
                201,
                one.api()
                        .put(user, App.ADMIN_KEY, new JsonObject().put("displayName", "Again"))
                        .status());
        assertEquals(204, call(one, "DELETE", user, App.ADMIN_KEY).status());
        assertEquals(List.of("erase", "erase"), acts("app.traced"));
    }

    private static List<String> acts(String user) {
        Answer audit = one.api().get("/api/v1/audit?userId=" + user, App.ADMIN_KEY);
        assertEquals(200, audit.status(), audit.text());
        return audit.json().getJsonArray("acts").stream()
                .map(act -> ((JsonObject) act).getString("action"))
                .toList();
    }

    /** PostgreSQL would not take it, and must not be asked again and again. */
    @Test
    void shouldKnowNobodyByWhatCannotBeAnId() {
        String why = new JsonObject().put("reason", "x").encode();
        for (String id : List.of("%00", "a%00b", "a%20b", "a".repeat(65))) {
            String user = "/api/v1/users/" + id;
            // No path of ours holds one.
            int status = id.contains("%00") ? 400 : 404;
            assertEquals(
                    status,
                    two.api()
                            .call("DELETE", user, App.ADMIN_KEY, null, Map.of())
                            .status());
            for (String list : List.of("/hidden", "/suspended")) {
                assertEquals(
                        status,
                        two.api()
                                .call("PUT", user + list, App.ADMIN_KEY, why, Map.of())
                                .status());
                assertEquals(
                        status,
                        two.api()
                                .call("DELETE", user + list, App.ADMIN_KEY, null, Map.of())
                                .status());
            }
        }
        assertEquals(
                404,
                two.api()
                        .call("DELETE", "/api/v1/users/nobody-of-ours", App.ADMIN_KEY, null, Map.of())
                        .status());
    }

    /** A back end's key is for the app's own users. */
    @Test
    void shouldLetNoIngestKeyRenameWhoHasAnAccountHere() {
        Account ada = one.api().newAccount();
        String key = one.ingestKey();
        JsonObject name = new JsonObject().put("displayName", "Mallory");
        Answer refused = one.api().put("/api/v1/users/" + ada.id(), key, name);
        assertEquals(403, refused.status(), refused.text());
        assertEquals("forbidden", refused.problem());
        assertEquals(
                ada.username(),
                one.api().get("/api/v1/users/me", ada.token()).json().getString("displayName"));
        assertEquals(201, one.api().put("/api/v1/users/app.own", key, name).status());
        assertEquals(200, one.api().put("/api/v1/users/app.own", key, name).status());
        Answer byAdmin = one.api().put("/api/v1/users/" + ada.id(), App.ADMIN_KEY, name);
        assertEquals(200, byAdmin.status(), byAdmin.text());
        assertEquals(
                "Mallory", one.api().get("/api/v1/users/me", ada.token()).json().getString("displayName"));
    }
}
