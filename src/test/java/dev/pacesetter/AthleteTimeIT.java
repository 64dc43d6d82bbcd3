package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Boards whose days are those of each athlete's own clock. */
class AthleteTimeIT {

    private static ErrorLog log;
    private static RedisHandle redis;
    private static App app;

    @BeforeAll
    static void start() {
        log = ErrorLog.open();
        redis = Stores.newRedis();
        app = App.start(Stores.newDatabase(), redis.uri());
        for (String mode : List.of("sum", "best", "count")) {
            for (String zone : List.of("athlete", "UTC")) {
                JsonObject board = new JsonObject()
                        .put("id", mode + "-" + zone.toLowerCase(Locale.ROOT))
                        .put("title", "Steps")
                        .put("activities", new JsonArray().add("steps"))
                        .put("mode", mode)
                        .put("period", "day")
                        .put("timeZone", zone);
                Answer made = app.api().post("/api/v1/leaderboards", App.ADMIN_KEY, board);
                assertEquals(201, made.status(), made.text());
                assertEquals(zone, made.json().getString("timeZone"));
            }
        }
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private static String steps(String user, int score, String at) {
        Answer answer = app.api()
                .post(
                        "/api/v1/scores",
                        App.ADMIN_KEY,
                        Api.score("steps", score).put("userId", user).put("occurredAt", at));
        assertEquals(201, answer.status(), answer.text());
        return answer.json().getString("id");
    }

    private static List<String> board(String id, String day) {
        Answer answer = app.api().get("/api/v1/leaderboards/" + id + "/entries?period=" + day, null);
        JsonArray entries = answer.status() == 200 ? answer.json().getJsonArray("entries") : new JsonArray();
        return IntStream.range(0, entries.size())
                .mapToObj(entries::getJsonObject)
                .map(one -> one.getInteger("rank") + " " + one.getString("userId") + " " + one.getInteger("score") + " "
                        + one.getString("reachedAt"))
                .toList();
    }

    private static void await(String id, String day, String... lines) {
        Await.until(id + " of " + day + " to be " + List.of(lines) + ", not " + board(id, day), () -> board(id, day)
                .equals(List.of(lines)));
    }

    @Test
    void shouldCountADayWhereTheAthleteWas() {
        // The same moment is the 10th in Honolulu and the 11th in Auckland; the day there began before it did in UTC.
        steps("auckland", 300, "2026-11-11T00:30:00+13:00");
        steps("honolulu", 300, "2026-11-10T01:30:00-10:00");
        steps("honolulu", 200, "2026-11-10T23:59:59.999-10:00");
        String late = steps("honolulu", 50, "2026-11-11T00:00:00-10:00");
        steps("london", 100, "2026-11-10T12:00:00Z");
        for (int round = 0; round < 2; round++) {
            await(
                    "sum-utc",
                    "2026-11-10",
                    "1 auckland 300 2026-11-10T11:30:00Z",
                    "1 honolulu 300 2026-11-10T11:30:00Z",
                    "3 london 100 2026-11-10T12:00:00Z");
            await(
                    "sum-athlete",
                    "2026-11-10",
                    "1 honolulu 500 2026-11-11T09:59:59.900Z",
                    "2 london 100 2026-11-10T12:00:00Z");
            await(
                    "best-athlete",
                    "2026-11-10",
                    "1 honolulu 300 2026-11-10T11:30:00Z",
                    "2 london 100 2026-11-10T12:00:00Z");
            await(
                    "count-athlete",
                    "2026-11-10",
                    "1 honolulu 2 2026-11-11T09:59:59.900Z",
                    "2 london 1 2026-11-10T12:00:00Z");
            // From the second round on, as made anew from the scores.
            redis.flush();
        }
        await("sum-athlete", "2026-11-11", "1 auckland 300 2026-11-10T11:30:00Z", "2 honolulu 50 2026-11-11T10:00:00Z");
        assertEquals(
                204,
                app.api()
                        .call("DELETE", "/api/v1/scores/" + late, App.ADMIN_KEY, null, Map.of())
                        .status());
        await("sum-athlete", "2026-11-11", "1 auckland 300 2026-11-10T11:30:00Z");
    }

    @Test
    void shouldShowADayThatHasBegunSomewhere() {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.ofHours(14));
        steps("kiritimati", 10, now.toString());
        String today = now.toLocalDate().toString();
        Await.until("an entry", () -> board("sum-athlete", today).size() == 1);
    }
}
