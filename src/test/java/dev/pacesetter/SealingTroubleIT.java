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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is wrong with one leaderboard's sealed periods keeps no other from theirs. */
class SealingTroubleIT {

    private static final String BOARDS = "/api/v1/leaderboards";

    private static String database;
    private static ErrorLog log;
    private static RedisHandle redis;
    private static App app;

    private final LocalDate past = LocalDate.now(ZoneOffset.UTC).minusDays(3);

    @BeforeAll
    static void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        app = App.start(database, redis.uri());
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private static String slug() {
        return "t-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static JsonObject board(String id, String activity, int graceHours) {
        return new JsonObject()
                .put("id", id)
                .put("title", "A board")
                .put("activities", new JsonArray().add(activity))
                .put("mode", "sum")
                .put("period", "day")
                .put("graceHours", graceHours);
    }

    private static void make(String id, String activity, int graceHours) {
        Answer made = app.api().post(BOARDS, App.ADMIN_KEY, board(id, activity, graceHours));
        assertEquals(201, made.status(), made.text());
    }

    private static int change(String id, JsonObject definition) {
        return app.api().put(BOARDS + "/" + id, App.ADMIN_KEY, definition).status();
    }

    private String post(String user, String activity, int score) {
        JsonObject one = Api.score(activity, score).put("userId", user).put("occurredAt", past + "T12:00:00Z");
        return app.api().post("/api/v1/scores", App.ADMIN_KEY, one).json().getString("id");
    }

    private void await(String board, String... lines) {
        Await.until(board + " to be " + List.of(lines), () -> {
            Answer answer = app.api().get(BOARDS + "/" + board + "/entries?period=" + past, null);
            JsonArray entries = answer.json().getJsonArray("entries", new JsonArray());
            return IntStream.range(0, entries.size())
                    .mapToObj(entries::getJsonObject)
                    .map(entry -> entry.getString("userId") + " " + entry.getInteger("score"))
                    .toList()
                    .equals(List.of(lines));
        });
    }

    private void awaitSealed(String board) {
        Await.until(
                board + " to be sealed",
                () -> Oracle.number(
                                database,
                                "select count(*) from sealed_period p join leaderboard l on l.id = p.leaderboard where l.id = '"
                                        + board + "' and label = '" + past + "' and filled and sealed_to >= to_at")
                        == 1);
    }

    private static void noteBySql(String board, String label, boolean filled) {
        Oracle.execute(
                database,
                "insert into sealed_period (leaderboard, label, from_at, to_at, athlete_time, sealed_at, filled) values ('"
                        + board + "', '" + label + "', '2026-11-02Z', '2026-11-09Z', false, now(), " + filled + ")");
    }

    @Test
    void shouldForgetWhatWasNotedByOtherRulesAndSealByThoseOfNow() {
        String wrong = slug();
        String right = slug();
        make(wrong, wrong, 200);
        make(right, right, 200);
        post("ann", wrong, 5);
        String taken = post("ann", right, 3);
        post("ben", right, 7);
        await(right, "ben 7", "ann 3");
        // A week's label, and today's label with the bounds of another zone: as noted a moment before the rules were
        // changed.
        noteBySql(wrong, "2026-W45", false);
        noteBySql(wrong, past.toString(), false);
        assertEquals(200, change(wrong, board(wrong, wrong, 0)));
        assertEquals(200, change(right, board(right, right, 0)));
        awaitSealed(right);
        awaitSealed(wrong);
        await(wrong, "ann 5");
        assertEquals(
                0,
                Oracle.number(
                        database,
                        "select count(*) from sealed_period where label = '2026-W45' and leaderboard = '" + wrong
                                + "'"));
        assertEquals(
                204,
                app.api()
                        .call("DELETE", "/api/v1/scores/" + taken, App.ADMIN_KEY, null, Map.of())
                        .status());
        await(right, "ben 7");
    }

    @Test
    void shouldSealAndCorrectTheOthersWhenOneCannotBe() {
        String wrong = slug();
        String right = slug();
        make(wrong, wrong, 200);
        make(right, right, 200);
        post("ann", wrong, 5);
        String taken = post("ann", right, 3);
        post("ben", right, 7);
        // A period that nobody can correct is the first that is to be.
        noteBySql(wrong, "2026-W45", true);
        Oracle.execute(
                database,
                "insert into sealed_dirty (period, user_id) select id, 'ann' from sealed_period where leaderboard = '"
                        + wrong + "'");
        // Whatever may be wrong with it.
        Oracle.execute(
                database,
                "create function broken() returns trigger language plpgsql as "
                        + "$$ begin raise exception 'broken'; end $$; "
                        + "create trigger broken before insert on sealed_period for each row when (new.leaderboard = '"
                        + wrong + "') execute function broken()");
        assertEquals(200, change(wrong, board(wrong, wrong, 0)));
        assertEquals(200, change(right, board(right, right, 0)));
        awaitSealed(right);
        assertEquals(
                204,
                app.api()
                        .call("DELETE", "/api/v1/scores/" + taken, App.ADMIN_KEY, null, Map.of())
                        .status());
        await(right, "ben 7");
        Oracle.execute(database, "drop trigger broken on sealed_period");
        Oracle.execute(database, "delete from sealed_period where label = '2026-W45'");
        awaitSealed(wrong);
    }

    /** While nothing is sealed, there is nothing that must stay. */
    @Test
    void shouldFillAChangedBoardFromThePastWhenNothingOfItWasSealed() {
        String board = slug();
        String activity = slug();
        make(board, slug(), 0);
        Await.until(
                "the past to be over",
                () -> Oracle.number(database, "select count(sealed_to) from leaderboard where id = '" + board + "'")
                        == 1);
        post("ann", activity, 4);
        assertEquals(200, change(board, board(board, activity, 200)));
        await(board, "ann 4");
    }
}
