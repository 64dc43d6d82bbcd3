package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a user did best. */
class BestsIT {

    private static final String MINE = "/api/v1/users/me/bests";

    private static ErrorLog log;
    private static RedisHandle redis;
    private static App app;
    private static Api api;

    private final Instant noon = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(2, ChronoUnit.DAYS);
    private final Account ada = api.newAccount();

    @BeforeAll
    static void start() {
        log = ErrorLog.open();
        redis = Stores.newRedis();
        app = App.start(Stores.newDatabase(), redis.uri());
        api = app.api();
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private String post(String activity, int score, int minutes) {
        Answer posted = api.post(
                "/api/v1/scores",
                ada.token(),
                Api.score(activity, score).put("occurredAt", noon.plusSeconds(60L * minutes) + ""));
        assertEquals(201, posted.status(), posted.text());
        return posted.json().getString("id");
    }

    private JsonObject best(String id, int score, int minutes) {
        return new JsonObject()
                .put("scoreId", id)
                .put("score", score)
                .put("occurredAt", noon.plusSeconds(60L * minutes).toString());
    }

    private static JsonArray bests(String path, String bearer) {
        Answer answer = api.get(path, bearer);
        assertEquals(200, answer.status(), answer.text());
        assertEquals(List.of("bests"), List.copyOf(answer.json().fieldNames()));
        return answer.json().getJsonArray("bests");
    }

    private static JsonObject line(String activity, JsonObject highest, JsonObject lowest, long scores, long total) {
        return new JsonObject()
                .put("activity", activity)
                .put("highest", highest)
                .put("lowest", lowest)
                .put("scores", scores)
                .put("total", total);
    }

    @Test
    void shouldTellTheHighestAndTheLowestOfEachActivityAndTheEarliestOfEqualOnes() {
        assertEquals(new JsonArray(), bests(MINE, ada.token()));
        post("running", 30, 9);
        String high = post("running", 30, 3);
        post("running", 30, 7);
        post("running", 5, 8);
        String low = post("running", 5, 2);
        String only = post("bests-only", 2_147_483_647, 1);
        JsonArray expected = new JsonArray()
                .add(line("bests-only", best(only, 2_147_483_647, 1), best(only, 2_147_483_647, 1), 1, 2_147_483_647))
                .add(line("running", best(high, 30, 3), best(low, 5, 2), 5, 100));
        assertEquals(expected.encode(), bests(MINE, ada.token()).encode());
        String byKeys = "/api/v1/users/" + ada.id() + "/bests";
        assertEquals(expected.encode(), bests(byKeys, App.ADMIN_KEY).encode());
        assertEquals(expected.encode(), bests(byKeys, app.ingestKey()).encode());
    }

    @Test
    void shouldTakeTheSmallerIdOfThoseOfTheSameTime() {
        String first = Stream.of(post("rowing", 8, 1), post("rowing", 8, 1), post("rowing", 8, 1))
                .sorted()
                .findFirst()
                .orElseThrow();
        assertEquals(
                line("rowing", best(first, 8, 1), best(first, 8, 1), 3, 24).encode(),
                bests(MINE, ada.token()).getJsonObject(0).encode());
    }

    @Test
    void shouldLeaveOutWhatDoesNotCountAndFollowWhatIsCorrected() {
        String kept = post("cycling", 50, 1);
        String deleted = post("cycling", 90, 2);
        assertEquals(
                204,
                api.call("DELETE", "/api/v1/scores/" + deleted, ada.token(), null, Map.of())
                        .status());
        String limits = "/api/v1/activities/cycling/limits";
        api.put(limits, App.ADMIN_KEY, new JsonObject().put("maxPerDay", 1));
        String held = post("cycling", 70, 3);
        api.call("DELETE", limits, App.ADMIN_KEY, null, Map.of());
        assertEquals(
                line("cycling", best(kept, 50, 1), best(kept, 50, 1), 1, 50).encode(),
                bests(MINE, ada.token()).getJsonObject(0).encode());
        assertEquals(
                204,
                api.post("/api/v1/scores/" + held + "/release", App.ADMIN_KEY, new JsonObject())
                        .status());
        assertEquals(
                line("cycling", best(held, 70, 3), best(kept, 50, 1), 2, 120).encode(),
                bests(MINE, ada.token()).getJsonObject(0).encode());
    }

    @Test
    void shouldRefuseOthersAndWhatIsNobody() {
        String byKeys = "/api/v1/users/" + ada.id() + "/bests";
        assertEquals(401, api.get(MINE, null).status());
        assertEquals(401, api.get(byKeys, null).status());
        assertEquals(403, api.get(MINE, App.ADMIN_KEY).status());
        assertEquals(403, api.get(byKeys, ada.token()).status());
        assertEquals(
                "not-found",
                api.get("/api/v1/users/nobody-here/bests", App.ADMIN_KEY).problem());
        assertEquals(
                "invalid-request",
                api.get("/api/v1/users/a%20b/bests", App.ADMIN_KEY).problem());
        assertEquals(new JsonArray(), bests(byKeys, App.ADMIN_KEY));
    }
}
