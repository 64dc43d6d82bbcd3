package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code GET /metrics}: what an operator needs to see is there, and moves with what happens. */
class MetricsIT {

    private static RedisHandle redis;
    private static App app;

    @BeforeAll
    static void start() {
        redis = Stores.newRedis();
        app = App.start(Stores.newDatabase(), redis.uri());
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
    }

    private static double value(String series) {
        String text = app.api().get("/metrics", null).text();
        Matcher found =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(text);
        assertTrue(found.find(), () -> series + " is not in\n" + text);
        return Double.parseDouble(found.group(1));
    }

    private static void post(int score, String key) {
        JsonObject body = Api.score("rowing", score).put("userId", "metrics");
        app.api().call("POST", "/api/v1/scores", App.ADMIN_KEY, body.encode(), Map.of("Idempotency-Key", key));
    }

    @Test
    void shouldCountWhatBecameOfScores() {
        double accepted = value("pacesetter_ingest_scores_total{outcome=\"accepted\"}");
        post(1, "a");
        post(1, "a");
        post(2, "a");
        post(-1, "b");
        post(100_001, "c");
        assertEquals(accepted + 1, value("pacesetter_ingest_scores_total{outcome=\"accepted\"}"));
        assertEquals(1, value("pacesetter_ingest_scores_total{outcome=\"repeated\"}"));
        assertEquals(1, value("pacesetter_ingest_scores_total{outcome=\"key-reused\"}"));
        assertEquals(0, value("pacesetter_ingest_scores_total{outcome=\"overloaded\"}"));
        assertEquals(1, value("pacesetter_http_problems_total{problem=\"invalid-request\"}"));
        assertEquals(1, value("pacesetter_http_problems_total{problem=\"score-out-of-range\"}"));
        assertEquals(1, value("pacesetter_http_problems_total{problem=\"idempotency-conflict\"}"));
        assertTrue(value("pacesetter_ingest_batch_count") >= 1);
        assertTrue(value("pacesetter_ingest_commit_seconds_bucket{le=\"10.0\"}") >= 1);
        assertTrue(value("pacesetter_http_requests_seconds_count") >= 5);
        assertEquals(0, value("pacesetter_ingest_waiting"));
    }

    @Test
    void shouldTimeTheWayToRankingsAndViewers() {
        try (Viewer viewer = new Viewer(app.port())) {
            viewer.send(new JsonObject().put("type", "register").put("address", "leaderboard.overall"));
            Await.until(
                    "a snapshot", () -> !viewer.bodies("leaderboard.overall").isEmpty());
            double messages = value("pacesetter_live_messages_total");
            assertEquals(1, value("pacesetter_live_sockets"));
            post(3, "viewed");
            Await.until("a delta", () -> viewer.bodies("leaderboard.overall").size() > 1);
            assertTrue(value("pacesetter_live_messages_total") > messages);
            assertTrue(value("pacesetter_live_published_seconds_count") >= 1);
        }
        assertTrue(value("pacesetter_ranking_applied_seconds_count") >= 1);
        assertTrue(value("pacesetter_redis_command_seconds_count") >= 1);
        assertEquals(0, value("pacesetter_ranking_pending"));
        assertEquals(0, value("pacesetter_ranking_doubt"));
        assertEquals(0, value("pacesetter_live_skipped_total"));
        Await.until("loops measured", () -> value("pacesetter_eventloop_delay_seconds_count") >= 4);
    }
}
