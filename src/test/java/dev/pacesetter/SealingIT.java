package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Periods that become final, and are corrected all the same; on two nodes. */
class SealingIT {

    private static final String BOARDS = "/api/v1/leaderboards";

    private static String database;
    private static ErrorLog log;
    private static RedisHandle redis;
    private static App one;
    private static App two;

    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
    private final String activity = "a-" + UUID.randomUUID().toString().substring(0, 8);
    private final String board = "b-" + UUID.randomUUID().toString().substring(0, 8);

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

    private JsonObject board(String mode, Object period) {
        return new JsonObject()
                .put("id", board)
                .put("title", "A board")
                .put("activities", new JsonArray().add(activity))
                .put("mode", mode)
                .put("period", period);
    }

    private void make(JsonObject definition) {
        Answer made = one.api().post(BOARDS, App.ADMIN_KEY, definition);
        assertEquals(201, made.status(), made.text());
    }

    private void change(JsonObject definition) {
        Answer changed = one.api().put(BOARDS + "/" + board, App.ADMIN_KEY, definition);
        assertEquals(200, changed.status(), changed.text());
    }

    private Answer post(String user, int score, LocalDate day) {
        Answer answer = two.api()
                .post(
                        "/api/v1/scores",
                        App.ADMIN_KEY,
                        Api.score(activity, score)
                                .put("userId", user)
                                .put("occurredAt", day + (day.equals(today) ? "T00:00:00Z" : "T12:00:00Z")));
        assertEquals(201, answer.status(), answer.text());
        return answer;
    }

    private List<String> standings(App app, @Nullable String period) {
        Answer answer =
                app.api().get(BOARDS + "/" + board + "/entries" + (period == null ? "" : "?period=" + period), null);
        JsonArray entries = answer.status() == 200 ? answer.json().getJsonArray("entries") : new JsonArray();
        return IntStream.range(0, entries.size())
                .mapToObj(entries::getJsonObject)
                .map(entry ->
                        entry.getInteger("rank") + " " + entry.getString("userId") + " " + entry.getInteger("score"))
                .toList();
    }

    private void await(LocalDate day, String... lines) {
        for (App app : List.of(one, two)) {
            Await.until(day + " to be " + List.of(lines), () -> standings(app, day.toString())
                    .equals(List.of(lines)));
        }
    }

    private List<JsonObject> periods(App app) {
        Answer answer = app.api().get(BOARDS + "/" + board + "/periods", null);
        assertEquals(200, answer.status(), answer.text());
        JsonArray periods = answer.json().getJsonArray("periods");
        return IntStream.range(0, periods.size())
                .mapToObj(periods::getJsonObject)
                .toList();
    }

    private JsonObject period(App app, LocalDate day) {
        return periods(app).stream()
                .filter(one -> one.getString("period").equals(day.toString()))
                .findFirst()
                .orElse(new JsonObject());
    }

    private void awaitSealed(LocalDate day) {
        for (App app : List.of(one, two)) {
            Await.until(day + " to be sealed", () -> "sealed"
                    .equals(period(app, day).getString("state")));
        }
    }

    private long inRedis(LocalDate day) {
        return redis.keys("*" + board + ":" + day + "*");
    }

    @Test
    void shouldKeepFinalStandingsAndDropThemFromRedisOnceLateScoresWereWaitedFor() {
        LocalDate past = today.minusDays(3);
        make(board("sum", "day").put("graceHours", 200));
        post("ann", 10, past);
        post("ben", 30, past);
        post("cid", 30, past);
        post("ann", 7, today);
        post("dan", 1, past.minusDays(2));
        await(past, "1 ben 30", "1 cid 30", "3 ann 10");
        assertEquals("closing", period(one, past).getString("state"));
        assertEquals(3, period(one, past).getLong("total"));
        assertTrue(inRedis(past) > 0);

        change(board("sum", "day").put("graceHours", 0));
        // Without looking, as whoever looks while it is sealed may have its final ranking made.
        Await.until(
                "final standings",
                () -> Oracle.number(
                                database,
                                "select count(*) from sealed_period where filled and leaderboard = '" + board
                                        + "' and label = '" + past + "'")
                        == 1);
        Await.until("nothing of it in Redis", () -> inRedis(past) == 0);
        awaitSealed(past);
        JsonObject sealed = period(two, past);
        assertNotNull(sealed.getString("sealedAt"));
        assertNull(sealed.getString("correctedAt"));
        assertEquals(3, sealed.getLong("total"));
        JsonArray winners = sealed.getJsonArray("winners");
        assertEquals(2, winners.size());
        assertEquals("ben", winners.getJsonObject(0).getString("userId"));
        assertEquals(30, winners.getJsonObject(1).getInteger("score"));
        assertEquals(past + "T12:00:00Z", winners.getJsonObject(0).getString("reachedAt"));
        assertEquals(
                List.of(today.toString(), past.toString(), past.minusDays(2).toString()),
                periods(one).stream().map(one -> one.getString("period")).toList(),
                "of days on which nothing happened there is no word");

        // Late ones are taken, and do not count here; today goes on.
        assertEquals(
                0, post("ann", 1_000, past).json().getJsonArray("standings").size());
        assertEquals(1, post("ann", 1, today).json().getJsonArray("standings").size());
        await(today, "1 ann 8");
        await(past, "1 ben 30", "1 cid 30", "3 ann 10");
        redis.flush();
        await(past, "1 ben 30", "1 cid 30", "3 ann 10");
        assertEquals(
                3,
                one.api()
                        .get(BOARDS + "/" + board + "/entries/ann?period=" + past, null)
                        .json()
                        .getJsonObject("entry")
                        .getInteger("rank"));
        JsonObject page =
                one.api().get(BOARDS + "/" + board + "/periods?limit=2", null).json();
        assertEquals(
                past.toString(), page.getJsonArray("periods").getJsonObject(1).getString("period"));
        JsonObject rest = one.api()
                .get(BOARDS + "/" + board + "/periods?limit=2&cursor=" + page.getString("next"), null)
                .json();
        assertEquals(1, rest.getJsonArray("periods").size());
        assertNull(rest.getString("next"));
    }

    @Test
    void shouldCorrectWhatIsSealedAndSayThatItWas() {
        LocalDate past = today.minusDays(2);
        make(board("best", "day").put("graceHours", 200));
        String best = post("ann", 90, past).json().getString("id");
        post("ann", 50, past);
        post("ben", 70, past);
        String only = post("cid", 60, past).json().getString("id");
        post("dan", 20, past);
        post("eve", 10, past);
        change(board("best", "day").put("graceHours", 0));
        awaitSealed(past);
        String late = post("ben", 99, past).json().getString("id");
        await(past, "1 ann 90", "2 ben 70", "3 cid 60", "4 dan 20", "5 eve 10");

        assertEquals(204, call("DELETE", "/api/v1/scores/" + best, null));
        await(past, "1 ben 70", "2 cid 60", "3 ann 50", "4 dan 20", "5 eve 10");
        assertNotNull(period(two, past).getString("correctedAt"));
        assertEquals(200, call("PATCH", "/api/v1/scores/" + only, new JsonObject().put("score", 75)));
        await(past, "1 cid 75", "2 ben 70", "3 ann 50", "4 dan 20", "5 eve 10");
        // One that came too late does not count by being changed, nor by its user being hidden and shown.
        assertEquals(200, call("PATCH", "/api/v1/scores/" + late, new JsonObject().put("score", 98)));
        assertEquals(204, call("PUT", "/api/v1/users/ben/hidden", new JsonObject().put("reason", "x")));
        await(past, "1 cid 75", "2 ann 50", "3 dan 20", "4 eve 10");
        assertEquals(204, call("DELETE", "/api/v1/users/ben/hidden", null));
        await(past, "1 cid 75", "2 ben 70", "3 ann 50", "4 dan 20", "5 eve 10");
        assertEquals(204, call("DELETE", "/api/v1/users/dan", null));
        await(past, "1 cid 75", "2 ben 70", "3 ann 50", "4 eve 10");
        assertEquals(4, period(one, past).getLong("total"));
        assertEquals(
                "cid",
                period(one, past).getJsonArray("winners").getJsonObject(0).getString("userId"));
        assertEquals(0, Oracle.number(database, "select count(*) from sealed_dirty"), "nothing is left to do");
    }

    /** Whoever changes an own score says it anew: what is final hears of that only what it loses by it. */
    @Test
    void shouldLetAnOwnersChangeTakeAwayFromWhatIsSealedButNeverAdd() {
        LocalDate past = today.minusDays(3);
        Account ada = one.api().newAccount();
        make(board("sum", "day").put("graceHours", 200));
        String old = post(ada.id(), 40, past).json().getString("id");
        post(ada.id(), 5, past);
        String early = post(ada.id(), 1, past).json().getString("id");
        post("ben", 30, past);
        String recent = post(ada.id(), 20, today).json().getString("id");
        assertEquals(200, patch(ada, early, new JsonObject().put("score", 2)), "in time");
        await(past, "1 " + ada.id() + " 47", "2 ben 30");
        change(board("sum", "day").put("graceHours", 0));
        awaitSealed(past);

        // Moved there, and raised there.
        assertEquals(
                200,
                patch(
                        ada,
                        recent,
                        new JsonObject()
                                .put("score", 2_000)
                                .put("occurredAt", past.atTime(12, 0).toString() + ":00Z")));
        await(today);
        assertEquals(200, patch(ada, old, new JsonObject().put("score", 3_000)));
        await(past, "1 ben 30", "2 " + ada.id() + " 7");
        Await.until("all corrected", () -> Oracle.number(database, "select count(*) from sealed_dirty") == 0);
        await(past, "1 ben 30", "2 " + ada.id() + " 7");
        assertNotNull(period(two, past).getString("correctedAt"));
        // Lowered: what it was is not said any longer, and what it is was said too late.
        assertEquals(200, patch(ada, early, new JsonObject().put("score", 1)));
        await(past, "1 ben 30", "2 " + ada.id() + " 5");
        // An admin's word holds, of what was received in time.
        assertEquals(200, call("PATCH", "/api/v1/scores/" + old, new JsonObject().put("score", 41)));
        await(past, "1 " + ada.id() + " 46", "2 ben 30");
        // Where nothing is sealed, an owner's change counts.
        assertEquals(
                200, patch(ada, recent, new JsonObject().put("score", 60).put("occurredAt", today + "T00:00:00Z")));
        await(today, "1 " + ada.id() + " 60");
        await(past, "1 " + ada.id() + " 46", "2 ben 30");
    }

    private static int patch(Account who, String score, JsonObject change) {
        return two.api()
                .call("PATCH", "/api/v1/scores/" + score, who.token(), change.encode(), Map.of())
                .status();
    }

    private static int call(String method, String path, @Nullable JsonObject body) {
        return two.api()
                .call(
                        method,
                        path,
                        App.ADMIN_KEY,
                        body == null ? null : body.encode(),
                        Map.of("Content-Type", "application/json"))
                .status();
    }

    @Test
    void shouldSealAChallengeAndAnAthletesDayWhereItEndedLast() {
        LocalDate past = today.minusDays(1);
        JsonObject challenge = board(
                        "count",
                        new JsonObject().put("from", past + "T00:00:00Z").put("to", today + "T00:00:00Z"))
                .put("graceHours", 0);
        post("ann", 1, past);
        make(challenge);
        Await.until("it is sealed", () -> "sealed".equals(periods(two).get(0).getString("state")));
        Await.until("the standings", () -> standings(two, null).equals(List.of("1 ann 1")));
        assertEquals(0, post("ann", 1, past).json().getJsonArray("standings").size());
        assertEquals(List.of("1 ann 1"), standings(one, "fixed"));
    }

    @Test
    void shouldWaitForBatchesInFlightAndCountThem() throws SQLException {
        LocalDate past = today.minusDays(4);
        make(board("sum", "day").put("graceHours", 200));
        post("ann", 10, past);
        try (Connection batch = Oracle.connect(database)) {
            batch.setAutoCommit(false);
            batch.createStatement()
                    .execute(
                            "with gate as (delete from write_gate where false) insert into score (id, user_id, activity, score, occurred_at, timed) values "
                                    + "(gen_random_uuid(), 'ann', '" + activity + "', 7, '" + past + "T12:00Z', true)");
            change(board("sum", "day").put("graceHours", 0));
            Await.until(
                    "the lock to be waited for",
                    () -> Oracle.number(
                                    database,
                                    "select count(*) from pg_locks where not granted and relation = 'write_gate'::regclass")
                            > 0);
            assertEquals(
                    0,
                    Oracle.number(database, "select count(*) from sealed_period where leaderboard = '" + board + "'"));
            batch.commit();
        }
        awaitSealed(past);
        await(past, "1 ann 17");
    }

    @Test
    void shouldAgreeWithTheMomentOfTheSealUnderScoresThatKeepComing() throws Exception {
        LocalDate past = today.minusDays(1);
        make(board("sum", "day").put("graceHours", 200));
        AtomicBoolean more = new AtomicBoolean(true);
        ExecutorService posters = Executors.newFixedThreadPool(4);
        List<Future<?>> posting = IntStream.range(0, 4)
                .<Future<?>>mapToObj(poster -> posters.submit(() -> {
                    for (int i = 0; more.get(); i++) {
                        post("user-" + (i % 7), 1 + poster, past);
                    }
                }))
                .toList();
        Await.until(
                "scores",
                () -> Oracle.number(database, "select count(*) from score where activity = '" + activity + "'") > 100);
        change(board("sum", "day").put("graceHours", 0));
        awaitSealed(past);
        more.set(false);
        for (Future<?> one : posting) {
            one.get();
        }
        posters.shutdown();
        String counted = "select user_id, sum(score) from score where activity = '" + activity
                + "' and received_at <= (select sealed_at from sealed_period where leaderboard = '" + board
                + "' and label = '" + past + "') group by user_id";
        Map<String, Integer> expected = new TreeMap<>();
        Oracle.rows(database, counted).forEach(row -> expected.put(row[0], Integer.parseInt(row[1])));
        for (App app : List.of(one, two)) {
            Await.until("the same", () -> {
                Map<String, Integer> shown = new TreeMap<>();
                standings(app, past.toString())
                        .forEach(line -> shown.put(line.split(" ", -1)[1], Integer.parseInt(line.split(" ", -1)[2])));
                return shown.equals(expected);
            });
        }
        assertTrue(
                Oracle.number(
                                database,
                                "select count(*) from score where activity = '" + activity
                                        + "' and received_at > (select sealed_at from sealed_period where leaderboard = '"
                                        + board + "' and label = '" + past + "')")
                        > 0,
                "some came too late");
    }

    @Test
    void shouldNotChangeWhatSealedPeriodsWereRankedBy() {
        LocalDate past = today.minusDays(3);
        post("ann", 5, past);
        make(board("sum", "day").put("graceHours", 0));
        awaitSealed(past);
        Answer refused = one.api().put(BOARDS + "/" + board, App.ADMIN_KEY, board("best", "day"));
        assertEquals(409, refused.status());
        assertEquals("leaderboard-sealed", refused.problem());
        assertEquals(
                409,
                one.api()
                        .put(
                                BOARDS + "/" + board,
                                App.ADMIN_KEY,
                                board("sum", "day").put("timeZone", "Asia/Tokyo"))
                        .status());
        // Other activities from now on; what is sealed stays as it was.
        JsonObject other = board("sum", "day")
                .put("activities", new JsonArray().add("another"))
                .put("graceHours", 9);
        change(other);
        await(past, "1 ann 5");
        assertEquals(404, one.api().get(BOARDS + "/nothing/periods", null).status());
        assertEquals(
                400,
                one.api().get(BOARDS + "/" + board + "/periods?limit=0", null).status());
        assertEquals(
                400,
                one.api().get(BOARDS + "/" + board + "/periods?cursor=x", null).status());
        assertEquals(
                400,
                one.api()
                        .get(BOARDS + "/" + board + "/periods?cursor=%2B294277-01-01T00:00:00Z", null)
                        .status());
        // Made again, it is filled from the scores, and sealed again.
        assertEquals(204, call("DELETE", BOARDS + "/" + board, null));
        assertEquals(
                0, Oracle.number(database, "select count(*) from sealed_period where leaderboard = '" + board + "'"));
        make(board("best", "day").put("graceHours", 0));
        awaitSealed(past);
        await(past, "1 ann 5");
    }
}
