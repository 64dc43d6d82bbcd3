package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who did what to keys, leaderboards and limits, and why. Of scores and users, see CorrectionsIT. */
class AuditIT {

    private static final String AUDIT = "/api/v1/audit";
    private static final String BOARDS = "/api/v1/leaderboards";
    private static final String KEYS = "/api/v1/keys";
    private static final String WHY = "?reason=a%20test";

    private static String database;
    private static ErrorLog log;
    private static RedisHandle redis;
    private static App app;
    private static Api api;

    private final String name = "a-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        app = App.start(database, redis.uri());
        api = app.api();
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private static Answer call(int status, String method, String path, String bearer, @Nullable JsonObject body) {
        Answer answer = api.call(method, path, bearer, body == null ? null : body.encode(), Map.of());
        assertEquals(status, answer.status(), method + " " + path + ": " + answer.text());
        return answer;
    }

    private static List<JsonObject> acts(String query) {
        JsonArray acts =
                call(200, "GET", AUDIT + query, App.ADMIN_KEY, null).json().getJsonArray("acts");
        return IntStream.range(0, acts.size()).mapToObj(acts::getJsonObject).toList();
    }

    /** What was done, latest first: {@code action by actor: reason}. */
    private static List<String> told(String query) {
        return acts(query).stream()
                .map(act -> act.getString("action") + " by " + act.getString("actor") + ": " + act.getString("reason"))
                .toList();
    }

    /** A key that does it all: its id, and itself. */
    private static String[] admin() {
        JsonObject made = call(201, "POST", KEYS, App.ADMIN_KEY, key("admin", "who does it"))
                .json();
        return new String[] {made.getString("id"), made.getString("key")};
    }

    private static JsonObject key(String role, String label) {
        return new JsonObject().put("role", role).put("label", label);
    }

    private JsonObject board(String title) {
        return new JsonObject()
                .put("id", name)
                .put("title", title)
                .put("activities", new JsonArray().add(name))
                .put("mode", "sum")
                .put("period", "all-time")
                .put("reviewAbove", 1_000);
    }

    @Test
    void shouldTellWhoMadeAndDeletedKeysAndNeverTheKey() {
        String[] admin = admin();
        JsonObject made =
                call(201, "POST", KEYS + WHY, admin[1], key("ingest", name)).json();
        String subject = "key:" + made.getString("id");
        call(204, "DELETE", KEYS + "/" + made.getString("id"), admin[1], null);
        call(404, "DELETE", KEYS + "/" + made.getString("id"), admin[1], null);

        List<JsonObject> acts = acts("?subject=" + subject);
        assertEquals(
                List.of("delete-key by key:" + admin[0] + ": null", "make-key by key:" + admin[0] + ": a test"),
                told("?subject=" + subject));
        JsonObject known =
                key("ingest", name).put("prefix", made.getString("key").substring(0, 16));
        assertEquals(known, acts.get(1).getJsonObject("became"));
        assertEquals(known, acts.get(0).getJsonObject("was"));
        for (JsonObject act : acts) {
            assertEquals(subject, act.getString("subject"));
            assertEquals(null, act.getString("userId"));
            assertEquals(null, act.getString("scoreId"));
        }
        String all = String.join(
                "",
                Oracle.rows(database, "select a::text from audit a").stream()
                        .map(row -> row[0])
                        .toList());
        assertFalse(all.contains(made.getString("key").substring(17)), "the secret");
        assertFalse(all.contains(admin[1].substring(16)), "the secret");
    }

    @Test
    void shouldTellWhoMadeChangedRebuiltAndDeletedABoard() {
        String[] admin = admin();
        String path = BOARDS + "/" + name;
        call(201, "POST", BOARDS + WHY, admin[1], board("One"));
        call(409, "POST", BOARDS, admin[1], board("One"));
        call(200, "PUT", path, admin[1], board("Two"));
        call(202, "POST", path + "/rebuild" + WHY, admin[1], null);
        call(204, "DELETE", path + WHY, admin[1], null);
        for (String method : List.of("PUT", "DELETE")) {
            call(404, method, path, admin[1], method.equals("PUT") ? board("Three") : null);
        }
        call(404, "POST", path + "/rebuild", admin[1], null);

        String by = " by key:" + admin[0] + ": ";
        assertEquals(
                List.of(
                        "delete-leaderboard" + by + "a test",
                        "rebuild-leaderboard" + by + "a test",
                        "change-leaderboard" + by + "null",
                        "make-leaderboard" + by + "a test"),
                told("?subject=leaderboard:" + name));
        List<JsonObject> acts = acts("?subject=leaderboard:" + name);
        assertEquals("One", acts.get(3).getJsonObject("became").getString("title"));
        assertEquals(1_000, acts.get(3).getJsonObject("became").getInteger("reviewAbove"));
        assertEquals(null, acts.get(3).getJsonObject("was"));
        assertEquals(acts.get(3).getJsonObject("became"), acts.get(2).getJsonObject("was"));
        assertEquals("Two", acts.get(2).getJsonObject("became").getString("title"));
        assertEquals(null, acts.get(1).getJsonObject("became"));
        assertEquals(acts.get(2).getJsonObject("became"), acts.get(0).getJsonObject("was"));
        assertEquals(null, acts.get(0).getJsonObject("became"));
    }

    @Test
    void shouldTellWhoSetAndRemovedLimits() {
        String[] admin = admin();
        String path = "/api/v1/activities/" + name + "/limits";
        JsonObject first = new JsonObject().put("maxPerDay", 3);
        JsonObject second = new JsonObject().put("maxPerDay", 4).put("maxScorePerDay", 50);
        call(200, "PUT", path + WHY, admin[1], first);
        call(200, "PUT", path, admin[1], second);
        call(204, "DELETE", path + WHY, admin[1], null);
        call(404, "DELETE", path, admin[1], null);

        String by = " by key:" + admin[0] + ": ";
        assertEquals(
                List.of("remove-limits" + by + "a test", "set-limits" + by + "null", "set-limits" + by + "a test"),
                told("?subject=activity:" + name));
        List<JsonObject> acts = acts("?subject=activity:" + name);
        first.put("maxScorePerDay", null);
        assertEquals(first, acts.get(2).getJsonObject("became"));
        assertEquals(null, acts.get(2).getJsonObject("was"));
        assertEquals(first, acts.get(1).getJsonObject("was"));
        assertEquals(second, acts.get(1).getJsonObject("became"));
        assertEquals(second, acts.get(0).getJsonObject("was"));
    }

    @Test
    void shouldTellWhoSignedAUserOut() {
        String[] admin = admin();
        Account ada = api.newAccount();
        call(204, "DELETE", "/api/v1/users/" + ada.id() + "/tokens" + WHY, admin[1], null);
        assertEquals(List.of("sign-out by key:" + admin[0] + ": a test"), told("?userId=" + ada.id()));
        assertEquals(null, acts("?userId=" + ada.id()).get(0).getString("subject"), "userId says it");
    }

    /** What to look for when a key has leaked. */
    @Test
    void shouldTellAllThatAKeyDid() {
        String[] admin = admin();
        call(201, "POST", BOARDS, admin[1], board("One"));
        JsonObject made =
                call(201, "POST", KEYS, admin[1], key("admin", "a door")).json();
        Account ada = api.newAccount();
        call(204, "DELETE", "/api/v1/users/" + ada.id() + "/tokens", admin[1], null);
        String actor = "?actor=key:" + admin[0];
        assertEquals(
                List.of("sign-out", "make-key", "make-leaderboard"),
                acts(actor).stream().map(act -> act.getString("action")).toList());
        assertEquals(
                List.of("key:" + made.getString("id")),
                acts(actor + "&subject=key:" + made.getString("id")).stream()
                        .map(act -> act.getString("subject"))
                        .toList());
        JsonObject page = call(200, "GET", AUDIT + actor + "&limit=2", App.ADMIN_KEY, null)
                .json();
        assertEquals(2, page.getJsonArray("acts").size());
        assertEquals(
                List.of("make-leaderboard"),
                acts(actor + "&cursor=" + page.getString("next")).stream()
                        .map(act -> act.getString("action"))
                        .toList());
        assertEquals(List.of(), acts("?actor=key:nobody"));
    }

    @Test
    void shouldRefuseWhatCannotBeFoundAndReasonsThatAreNone() {
        for (String wrong : List.of("?subject=x", "?subject=user:a", "?subject=key:", "?actor=a", "?actor=board:a")) {
            assertEquals(
                    "invalid-request",
                    call(400, "GET", AUDIT + wrong, App.ADMIN_KEY, null).problem());
        }
        String empty = "?reason=%20";
        call(400, "POST", KEYS + empty, App.ADMIN_KEY, key("ingest", name));
        call(400, "POST", BOARDS + empty, App.ADMIN_KEY, board("One"));
        call(400, "DELETE", BOARDS + "/weekly" + empty, App.ADMIN_KEY, null);
        call(400, "POST", BOARDS + "/weekly/rebuild" + empty, App.ADMIN_KEY, null);
        assertEquals(List.of(), told("?subject=leaderboard:weekly"));
    }

    /** A trail that cannot be written keeps the change from being made. */
    @Test
    void shouldChangeNothingThatItCannotNote() {
        call(201, "POST", BOARDS, App.ADMIN_KEY, board("One"));
        String limits = "/api/v1/activities/" + name + "/limits";
        call(200, "PUT", limits, App.ADMIN_KEY, new JsonObject().put("maxPerDay", 3));
        JsonObject made =
                call(201, "POST", KEYS, App.ADMIN_KEY, key("ingest", name)).json();
        // As one that is full, or broken, would; a class of error that is not ours to log as a defect.
        Oracle.execute(
                database,
                "create function no_trail() returns trigger language plpgsql as "
                        + "$$ begin raise exception 'no trail' using errcode = '53100'; end $$;"
                        + "create trigger no_trail before insert on audit for each row execute function no_trail()");
        try {
            String path = BOARDS + "/" + name;
            call(503, "POST", KEYS, App.ADMIN_KEY, key("ingest", name));
            call(503, "DELETE", KEYS + "/" + made.getString("id"), App.ADMIN_KEY, null);
            call(503, "POST", BOARDS, App.ADMIN_KEY, board("Other").put("id", name + "-2"));
            call(503, "PUT", path, App.ADMIN_KEY, board("Two"));
            call(503, "POST", path + "/rebuild", App.ADMIN_KEY, null);
            call(503, "DELETE", path, App.ADMIN_KEY, null);
            call(503, "PUT", limits, App.ADMIN_KEY, new JsonObject().put("maxPerDay", 4));
            call(503, "DELETE", limits, App.ADMIN_KEY, null);
        } finally {
            Oracle.execute(database, "drop trigger no_trail on audit; drop function no_trail()");
        }
        assertEquals(1, Oracle.number(database, "select count(*) from api_key where label = '" + name + "'"));
        assertEquals(
                "One",
                Oracle.text(database, "select string_agg(title, ',') from leaderboard where id like '" + name + "%'"));
        assertEquals(
                3, Oracle.number(database, "select max_per_day from activity_limit where activity = '" + name + "'"));
    }
}
