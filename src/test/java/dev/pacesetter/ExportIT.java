package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.SilentClient;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Scores and leaderboards as files. */
class ExportIT {

    private static final String BOARDS = "/api/v1/leaderboards";
    private static final String SCORES = "/api/v1/scores/export";
    private static final int ENTRIES = 10_000;
    private static final int ENTRIES_A_PAGE = 200;
    private static final List<String> BOARD_FIELDS = List.of("rank", "userId", "name", "score", "reachedAt");
    private static final List<String> SCORE_FIELDS =
            List.of("scoreId", "activity", "score", "occurredAt", "receivedAt", "held", "deletedAt");

    private static String database;
    private static ErrorLog log;
    private static RedisHandle redis;
    private static App app;
    private static Api api;

    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
    private final String activity = "a-" + UUID.randomUUID().toString().substring(0, 8);
    private final String board = "b-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        app = App.start(
                database,
                redis.uri(),
                new JsonObject().put("http.maxExports", 2).put("http.maxExportsPerKey", 3));
        api = app.api();
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private JsonObject definition(String mode, String period) {
        return new JsonObject()
                .put("id", board)
                .put("title", "A board")
                .put("activities", new JsonArray().add(activity))
                .put("mode", mode)
                .put("period", period);
    }

    private void make(JsonObject definition) {
        assertEquals(201, api.post(BOARDS, App.ADMIN_KEY, definition).status());
    }

    private Answer post(String user, int score, String occurredAt) {
        Answer answer = api.post(
                "/api/v1/scores",
                App.ADMIN_KEY,
                Api.score(activity, score).put("userId", user).put("occurredAt", occurredAt));
        assertEquals(201, answer.status(), answer.text());
        return answer;
    }

    private static void name(String user, String name) {
        Answer named = api.put("/api/v1/users/" + user, App.ADMIN_KEY, new JsonObject().put("displayName", name));
        assertTrue(named.status() < 300, named.text());
    }

    /** All lines of a CSV file, as objects whose values are texts. */
    private static List<JsonObject> csv(String path, @Nullable String bearer, List<String> fields) {
        Answer answer = api.get(path, bearer);
        assertEquals(200, answer.status(), answer.text());
        assertEquals("text/csv; charset=utf-8", answer.contentType());
        List<JsonObject> lines = new ArrayList<>();
        try {
            for (CSVRecord line : CSVFormat.RFC4180.parse(new StringReader(answer.text()))) {
                JsonObject json = new JsonObject();
                assertEquals(fields.size(), line.size());
                for (int i = 0; i < fields.size(); i++) {
                    json.put(fields.get(i), line.get(i));
                }
                lines.add(json);
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        JsonObject header = lines.remove(0);
        fields.forEach(field -> assertEquals(field, header.getString(field)));
        return lines;
    }

    private static List<JsonObject> ndjson(String path, @Nullable String bearer) {
        Answer answer = api.get(path, bearer);
        assertEquals(200, answer.status(), answer.text());
        assertEquals("application/x-ndjson", answer.contentType());
        return answer.text().lines().map(JsonObject::new).toList();
    }

    /** As CSV has it: everything a text, null an empty one. */
    private static List<JsonObject> texts(List<JsonObject> lines) {
        return lines.stream()
                .map(line -> {
                    JsonObject texts = new JsonObject();
                    line.forEach(one -> texts.put(one.getKey(), one.getValue() == null ? "" : one.getValue() + ""));
                    return texts;
                })
                .toList();
    }

    private List<JsonObject> entries(@Nullable String period) {
        List<JsonObject> all = new ArrayList<>();
        long total;
        do {
            String path = BOARDS + "/" + board + "/entries?limit=" + ENTRIES_A_PAGE + "&offset=" + all.size()
                    + (period == null ? "" : "&period=" + period);
            JsonObject page = api.get(path, null).json();
            total = page.getLong("total");
            page.getJsonArray("entries").forEach(entry -> all.add((JsonObject) entry));
        } while (all.size() < total);
        return all;
    }

    private void awaitTotal(String query, long total) {
        Await.until(total + " entries", () -> {
            Answer answer = api.get(BOARDS + "/" + board + "/entries?limit=1" + query, null);
            return answer.status() == 200 && answer.json().getLong("total") == total;
        });
    }

    private static void noExportGoesOn() {
        Await.until(
                "no connection of an export",
                () -> Oracle.number(
                                database,
                                "select count(*) from pg_stat_activity where datname = current_database() "
                                        + "and pid <> pg_backend_pid() and query like '%held, deleted_at from score%'")
                        == 0);
    }

    @Test
    void shouldExportABoardAsItsEntriesSay() {
        // Few values, so that many share a rank; times within a minute, so that some share the tick, too.
        Oracle.execute(
                database,
                "insert into athlete (id, name) select 'e-' || i, 'Läufer \"' || i || '\", ' || chr(10) || 'x' "
                        + "from generate_series(1, " + ENTRIES + ") i;"
                        + "insert into score (id, user_id, activity, score, occurred_at, timed) "
                        + "select gen_random_uuid(), 'e-' || i, '" + activity + "', hashint4(i) & 255, "
                        + "now() - (hashint4(i + 7) & 63) * interval '1 second', true "
                        + "from generate_series(1, " + ENTRIES + ") i");
        make(definition("sum", "all-time"));
        awaitTotal("", ENTRIES);
        List<JsonObject> entries = entries(null);
        assertEquals(ENTRIES, entries.size());
        String path = BOARDS + "/" + board + "/export";
        assertEquals(entries, ndjson(path + "?format=ndjson", App.ADMIN_KEY));
        assertEquals(texts(entries), csv(path, App.ADMIN_KEY, BOARD_FIELDS));
        assertEquals(
                "attachment; filename=\"" + board + "-all-time.csv\"",
                api.get(path, App.ADMIN_KEY).headers().get("Content-Disposition"));
    }

    @Test
    void shouldExportTheLowestFirstWhereLessIsBetter() {
        make(definition("best", "all-time").put("order", "asc"));
        post("b.2", 9, today + "T00:00:00Z");
        post("b.1", 9, today + "T00:00:00Z");
        post("b.3", 4, today + "T00:00:00Z");
        awaitTotal("", 3);
        String path = BOARDS + "/" + board + "/export";
        List<JsonObject> exported = ndjson(path + "?format=ndjson", App.ADMIN_KEY);
        assertEquals(entries(null), exported);
        assertEquals(
                List.of("1 b.3", "2 b.1", "2 b.2"),
                exported.stream()
                        .map(line -> line.getInteger("rank") + " " + line.getString("userId"))
                        .toList());
    }

    @Test
    void shouldExportAmongAGroupForThoseWhoMaySeeIt() {
        Account ada = api.newAccount();
        make(definition("sum", "all-time"));
        post("b.1", 9, today + "T00:00:00Z");
        post("B.2", 9, today + "T00:00:00Z");
        post("b.3", 12, today + "T00:00:00Z");
        JsonObject members =
                new JsonObject().put("members", new JsonArray().add("b.1").add("B.2"));
        String group = "g-" + board;
        assertEquals(
                201, api.put("/api/v1/groups/" + group, ada.token(), members).status());
        String path = BOARDS + "/" + board + "/export?format=ndjson&group=";
        assertEquals(
                List.of("1 B.2", "1 b.1"),
                ndjson(path + group, ada.token()).stream()
                        .map(line -> line.getInteger("rank") + " " + line.getString("userId"))
                        .toList());
        assertEquals(
                "not-found", api.get(path + group, api.newAccount().token()).problem());
        assertEquals("not-found", api.get(path + "none", ada.token()).problem());
    }

    @Test
    void shouldDisarmNamesThatASpreadsheetWouldCompute() {
        make(definition("sum", "all-time"));
        List<String> armed = List.of("=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\",\"y\")");
        for (int i = 0; i < armed.size(); i++) {
            name("armed." + i, armed.get(i));
            post("armed." + i, 100 - i, today + "T00:00:00Z");
        }
        name("armed.9", "plain = 'so'");
        post("armed.9", 1, today + "T00:00:00Z");
        String path = BOARDS + "/" + board + "/export";
        List<String> names = csv(path, App.ADMIN_KEY, BOARD_FIELDS).stream()
                .map(line -> line.getString("name"))
                .toList();
        List<String> disarmed = new ArrayList<>();
        armed.forEach(name -> disarmed.add("'" + name));
        disarmed.add("plain = 'so'");
        assertEquals(disarmed, names);
        assertEquals(
                armed,
                ndjson(path + "?format=ndjson", App.ADMIN_KEY).stream()
                        .map(line -> line.getString("name"))
                        .limit(armed.size())
                        .toList());
        // What no name may begin with today may be in a database of before.
        Oracle.execute(database, "insert into athlete values ('tab', chr(9) || '=1'), ('cr', chr(13) || '=1')");
        post("tab", 300, today + "T00:00:00Z");
        post("cr", 200, today + "T00:00:00Z");
        assertEquals(
                List.of("'\t=1", "'\r=1"),
                csv(path, App.ADMIN_KEY, BOARD_FIELDS).stream()
                        .map(line -> line.getString("name"))
                        .limit(2)
                        .toList());
    }

    @Test
    void shouldExportASealedPeriodAsItIsKeptAndTheCurrentOne() {
        LocalDate past = today.minusDays(3);
        make(definition("sum", "day").put("graceHours", 0));
        Oracle.execute(
                database,
                "insert into athlete values ('s.1', 'One'), ('s.2', 'Two'); "
                        + "insert into score (id, user_id, activity, score, occurred_at, timed, received_at) "
                        + "select gen_random_uuid(), u, '" + activity + "', 7, '" + past + "T12:00:00Z', true, '" + past
                        + "T12:00:00Z' from unnest(array['s.2', 's.1']) u");
        post("s.1", 1, today + "T00:00:00Z");
        // The second: the first one is today.
        Await.until("the period to be sealed", () -> api.get(BOARDS + "/" + board + "/periods", null)
                .json()
                .getJsonArray("periods")
                .getJsonObject(1)
                .getString("state")
                .equals("sealed"));
        String path = BOARDS + "/" + board + "/export?format=ndjson";
        // A late one changes nothing.
        post("s.2", 100, past + "T13:00:00Z");
        List<JsonObject> sealed = ndjson(path + "&period=" + past, App.ADMIN_KEY);
        assertEquals(
                List.of("1 s.1 One 7", "1 s.2 Two 7"),
                sealed.stream()
                        .map(line -> line.getInteger("rank") + " " + line.getString("userId") + " "
                                + line.getString("name") + " " + line.getInteger("score"))
                        .toList());
        Await.until("the same entries", () -> sealed.equals(entries(past.toString())));
        assertEquals(1, ndjson(path, App.ADMIN_KEY).size());
        assertEquals(
                "attachment; filename=\"" + board + "-" + past + ".ndjson\"",
                api.get(path + "&period=" + past, App.ADMIN_KEY).headers().get("Content-Disposition"));
    }

    @Test
    void shouldExportAllOfOnesScoresAndHowTheyStand() {
        Account ada = api.newAccount();
        String counted = post(ada.id(), 5, today + "T03:00:00.250+02:00").json().getString("id");
        String deleted =
                post(ada.id(), 6, today.minusDays(1) + "T10:00:00-03:30").json().getString("id");
        api.call("DELETE", "/api/v1/scores/" + deleted, ada.token(), null, Map.of());
        String limits = "/api/v1/activities/" + activity + "/limits";
        api.put(limits, App.ADMIN_KEY, new JsonObject().put("maxScorePerDay", 10));
        String held =
                post(ada.id(), 11, today.minusDays(2) + "T12:00:00Z").json().getString("id");
        api.call("DELETE", limits, App.ADMIN_KEY, null, Map.of());
        post("somebody-else", 1, today + "T00:00:00Z");

        List<JsonObject> mine = ndjson(SCORES + "?format=ndjson", ada.token());
        assertEquals(
                List.of(
                        counted + " " + activity + " 5 " + today + "T03:00:00.25+02:00",
                        deleted + " " + activity + " 6 " + today.minusDays(1) + "T10:00:00-03:30",
                        held + " " + activity + " 11 " + today.minusDays(2) + "T12:00:00Z"),
                mine.stream()
                        .map(line -> line.getString("scoreId") + " " + line.getString("activity") + " "
                                + line.getInteger("score") + " " + line.getString("occurredAt"))
                        .toList());
        mine.forEach(line -> assertEquals(SCORE_FIELDS, List.copyOf(line.fieldNames())));
        assertEquals(
                List.of(false, false, true),
                mine.stream().map(line -> line.getString("held") != null).toList());
        assertEquals(
                List.of(false, true, false),
                mine.stream().map(line -> line.getString("deletedAt") != null).toList());
        assertEquals(texts(mine), csv(SCORES, ada.token(), SCORE_FIELDS));
        assertEquals(mine, ndjson(SCORES + "?format=ndjson&userId=" + ada.id(), App.ADMIN_KEY));
        assertEquals(
                "attachment; filename=\"scores-" + ada.id() + ".csv\"",
                api.get(SCORES, ada.token()).headers().get("Content-Disposition"));
        assertEquals(List.of(), csv(SCORES, api.newAccount().token(), SCORE_FIELDS));
    }

    @Test
    void shouldRefuseWhatIsWrongAndWhatIsOthers() {
        Account ada = api.newAccount();
        make(definition("sum", "day").put("visibility", "private"));
        String path = BOARDS + "/" + board + "/export";
        assertEquals("not-found", api.get(path, ada.token()).problem());
        assertEquals(200, api.get(path, App.ADMIN_KEY).status());
        assertEquals(
                "invalid-request", api.get(path + "?format=xml", App.ADMIN_KEY).problem());
        assertEquals(
                "not-found", api.get(path + "?period=2026-W01", App.ADMIN_KEY).problem());
        assertEquals(
                "not-found", api.get(path + "?period=9999-01-01", App.ADMIN_KEY).problem());
        assertEquals(
                "not-found", api.get(BOARDS + "/nothing/export", ada.token()).problem());
        assertEquals("unauthenticated", api.get(SCORES, null).problem());
        assertEquals("unauthenticated", api.get(BOARDS + "/weekly/export", null).problem());
        assertEquals(
                "invalid-request", api.get(SCORES + "?format=CSV", ada.token()).problem());
        assertEquals("forbidden", api.get(SCORES + "?userId=x", ada.token()).problem());
        assertEquals("forbidden", api.get(SCORES + "?userId=x", app.ingestKey()).problem());
        assertEquals("invalid-request", api.get(SCORES, App.ADMIN_KEY).problem());
        assertEquals(
                "invalid-request",
                api.get(SCORES + "?userId=a%20b", App.ADMIN_KEY).problem());
        assertEquals(
                "not-found",
                api.get(SCORES + "?userId=nobody-here", App.ADMIN_KEY).problem());
        assertEquals(0, Oracle.number(database, "select count(*) from athlete where id = 'nobody-here'"));
    }

    @Test
    void shouldRefuseMoreAtTheSameTimeThanTheSettingAllowsUntilOneEnds() throws IOException {
        Oracle.execute(
                database,
                "insert into athlete values ('hugo', 'Hugo'); "
                        + "insert into score (id, user_id, activity, score, occurred_at, timed) "
                        + "select gen_random_uuid(), 'hugo', '" + activity + "', i, now(), true "
                        + "from generate_series(1, 200000) i");
        String path = SCORES + "?format=ndjson&userId=hugo";
        try (SilentClient first = SilentClient.ask(app.port(), path, App.ADMIN_KEY)) {
            assertEquals("HTTP/1.1 200 OK", first.status());
            SilentClient second = SilentClient.ask(app.port(), path, App.ADMIN_KEY);
            assertEquals("HTTP/1.1 200 OK", second.status());

            Answer third = api.get(path, App.ADMIN_KEY);
            assertEquals(429, third.status());
            assertEquals("too-many-requests", third.problem());
            assertEquals("1", third.headers().get("Retry-After"));
            assertEquals(429, api.get(BOARDS + "/weekly/export", App.ADMIN_KEY).status());

            // One that hangs up makes room.
            second.close();
            Await.until(
                    "room",
                    () -> api.get(BOARDS + "/weekly/export", App.ADMIN_KEY).status() == 200);
            // One that was only slow gets all of it.
            String all = first.rest().replaceAll("\r\n[0-9a-f]+\r\n", "");
            assertEquals(
                    200_000,
                    all.lines().filter(line -> line.startsWith("{\"scoreId\"")).count());
        }
        noExportGoesOn();
    }

    private void manyScores(String user) {
        Oracle.execute(
                database,
                "insert into athlete values ('" + user + "', 'Many') on conflict do nothing; "
                        + "insert into score (id, user_id, activity, score, occurred_at, timed) "
                        + "select gen_random_uuid(), '" + user + "', '" + activity + "', i, now(), true "
                        + "from generate_series(1, 100000) i");
    }

    private static SilentClient began(App node, String path, String bearer) throws IOException {
        SilentClient client = SilentClient.ask(node.port(), path, bearer);
        assertEquals("HTTP/1.1 200 OK", client.status());
        return client;
    }

    private static void refused(Api node, String path, String bearer, String why) {
        Answer answer = node.get(path, bearer);
        assertEquals(429, answer.status());
        assertEquals("too-many-requests", answer.problem());
        assertEquals("1", answer.headers().get("Retry-After"));
        String detail = answer.json().getString("detail");
        assertTrue(detail.contains(why), detail);
    }

    /** As delivered: three in all, one of them for a user, two for a key. */
    @Test
    void shouldLeaveRoomForOthersWhoeverHoldsExports() throws IOException {
        App node = App.start(database, redis.uri());
        Api delivered = node.api();
        Account ada = delivered.newAccount();
        Account bob = delivered.newAccount();
        manyScores(ada.id());
        String own = SCORES + "?format=ndjson";
        String others = own + "&userId=" + ada.id();
        String weekly = BOARDS + "/weekly/export";
        String another = delivered
                .post("/api/v1/keys", App.ADMIN_KEY, new JsonObject(Map.of("role", "admin", "label", "another")))
                .json()
                .getString("key");
        try {
            SilentClient hers = began(node, own, ada.token());
            // A user has one, whatever of.
            refused(delivered, own, ada.token(), "You have an export under way");
            refused(delivered, weekly, ada.token(), "You have an export under way");
            assertEquals(200, delivered.get(weekly, bob.token()).status());
            SilentClient first = began(node, others, App.ADMIN_KEY);
            SilentClient second = began(node, others, App.ADMIN_KEY);
            refused(delivered, weekly, App.ADMIN_KEY, "You have 2 exports under way");
            // All three are taken.
            refused(delivered, weekly, another, "others are under way");
            refused(delivered, weekly, bob.token(), "others are under way");

            // Who breaks off makes room, for others and for the own next one.
            hers.close();
            Await.until("room", () -> delivered.get(weekly, bob.token()).status() == 200);
            assertEquals(200, delivered.get(weekly, another).status());
            assertEquals(200, delivered.get(weekly, ada.token()).status());
            refused(delivered, weekly, App.ADMIN_KEY, "You have 2 exports under way");
            first.close();
            Await.until("room", () -> delivered.get(weekly, App.ADMIN_KEY).status() == 200);
            second.close();
            // One after the other is no two at the same time.
            for (int i = 0; i < 30; i++) {
                assertEquals(200, delivered.get(weekly, ada.token()).status());
            }
        } finally {
            node.close();
        }
        noExportGoesOn();
    }

    @Test
    void shouldNotKeepANodeFromEnding() throws IOException {
        Oracle.execute(
                database,
                "insert into athlete values ('long', 'Long'); "
                        + "insert into score (id, user_id, activity, score, occurred_at, timed) "
                        + "select gen_random_uuid(), 'long', '" + activity + "', i, now(), true "
                        + "from generate_series(1, 200000) i");
        App other = App.start(database, redis.uri());
        long began;
        try (SilentClient silent =
                SilentClient.ask(other.port(), SCORES + "?format=ndjson&userId=long", App.ADMIN_KEY)) {
            assertEquals("HTTP/1.1 200 OK", silent.status());
            began = System.nanoTime();
            other.close();
        }
        assertTrue(System.nanoTime() - began < 9_000_000_000L, "within what a process has to end in");
        noExportGoesOn();
    }
}
