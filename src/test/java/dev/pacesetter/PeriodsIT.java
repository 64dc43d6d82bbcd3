package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.settings.Resources;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code GET /leaderboards/{id}/periods}: which periods there are a word about. */
class PeriodsIT {

    private static final String BOARDS = "/api/v1/leaderboards";
    private static final String SCORES = "/api/v1/scores";

    private static ErrorLog log;
    private static RedisHandle redis;
    private static String database;
    private static App app;

    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
    private final String activity = "a-" + UUID.randomUUID().toString().substring(0, 8);
    private final String board = "b-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() {
        log = ErrorLog.open();
        redis = Stores.newRedis();
        database = Stores.newDatabase();
        app = App.start(database, redis.uri());
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private JsonObject board(Object period) {
        return new JsonObject()
                .put("id", board)
                .put("title", "A board")
                .put("activities", new JsonArray().add(activity))
                .put("mode", "sum")
                .put("period", period);
    }

    private void make(JsonObject definition) {
        Answer made = app.api().post(BOARDS, App.ADMIN_KEY, definition);
        assertEquals(201, made.status(), made.text());
        Await.until(
                "the board",
                () -> app.api().get(BOARDS + "/" + board + "/entries", null).status() == 200);
    }

    private String post(String user, String time) {
        Answer answer = app.api()
                .post(
                        SCORES,
                        App.ADMIN_KEY,
                        Api.score(activity, 5).put("userId", user).put("occurredAt", time));
        assertEquals(201, answer.status(), answer.text());
        return answer.json().getString("id");
    }

    private String noon(int daysAgo) {
        return today.minusDays(daysAgo) + "T12:00:00Z";
    }

    private static int call(String method, String path, @Nullable JsonObject body) {
        return app.api()
                .call(method, path, App.ADMIN_KEY, body == null ? null : body.encode(), Map.of())
                .status();
    }

    private JsonObject page(int limit, @Nullable String cursor) {
        Answer answer = app.api()
                .get(
                        BOARDS + "/" + board + "/periods?limit=" + limit + (cursor == null ? "" : "&cursor=" + cursor),
                        null);
        assertEquals(200, answer.status(), answer.text());
        return answer.json();
    }

    private static List<JsonObject> periods(JsonObject page) {
        return page.getJsonArray("periods").stream().map(JsonObject.class::cast).toList();
    }

    /** All pages in turn, as {@code label state total}. */
    private List<List<String>> pages(int limit) {
        List<List<String>> pages = new ArrayList<>();
        String cursor = null;
        do {
            JsonObject page = page(limit, cursor);
            pages.add(periods(page).stream()
                    .map(one -> one.getString("period") + " " + one.getString("state") + " " + one.getLong("total"))
                    .toList());
            cursor = page.getString("next");
        } while (cursor != null && pages.size() < 50);
        return pages;
    }

    @Test
    void shouldFillPagesWithPeriodsThatSomebodyStandsInAndRankNoOthers() {
        make(board("day"));
        for (int daysAgo : List.of(3, 70, 200, 201, 390)) {
            post("ann", noon(daysAgo));
        }
        post("ben", noon(200));
        String gone = post("ann", noon(50));
        assertEquals(204, call("DELETE", SCORES + "/" + gone, null));
        post(board + "-cheat", noon(60));
        assertEquals(204, call("PUT", "/api/v1/users/" + board + "-cheat/hidden", new JsonObject().put("reason", "x")));
        List<List<String>> expected = List.of(
                List.of(today + " open 0", today.minusDays(3) + " closing 1"),
                List.of(today.minusDays(70) + " closing 1", today.minusDays(200) + " closing 2"),
                List.of(today.minusDays(201) + " closing 1", today.minusDays(390) + " closing 1"));
        Await.until("its periods", () -> pages(2).equals(expected));
        assertEquals(List.of(expected.stream().flatMap(List::stream).toList()), pages(100));
        assertEquals(
                "ann",
                periods(page(2, null))
                        .get(1)
                        .getJsonArray("winners")
                        .getJsonObject(0)
                        .getString("userId"));
        for (int daysAgo : List.of(1, 69, 199, 389)) {
            assertEquals(0, redis.keys("*" + board + ":" + today.minusDays(daysAgo) + "*"), daysAgo + " days ago");
        }
    }

    @Test
    void shouldFindTheDaysOfAthletesOwnClocksAndOfBoardsThatTakeAll() {
        make(board("day").put("timeZone", "athlete"));
        // Of the day before by UTC, and of the day after.
        LocalDate east = today.minusDays(20);
        LocalDate west = today.minusDays(30);
        post("kei", east + "T01:00:00+14:00");
        post("kim", west + "T23:00:00-12:00");
        List<String> expected = List.of(east + " closing 1", west + " closing 1");
        Await.until("both days", () -> pages(10).get(0).stream()
                .filter(one -> one.contains("closing"))
                .toList()
                .equals(expected));
        assertTrue(pages(10).get(0).stream().noneMatch(one -> one.contains("open") && !one.endsWith(" 0")));
        assertEquals(204, call("DELETE", BOARDS + "/" + board, null));

        make(board("day").put("activities", new JsonArray().add("*")));
        LocalDate day = OffsetDateTime.parse(east + "T01:00:00+14:00")
                .withOffsetSameInstant(ZoneOffset.UTC)
                .toLocalDate();
        List<String> all = pages(100).get(0);
        assertTrue(all.contains(day + " closing 1"), all.toString());
        assertTrue(all.stream().noneMatch(one -> one.contains("closing 0")), all.toString());
    }

    @Test
    void shouldListAChallengeThatEndedWithoutAnybody() {
        JsonObject dates = new JsonObject()
                .put("from", today.minusDays(9) + "T00:00:00Z")
                .put("to", today.minusDays(2) + "T00:00:00Z");
        make(board(dates).put("graceHours", 200));
        assertEquals(List.of(List.of("fixed closing 0")), pages(5));
        assertEquals(200, call("PUT", BOARDS + "/" + board, board(dates).put("graceHours", 0)));
        Await.until("it is sealed", () -> pages(5).equals(List.of(List.of("fixed sealed 0"))));
        JsonObject sealed = periods(page(5, null)).get(0);
        assertNotNull(sealed.getString("sealedAt"));
        assertNull(sealed.getString("correctedAt"));
        assertEquals(new JsonArray(), sealed.getJsonArray("winners"));
    }

    @Test
    void shouldSayThatASealedPeriodWasCorrectedWhenNobodyIsLeftInIt() {
        make(board("day").put("graceHours", 200));
        String user = board + "-only";
        post(user, noon(3));
        post("ann", noon(5));
        assertEquals(200, call("PUT", BOARDS + "/" + board, board("day").put("graceHours", 0)));
        List<String> before =
                List.of(today + " open 0", today.minusDays(3) + " sealed 1", today.minusDays(5) + " sealed 1");
        Await.until("sealed", () -> pages(5).equals(List.of(before)));
        assertEquals(204, call("DELETE", "/api/v1/users/" + user, null));
        List<String> after =
                List.of(today + " open 0", today.minusDays(3) + " sealed 0", today.minusDays(5) + " sealed 1");
        Await.until("corrected", () -> pages(5).equals(List.of(after)));
        JsonObject empty = periods(page(5, null)).get(1);
        assertNotNull(empty.getString("correctedAt"));
        assertEquals(new JsonArray(), empty.getJsonArray("winners"));
    }

    /** Whoever posts may make activities up, and anybody may ask which periods there are. */
    @Test
    void shouldLookPeriodsUpInAnIndexHoweverManyActivitiesThereAre() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            lines.append(Api.score(activity + "-" + i, 5)
                            .put("userId", "ann")
                            .put("occurredAt", noon(i % 2 == 0 ? 3 : 5))
                            .encode())
                    .append('\n');
        }
        Answer batch = app.api().call("POST", SCORES + "/batch", App.ADMIN_KEY, lines.toString(), Map.of());
        assertEquals(200, batch.status(), batch.text());
        for (String activities : List.of("null", "array['" + activity + "-7']")) {
            for (String file : List.of("find_filled", "first_counted")) {
                String sql = Resources.text("sql/ranking/" + file + ".sql")
                        .replace("$1", activities)
                        .replace("$2", "array['2001-01-01'::timestamptz]")
                        .replace("$3", "array['2001-01-02'::timestamptz]")
                        .replace("$4", "0");
                String plan = plan(sql);
                assertTrue(plan.contains("using score_counted"), plan);
                Matcher read = Pattern.compile("Scan.* on score.*\\(actual.* rows=(\\d+)")
                        .matcher(plan);
                while (read.find()) {
                    assertTrue(Integer.parseInt(read.group(1)) <= 1, plan);
                }
            }
        }
        make(board("day").put("activities", new JsonArray().add("*")));
        Await.until("its days", () -> {
            List<String> all = pages(100).get(0);
            return all.contains(today.minusDays(3) + " closing 1")
                    && all.contains(today.minusDays(5) + " closing 1")
                    && all.stream().noneMatch(one -> one.endsWith("closing 0"));
        });
    }

    /** As of a table that is too large to read all of it. */
    private static String plan(String sql) {
        List<String> lines = new ArrayList<>();
        try (Connection connection = Oracle.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("set enable_seqscan = off");
            try (ResultSet rows = statement.executeQuery("explain (analyze, costs off) " + sql)) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return String.join("\n", lines);
    }

    /** There is no end of days on which nobody did anything, and anybody may ask for them. */
    @Test
    void shouldReadPeriodsThatNobodyStandsInWithoutRankingThem() {
        make(board("day"));
        post("ann", noon(3));
        readDaysOfNobody();
        assertEquals(1, total(today.minusDays(3)));
        assertEquals(200, call("PUT", BOARDS + "/" + board, board("day").put("graceHours", 0)));
        Await.until("sealed", () -> pages(5).get(0).contains(today.minusDays(3) + " sealed 1"));
        readDaysOfNobody();
        assertEquals(1, total(today.minusDays(3)));
    }

    private long total(LocalDate day) {
        Answer page = app.api().get(BOARDS + "/" + board + "/entries?period=" + day, null);
        assertEquals(200, page.status(), page.text());
        return page.json().getLong("total");
    }

    private void readDaysOfNobody() {
        for (int i = 10; i < 40; i++) {
            LocalDate day = LocalDate.of(1975, 1, 1).plusDays(i);
            assertEquals(0, total(day));
            assertEquals(
                    404,
                    app.api()
                            .get(BOARDS + "/" + board + "/entries/ann?period=" + day, null)
                            .status());
        }
        assertEquals(0, redis.keys("*" + board + ":1975*"));
    }
}
