package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Forwarder;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A store that is not there when a node starts: it serves what it can, and the rest by itself once the store comes. */
class StartIT {

    private RedisHandle redis;
    private URI database;
    private Forwarder postgres;

    @BeforeEach
    void prepare() {
        redis = Stores.newRedis();
        database = URI.create(Stores.newDatabase());
        postgres = new Forwarder(database.getPort());
    }

    @AfterEach
    void cleanUp() {
        postgres.close();
        redis.close();
    }

    /** The database, by way of the forwarder. */
    private String forwarded() {
        return uri(String.valueOf(database.getUserInfo()), postgres.port(), database.getPath());
    }

    private static String uri(String user, int port, String path) {
        return "postgresql://" + user + "@127.0.0.1:" + port + path;
    }

    private App launch(String databaseUri) {
        return App.launch(databaseUri, redis.uri(), new JsonObject());
    }

    @Test
    void shouldListenWithoutPostgresAndServeOnceItIsThere() {
        try (App app = launch(forwarded())) {
            assertUnavailable(app);
            assertFalse(app.routes().contains("POST /api/v1/scores"), "not served yet");
            postgres.open();
            assertServes(app);
            assertTrue(app.routes().contains("POST /api/v1/scores"), () -> app.routes()
                    .toString());
        }
    }

    /** What is exempt by one setting is not by the other, which nobody sees by looking at either. */
    @Test
    void shouldWarnOfProxiesThatAreExempt() {
        Logger logger = (Logger) LoggerFactory.getLogger(Pacesetter.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            JsonObject settings = new JsonObject().put("http.trustedProxies", new JsonArray().add("10.0.0.1"));
            App.launch(forwarded(), redis.uri(), settings).close();
            assertEquals(List.of(), warnings(log));
            settings.put("http.trustedProxies", new JsonArray().add("10.0.0.1").add("127.0.0.1"));
            App.launch(forwarded(), redis.uri(), settings).close();
            assertEquals(List.of("[addresses=\"[127.0.0.1]\"]"), warnings(log));
        } finally {
            logger.detachAppender(log);
        }
    }

    private static List<String> warnings(ListAppender<ILoggingEvent> log) {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(event -> String.valueOf(event.getKeyValuePairs()))
                .toList();
    }

    @Test
    void shouldNotHangOnAPostgresThatSaysNothing() {
        postgres.openSilently();
        try (App app = launch(forwarded())) {
            assertUnavailable(app);
            Await.until("an attempt", () -> postgres.unanswered() == 1);
            Await.until("given up", () -> postgres.unanswered() == 0);
            postgres.close();
            postgres.open();
            assertServes(app);
        }
    }

    @Test
    void shouldStopAtOnceWhileItWaits() {
        postgres.openSilently();
        App app = launch(forwarded());
        Await.until("an attempt", () -> postgres.unanswered() == 1);
        long before = System.nanoTime();
        app.close();
        assertTrue(System.nanoTime() - before < 2_000_000_000L, "took its time");
        assertTrue(app.serving().failed());
        Await.until("no connection is left", () -> postgres.unanswered() == 0);
        assertThrows(IllegalStateException.class, () -> app.api().get("/health/live", null));
    }

    private static void assertUnavailable(App app) {
        Api api = app.api();
        assertEquals(200, api.get("/health/live", null).status());
        assertEquals(200, api.get("/openapi.yaml", null).status());
        Answer ready = api.get("/health/ready", null);
        assertEquals(503, ready.status(), ready.text());
        assertEquals("unready", ready.json().getString("status"));
        JsonObject checks = ready.json().getJsonObject("checks");
        assertEquals(Map.of("status", "down"), checks.getJsonObject("postgres").getMap());
        assertEquals(Set.of("postgres", "redis", "rankings"), checks.fieldNames());
        Answer score = api.post("/api/v1/scores", App.ADMIN_KEY, Api.score("running", 5));
        for (Answer answer : new Answer[] {
            score, api.get("/api/v1/leaderboards", null), api.get("/eventbus", null), api.get("/eventbus/info", null)
        }) {
            assertEquals(503, answer.status(), answer.text());
            assertEquals("storage-unavailable", answer.problem());
            assertTrue(answer.headers().containsKey("Retry-After"));
        }
    }

    private static void assertServes(App app) {
        Await.until("ready", () -> app.api().get("/health/ready", null).status() == 200);
        Account ada = app.api().newAccount();
        Answer score = app.api().post("/api/v1/scores", ada.token(), Api.score("running", 5));
        assertEquals(201, score.status(), score.text());
        assertFalse(score.json().getJsonArray("standings").isEmpty(), score.text());
        assertEquals(200, app.api().get("/eventbus/info", null).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "database"})
    void shouldGiveUpWhatWaitingCannotMend(String wrong) {
        String uri = wrong.equals("database")
                ? uri(String.valueOf(database.getUserInfo()), database.getPort(), "/nobody")
                : uri("nobody:s3cret", database.getPort(), database.getPath());
        App app = launch(uri);
        AssertionError failure = assertThrows(AssertionError.class, () -> Await.result(app.serving()));
        String message = failure.getCause().getCause().getMessage();
        assertTrue(message.startsWith("PostgreSQL refuses: "), message);
        assertTrue(message.contains("nobody"), message);
        assertFalse(message.contains("s3cret"), message);
        // It has ended by itself.
        assertThrows(IllegalStateException.class, () -> app.api().get("/health/live", null));
        app.close();
    }

    @Test
    void shouldTakeScoresWithoutRedisAndRankThemWhenItComes() {
        redis.kill();
        try (App app = launch(database.toString())) {
            Await.result(app.serving());
            Account ada = app.api().newAccount();
            Answer score = app.api().post("/api/v1/scores", ada.token(), Api.score("running", 5));
            assertEquals(201, score.status(), score.text());
            assertEquals(new JsonArray(), score.json().getJsonArray("standings"));
            Answer ready = app.api().get("/health/ready", null);
            assertEquals(503, ready.status(), ready.text());
            JsonObject checks = ready.json().getJsonObject("checks");
            assertEquals("up", checks.getJsonObject("postgres").getString("status"));
            assertEquals("down", checks.getJsonObject("redis").getString("status"));
            redis.start();
            Await.until("ready", () -> app.api().get("/health/ready", null).status() == 200);
            Answer entry = app.api().get("/api/v1/leaderboards/overall/entries/" + ada.id(), null);
            assertEquals(5, entry.json().getJsonObject("entry").getInteger("score"));
        }
    }
}
