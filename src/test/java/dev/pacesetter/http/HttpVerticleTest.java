package dev.pacesetter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pacesetter.settings.HttpSettings;
import dev.pacesetter.settings.TlsSettings;
import dev.pacesetter.support.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every route gets for free. Speaks plain HTTP over a socket, so that it can say what no client would. */
class HttpVerticleTest {

    private static final String SECRET = "where the program keeps its secrets";
    private static final Logger ROOT = (Logger) org.slf4j.LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    private static Vertx vertx;
    private static int port;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        HttpSettings settings = new HttpSettings(
                "127.0.0.1",
                0,
                1_024,
                2_048,
                1_000,
                30,
                2,
                1,
                2,
                List.of("https://app.example.com"),
                List.of(),
                TlsSettings.NONE);
        Mount mount = (vertx, router) -> {
            router.get("/api/v1/broken").handler(context -> {
                throw new IllegalStateException(SECRET);
            });
            router.get("/api/v1/things/:id").handler(HttpVerticleTest::thing);
            router.delete("/api/v1/things/:id")
                    .handler(context -> context.response().setStatusCode(204).end());
            router.post("/api/v1/things").handler(context -> {
                JsonInput input = JsonInput.of(context);
                input.integer("n", 0, 9);
                input.check();
                context.json(new JsonObject());
            });
        };
        AtomicInteger listening = new AtomicInteger();
        HttpVerticle verticle = new HttpVerticle(
                settings,
                0,
                new ClientAddresses(List.of(), List.of()),
                List.of(new SiteMount()),
                new SimpleMeterRegistry(),
                listening::set);
        Await.result(vertx.deployVerticle(verticle));
        Await.result(verticle.serve(List.of(mount)));
        port = listening.get();
    }

    private static void thing(RoutingContext context) {
        context.json(new JsonObject().put("limit", context.queryParams().get("limit")));
    }

    @AfterAll
    static void stop() {
        Await.closed(vertx);
    }

    @BeforeEach
    void listen() {
        log.start();
        ROOT.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        ROOT.detachAppender(log);
    }

    /** An answer, as it came. */
    private record Answer(int status, String head, String body) {
        String header(String name) {
            Matcher line = Pattern.compile("(?im)^" + name + ": *(.*?)\r?$").matcher(head);
            return line.find() ? line.group(1) : "";
        }

        String problem() {
            String type = new JsonObject(body).getString("type");
            return type.substring(type.lastIndexOf(':') + 1);
        }
    }

    private static Answer send(String request, String... headers) {
        return send(request, "", headers);
    }

    private static Answer send(String request, String body, String[] headers) {
        String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        String all = request + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n" + lines
                + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(all.getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            String[] parts = answer.split("\r\n\r\n", 2);
            return new Answer(Integer.parseInt(answer.substring(9, 12)), parts[0], parts[1]);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Answer post(String body, String... headers) {
        return send("POST /api/v1/things", body, headers);
    }

    private List<ILoggingEvent> errors() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
                .toList();
    }

    @Test
    void shouldLogADefectOnceAndTellNothingOfIt() {
        Answer answer = send("GET /api/v1/broken");
        assertEquals(500, answer.status());
        assertEquals("internal", answer.problem());
        assertEquals("application/problem+json", answer.header("Content-Type"));
        assertFalse(answer.body().contains(SECRET));
        assertEquals(1, errors().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/things/%zz",
                "GET /%zz",
                "GET /api/v1/things/1?limit=%zz",
                "GET /api/v1/things/1?limit=%",
                "GET /api/v1/things/a%00b",
                "GET /api/v1/things/1?limit=%00",
            })
    void shouldAnswerWhatCannotBeDecodedAsTheCallersMistake(String request) {
        Answer answer = send(request);
        assertEquals(400, answer.status(), answer.body());
        assertEquals("invalid-request", answer.problem());
        assertEquals(List.of(), errors());
    }

    @ParameterizedTest
    @CsvSource({
        "GET /api/v1/nothing, 404, not-found",
        "POST /api/v1/nothing, 404, not-found",
        "GET /nothing, 404, not-found",
        "GET /.hidden, 404, not-found",
        "GET /webjars/swagger-ui/..%2f..%2f..%2flogback.xml, 404, not-found",
        "GET /client%2fclient.js, 404, not-found",
        "GET /client/..%5cindex.html, 404, not-found",
        "PATCH /api/v1/things/1, 405, method-not-allowed",
        "BREW /api/v1/things, 405, method-not-allowed",
    })
    void shouldAnswerWhatIsNotThere(String request, int status, String problem) {
        Answer answer = send(request);
        assertEquals(status, answer.status(), answer.body());
        assertEquals(problem, answer.problem());
        assertEquals(List.of(), errors());
    }

    @Test
    void shouldSayWhichMethodsAreAllowed() {
        assertEquals("DELETE, GET", send("PATCH /api/v1/things/1").header("Allow"));
        assertEquals("DELETE, GET", send("PATCH /api/v1/things/1/").header("Allow"));
        assertEquals("POST", send("GET /api/v1/things").header("Allow"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'n':5}          | application/json                  | 200",
                "{'n':5}          | application/json; charset=utf-8   | 200",
                "{'n':5}          | application/merge-patch+json      | 200",
                "{'n':5}          | text/plain                        | 415",
                "{'n':5}          | multipart/form-data; boundary=x   | 415",
                "{'n':55}         | application/json                  | 400",
                "[]               | application/json                  | 400",
                "null             | application/json                  | 400",
                "{'n':            | application/json                  | 400",
                "{'n':5}{         | application/json                  | 400",
                "{'n':'\u00ff'}   | application/json                  | 400",
            })
    void shouldTakeOneJsonObject(String body, String type, int status) {
        Answer answer = post(body.replace('\'', '"'), "Content-Type: " + type);
        assertEquals(status, answer.status(), answer.body());
        assertEquals(List.of(), errors());
    }

    @Test
    void shouldCallAnEmptyBodyMalformed() {
        assertEquals(
                "malformed-json", post("", "Content-Type: application/json").problem());
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        Answer answer = post("{\"n\":5,\"x\":\"" + "y".repeat(2_000) + "\"}", "Content-Type: application/json");
        assertEquals(413, answer.status());
        assertEquals("body-too-large", answer.problem());
        assertTrue(answer.body().contains("1024"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/embed.html", "/js/app.js", "/docs/", "/nothing-there"})
    void shouldLetNothingRunInPagesButOurFiles(String path) {
        Answer answer = send("GET " + path);
        String policy = answer.header("Content-Security-Policy");
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self'; "), policy);
        assertTrue(policy.contains("connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals(!path.startsWith("/docs"), policy.contains("require-trusted-types-for 'script'"), policy);
        assertEquals("DENY", answer.header("X-Frame-Options"));
        assertEquals("same-origin", answer.header("Cross-Origin-Opener-Policy"));
        assertTrue(answer.header("Permissions-Policy").contains("camera=()"));
        assertHarmless(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/things/1",
                "GET /api/v1/none",
                "DELETE /api/v1/things/1",
                "PUT /api/v1/things/1",
                "GET /%61pi/v1/things/1",
                "GET //api/v1/things/1",
                "GET /client/../api/v1/things/1",
                "GET /client/%2e%2E/api/v1/none",
            })
    void shouldLetNothingRunOrStayOfWhatIsNoPage(String request) {
        Answer answer = send(request);
        assertEquals("default-src 'none'; frame-ancestors 'none'", answer.header("Content-Security-Policy"));
        assertEquals("no-store", answer.header("Cache-Control"));
        assertHarmless(answer);
    }

    @Test
    void shouldKnowAPathHoweverItIsWritten() {
        Answer wrong = send("PUT /%61pi/v1/things/1");
        assertEquals(405, wrong.status());
        assertEquals("DELETE, GET", wrong.header("Allow"));
        assertFalse(send("GET /%64ocs/").header("Content-Security-Policy").contains("trusted-types"));
        assertTrue(send("GET /docs/../").header("Content-Security-Policy").contains("trusted-types"));
    }

    private static void assertHarmless(Answer answer) {
        assertEquals("nosniff", answer.header("X-Content-Type-Options"));
        assertEquals("no-referrer", answer.header("Referrer-Policy"));
        assertEquals("", answer.header("Set-Cookie"));
        assertEquals("", answer.header("Server"));
        assertEquals("", answer.header("X-Powered-By"));
        // Without TLS a browser would take it for a mistake.
        assertEquals("", answer.header("Strict-Transport-Security"));
    }

    @Test
    void shouldLetPagesOfAllowedOriginsAndOurOwnCall() {
        Answer allowed = send("GET /api/v1/things/1", "Origin: https://app.example.com");
        assertEquals("https://app.example.com", allowed.header("Access-Control-Allow-Origin"));
        Answer preflight = send(
                "OPTIONS /api/v1/things/1", "Origin: https://app.example.com", "Access-Control-Request-Method: DELETE");
        assertEquals(204, preflight.status());
        assertTrue(preflight.header("Access-Control-Allow-Headers").contains("Idempotency-Key"));
        Answer own = post("{\"n\":5}", "Content-Type: application/json", "Origin: http://127.0.0.1:" + port);
        assertEquals(200, own.status(), own.body());
        assertTrue(allowed.header("Access-Control-Expose-Headers").contains("Retry-After"));
        assertEquals("origin", allowed.header("Vary").toLowerCase(Locale.ROOT));
        Answer foreign = send("GET /api/v1/things/1", "Origin: https://evil.example");
        assertEquals("", foreign.header("Access-Control-Allow-Origin"));
        assertEquals(List.of(), errors());
    }

    @Test
    void shouldServeThePageToTryTheApiWithoutGoingInCircles() {
        Answer without = send("GET /docs");
        assertEquals(302, without.status());
        assertEquals("/docs/", without.header("Location"));
        assertEquals(200, send("GET /docs/").status());
        assertEquals(200, send("HEAD /docs/").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/client/pacesetter.js", "/client/live-leaderboard.js"})
    void shouldGiveTheClientToPagesOfAnyOrigin(String path) {
        Answer answer = send("GET " + path, "Origin: https://stranger.example");
        assertEquals(200, answer.status());
        assertEquals("*", answer.header("Access-Control-Allow-Origin"));
        assertEquals("cross-origin", answer.header("Cross-Origin-Resource-Policy"));
        assertTrue(answer.header("Content-Type").startsWith("text/javascript"), answer.header("Content-Type"));
        assertEquals("", answer.header("Access-Control-Allow-Credentials"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/js/app.js", "/openapi.yaml", "/api/v1/things/1", "/client/../index.html"})
    void shouldGiveOtherOriginsNothingElse(String path) {
        Answer answer = send("GET " + path, "Origin: https://stranger.example");
        assertEquals("", answer.header("Access-Control-Allow-Origin"));
        assertFalse(answer.header("Cross-Origin-Resource-Policy").contains("cross-origin"));
    }

    @Test
    void shouldServeAFileWholeWhateverRangeIsAskedFor() {
        Answer answer = send("GET /webjars/swagger-ui/swagger-ui.css", "Range: bytes=99999999-");
        assertEquals(200, answer.status());
        assertEquals(List.of(), errors());
    }
}
