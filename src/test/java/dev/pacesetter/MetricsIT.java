package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.TcpProxy;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET /metrics}: what an operator needs to see is there, and moves with what happens. */
class MetricsIT {

    private static RedisHandle redis;
    private static TcpProxy toPostgres;
    private static App app;

    @BeforeAll
    static void start() {
        redis = Stores.newRedis();
        String database = Stores.newDatabase();
        int port = URI.create(database).getPort();
        toPostgres = new TcpProxy(port);
        app = App.start(database.replace(":" + port, ":" + toPostgres.port()), redis.uri());
    }

    @AfterAll
    static void stop() {
        toPostgres.heal();
        app.close();
        toPostgres.close();
        redis.close();
    }

    private static String text() {
        return app.api().get("/metrics", null).text();
    }

    private static double value(String series) {
        String text = text();
        Matcher found =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(text);
        assertTrue(found.find(), () -> series + " is not in\n" + text);
        return Double.parseDouble(found.group(1));
    }

    private static void post(int score, String key) {
        post("metrics", score, key);
    }

    private static void post(String user, int score, String key) {
        JsonObject body = Api.score("rowing", score).put("userId", user);
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
        assertTrue(value("pacesetter_ingest_commit_seconds_bucket{outcome=\"success\",le=\"10.0\"}") >= 1);
        assertTrue(value("pacesetter_ingest_wait_seconds_count") >= 1);
        assertTrue(
                value("pacesetter_http_requests_seconds_count{method=\"POST\",route=\"/api/v1/scores\",status=\"2xx\"}")
                        >= 2);
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
            assertEquals(1, value("pacesetter_live_viewers{of=\"leaderboard\"}"));
            assertEquals(0, value("pacesetter_live_viewers{of=\"user\"}"));
            double seen = value("pacesetter_score_published_seconds_count");
            post(3, "viewed");
            Await.until("a delta", () -> viewer.bodies("leaderboard.overall").size() > 1);
            assertTrue(value("pacesetter_live_messages_total") > messages);
            assertTrue(value("pacesetter_live_published_seconds_count") >= 1);
            Await.until("timed", () -> value("pacesetter_score_published_seconds_count") > seen);
        }
        Await.until("nobody watches", () -> value("pacesetter_live_viewers{of=\"leaderboard\"}") == 0);
        assertTrue(value("pacesetter_ranking_applied_seconds_count") >= 1);
        assertTrue(value("pacesetter_redis_command_seconds_count") >= 1);
        Await.until("counted", () -> value("pacesetter_ranking_doubt") == 0);
        assertEquals(0, value("pacesetter_ranking_pending"));
        assertEquals(0, value("pacesetter_live_skipped_total"));
        Await.until("loops measured", () -> value("pacesetter_eventloop_delay_seconds_count") >= 4);
    }

    @Test
    void shouldCountWhatSuspendedUsersSendAndWhatIsRefusedLineByLine() {
        double suspended = value("pacesetter_ingest_scores_total{outcome=\"suspended\"}");
        double accepted = value("pacesetter_ingest_scores_total{outcome=\"accepted\"}");
        String user = "barred";
        post(user, 1, "barred-1");
        JsonObject why = new JsonObject().put("reason", "test");
        assertEquals(
                204,
                app.api()
                        .put("/api/v1/users/" + user + "/suspended", App.ADMIN_KEY, why)
                        .status());
        post(user, 1, "barred-2");
        assertEquals(suspended + 1, value("pacesetter_ingest_scores_total{outcome=\"suspended\"}"));
        assertEquals(accepted + 1, value("pacesetter_ingest_scores_total{outcome=\"accepted\"}"));
        String lines = "no json\n" + Api.score("rowing", -1).put("userId", user).encode() + "\n";
        app.api().call("POST", "/api/v1/scores/batch", App.ADMIN_KEY, lines, Map.of());
        Await.until(
                "counted",
                () -> value("pacesetter_ingest_lines_refused_total{problem=\"malformed-json\"}") == 1
                        && value("pacesetter_ingest_lines_refused_total{problem=\"invalid-request\"}") == 1);
    }

    /** Who reads meters need not be anybody who may see what they are of. */
    @Test
    void shouldNameNobodyAndNoLeaderboard() {
        JsonObject board = new JsonObject()
                .put("id", "lay-off")
                .put("title", "Whom to lay off")
                .put("activities", new JsonArray().add("rowing"))
                .put("mode", "sum")
                .put("period", "all-time")
                .put("visibility", "private");
        assertEquals(
                201,
                app.api().post("/api/v1/leaderboards", App.ADMIN_KEY, board).status());
        post("user-unnamed", 1, "unnamed-1");
        double audited = value("pacesetter_ranking_audited_total");
        // Two rounds: all boards have had their turn.
        Await.until("audited", () -> value("pacesetter_ranking_audited_total") > audited + 10);
        assertEquals(0, value("pacesetter_ranking_drift_total"));
        for (String name : List.of("lay-off", "user-unnamed", "overall")) {
            assertFalse(text().contains(name), name);
        }
    }

    @Test
    void shouldShowTheProcessAndItsBuild() {
        assertTrue(value("process_start_time_seconds") > 1.7e9);
        assertTrue(value("process_uptime_seconds") > 0);
        assertTrue(value("process_files_open_files") > 0);
        assertTrue(value("process_cpu_usage") >= 0);
        assertTrue(value("jvm_threads_live_threads") > 0);
        Matcher build = Pattern.compile("(?m)^pacesetter_build_info\\{version=\"(.+)\"} 1")
                .matcher(text());
        assertTrue(build.find(), MetricsIT::text);
        assertTrue(build.group(1).matches("\\d+\\.\\d+\\.\\d+.*"), build.group(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2|true",
                "application/openmetrics-text; version=1.0.0; charset=utf-8|true",
                "application/openmetrics-text;q=0.3,text/plain;q=0.5|false",
                "application/openmetrics-text;q=0|false",
                "text/html, */*;q=0.8|false",
                "application/json|false"
            })
    void shouldAnswerInTheFormatThatIsAskedFor(String accept, boolean open) {
        Api.Answer answer = app.api().call("GET", "/metrics", null, null, Map.of("Accept", accept));
        assertEquals(200, answer.status());
        assertEquals(
                open
                        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                        : "text/plain; version=0.0.4; charset=utf-8",
                answer.contentType());
        assertEquals(open, answer.text().endsWith("# EOF\n"));
        assertTrue(answer.text().contains("pacesetter_ingest_scores_total{outcome=\"accepted\"}"), answer.text());
    }

    @Test
    void shouldShowThatAllIsBehindWhileRedisIsAway() {
        redis.kill();
        try {
            Await.until("in doubt", () -> value("pacesetter_ranking_doubt") > 0);
            post(4, "behind");
            Await.until("behind", () -> value("pacesetter_ranking_behind") > 0);
            Await.until("not applied", () -> value("pacesetter_outbox_unapplied") > 0);
            Await.until("for long", () -> value("pacesetter_outbox_unapplied_age_seconds") > 1);
            assertTrue(value("pacesetter_outbox_batches") >= 1);
        } finally {
            redis.start();
        }
        Await.until("caught up", () -> value("pacesetter_ranking_behind") == 0);
        Await.until("applied", () -> value("pacesetter_outbox_unapplied") == 0);
        Await.until("no age", () -> value("pacesetter_outbox_unapplied_age_seconds") == 0);
        Await.until("answered", () -> value("pacesetter_redis_inflight") == 0);
    }

    @Test
    void shouldShowCommandsThatWaitForRedis() {
        redis.pause();
        try {
            Await.until("waiting", () -> value("pacesetter_redis_inflight") > 0);
        } finally {
            redis.resume();
        }
        Await.until("answered", () -> app.api().get("/health/ready", null).status() == 200);
    }

    @Test
    void shouldShowConnectionsInUseAndWhoWaitsForOne() {
        assertEquals(0, value("pacesetter_postgres_pool_waiting"));
        toPostgres.freeze();
        try {
            String path = "/api/v1/users/nobody/bests";
            List<Thread> callers = IntStream.range(0, 30)
                    .mapToObj(i -> {
                        Thread caller = new Thread(() -> app.api().get(path, App.ADMIN_KEY));
                        caller.start();
                        return caller;
                    })
                    .toList();
            Await.until("in use", () -> value("pacesetter_postgres_pool_used") > 0);
            Await.until("waiting", () -> value("pacesetter_postgres_pool_waiting") > 0);
            toPostgres.heal();
            for (Thread caller : callers) {
                Await.until("answered", () -> !caller.isAlive());
            }
        } finally {
            toPostgres.heal();
        }
        double size = value("pacesetter_postgres_pool_size");
        assertTrue(size > 0 && size <= 8, () -> "connections: " + size);
        Await.until("given back", () -> value("pacesetter_postgres_pool_used") == 0);
        Await.until("nobody waits", () -> value("pacesetter_postgres_pool_waiting") == 0);
        Await.until("ready", () -> app.api().get("/health/ready", null).status() == 200);
    }
}
