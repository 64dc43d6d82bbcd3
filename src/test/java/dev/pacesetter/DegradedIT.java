package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that is down degrades; it does not lie. */
class DegradedIT {

    private static final String ENTRIES = "/api/v1/leaderboards/overall/entries";

    private RedisHandle redis;
    private App app;
    private Api api;

    @BeforeEach
    void start() {
        redis = Stores.newRedis();
        app = App.start(Stores.newDatabase(), redis.uri());
        api = app.api();
    }

    @AfterEach
    void stop() {
        app.close();
        redis.close();
    }

    @Test
    void shouldTakeScoresWithoutRedisAndRankThemWhenItIsBack() {
        Account ada = api.newAccount();
        api.post("/api/v1/scores", ada.token(), Api.score("running", 10));
        redis.kill();
        Await.until("not ready", () -> api.get("/health/ready", null).status() == 503);
        Answer score = api.post("/api/v1/scores", ada.token(), Api.score("running", 5));
        assertEquals(201, score.status(), score.text());
        assertEquals(new JsonArray(), score.json().getJsonArray("standings"));
        Answer entries = api.get(ENTRIES, null);
        assertEquals(503, entries.status(), entries.text());
        assertEquals("ranking-unavailable", entries.problem());
        assertTrue(entries.headers().containsKey("Retry-After"));
        Answer boards = api.get("/api/v1/leaderboards", null);
        assertEquals(200, boards.status());
        assertEquals(
                "down",
                api.get("/health/ready", null)
                        .json()
                        .getJsonObject("checks")
                        .getJsonObject("redis")
                        .getString("status"));
        assertEquals(200, api.get("/health/live", null).status());
        redis.start();
        Await.until("ready again", () -> api.get("/health/ready", null).status() == 200);
        JsonObject entry = api.get(ENTRIES + "/" + ada.id(), null).json().getJsonObject("entry");
        assertEquals(15, entry.getInteger("score"));
    }

    @Test
    void shouldNoticeThatRedisWasPaused() {
        Account ada = api.newAccount();
        redis.pause();
        Answer score = api.post("/api/v1/scores", ada.token(), Api.score("running", 5));
        assertEquals(201, score.status(), score.text());
        Await.until("not ready", () -> api.get("/health/ready", null).status() == 503);
        redis.resume();
        Await.until("ready again", () -> api.get("/health/ready", null).status() == 200);
        JsonObject entry = api.get(ENTRIES + "/" + ada.id(), null).json().getJsonObject("entry");
        assertEquals(5, entry.getInteger("score"));
    }
}
