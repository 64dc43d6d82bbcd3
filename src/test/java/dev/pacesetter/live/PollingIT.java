package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Await;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SockJS without WebSockets. */
class PollingIT extends LiveRig {

    private static final String SESSION = "/eventbus/000/polling";

    private record Answer(int status, MultiMap headers, String text) {}

    /** Held on to: Vert.x closes the connections of a client that the garbage collector finds. */
    private final HttpClient client = vertx.createHttpClient();

    private Answer call(HttpMethod method, String path, String body, Map<String, String> headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(path);
        headers.forEach(options::putHeader);
        options.putHeader("Connection", "close");
        HttpClientResponse response = Await.result(client.request(options)
                .compose(request -> request.send(Buffer.buffer(body)))
                .compose(answer -> answer.body().map(answer)));
        return new Answer(
                response.statusCode(),
                response.headers(),
                Await.result(response.body()).toString());
    }

    /** What comes until the other side ends it. */
    private Future<String> stream(HttpMethod method, String path) {
        return client.request(method, port, "127.0.0.1", path)
                .compose(request -> request.send(""))
                .compose(HttpClientResponse::body)
                .map(Buffer::toString);
    }

    private Answer post(String path, String body) {
        return call(HttpMethod.POST, path, body, Map.of());
    }

    private static String wrapped(String... frames) {
        return new JsonArray(List.of(frames)).encode();
    }

    private static String register() {
        return new JsonObject().put("type", "register").put("address", ADDRESS).encode();
    }

    @Test
    void shouldTellWhoeverSendsAnythingElseWithTheNextPoll() {
        start();
        assertEquals("o\n", post(SESSION + "/xhr", "").text());
        assertEquals(204, post(SESSION + "/xhr_send", wrapped(register())).status());
        Await.until("it watches", () -> viewers.getOrDefault("weekly", 0) == 1);
        post(SESSION + "/xhr_send", wrapped("{\"type\":\"publish\",\"address\":\"x\"}", register()));
        Await.until("nobody watches", () -> viewers.get("weekly") == 0 && guard.sockets() == 0);

        StringBuilder heard = new StringBuilder();
        Await.until("the last word, then the end", () -> {
            heard.append(post(SESSION + "/xhr", "").text());
            return heard.toString().contains(Closing.FORBIDDEN.message())
                    && heard.toString().endsWith("c[3000,\"Go away!\"]\n");
        });
        assertEquals(404, post(SESSION + "/xhr_send", wrapped(register())).status());
    }

    /** What is open is told at once, and ends. */
    @ParameterizedTest
    @CsvSource({"POST,xhr_streaming", "GET,eventsource"})
    void shouldEndStreamsOfWhoeverSendsAnythingElse(String method, String way) {
        start();
        Future<String> stream = stream(HttpMethod.valueOf(method), SESSION + "/" + way);
        Await.until("it is open", () -> guard.sockets() == 1);
        assertEquals(204, post(SESSION + "/xhr_send", wrapped(register())).status());
        Await.until("it watches", () -> viewers.getOrDefault("weekly", 0) == 1);
        post(SESSION + "/xhr_send", wrapped("{\"type\":\"send\",\"address\":\"x\"}"));
        String heard = Await.result(stream);
        assertTrue(heard.contains(Closing.FORBIDDEN.message()), heard);
        assertTrue(heard.stripTrailing().endsWith("c[3000,\"Go away!\"]"), heard);
        assertEquals(1, closed("forbidden"));
        Await.until("nobody watches", () -> viewers.get("weekly") == 0 && guard.sockets() == 0);
    }

    @Test
    void shouldEndTheSessionOfWhoeverPostsTooFast() {
        framesPerSecond = 1;
        start();
        Future<String> stream = stream(HttpMethod.GET, SESSION + "/eventsource");
        Await.until("it is open", () -> guard.sockets() == 1);
        String[] pings = new String[80];
        Arrays.fill(pings, "{\"type\":\"ping\"}");
        post(SESSION + "/xhr_send", wrapped(pings));
        String heard = Await.result(stream);
        assertTrue(heard.contains(Closing.TOO_FAST.message()), heard);
        assertEquals(1, closed("too-fast"));
    }

    @Test
    void shouldRefuseWhatIsNoArrayOfTexts() {
        start();
        post(SESSION + "/xhr", "");
        for (String body : List.of("", "nonsense", "[1]", "[null]", "[\"{}\",null]", "{}", "[\"a\"", "\"a\"")) {
            assertEquals(400, post(SESSION + "/xhr_send", body).status(), body);
        }
        assertEquals(
                413, post(SESSION + "/xhr_send", wrapped("x".repeat(200_000))).status());
        // Twenty registrations with a token each are no more than may come at once
        String[] registers = new String[20];
        Arrays.fill(
                registers,
                new JsonObject(register()).put("more", "x".repeat(3_000)).encode());
        assertEquals(204, post(SESSION + "/xhr_send", wrapped(registers)).status());
        Await.until("it watches", () -> viewers.getOrDefault("weekly", 0) == 1);
    }

    @Test
    void shouldNotGiveASessionToAnotherAddress() {
        start();
        ranking.score("a", "A", 1);
        Map<String, String> theirs = Map.of("X-Forwarded-For", "192.0.2.1");
        Map<String, String> other = Map.of("X-Forwarded-For", "192.0.2.2");
        assertEquals("o\n", call(HttpMethod.POST, SESSION + "/xhr", "", theirs).text());
        call(HttpMethod.POST, SESSION + "/xhr_send", wrapped(register()), theirs);
        Await.until("it watches", () -> viewers.getOrDefault("weekly", 0) == 1);

        for (String way : List.of("xhr", "xhr_streaming", "xhr_send")) {
            for (String session : List.of("polling", "%70olling")) {
                String path = "/eventbus/999/" + session + "/" + way;
                assertEquals(
                        404,
                        call(HttpMethod.POST, path, wrapped("{\"type\":\"boo\"}"), other)
                                .status(),
                        path);
            }
        }
        assertEquals(
                404, call(HttpMethod.GET, SESSION + "/eventsource", "", other).status());
        String snapshot = call(HttpMethod.POST, SESSION + "/xhr", "", theirs).text();
        assertTrue(snapshot.contains("snapshot"), snapshot);

        // And when nobody polls any more, it ends with what it was registered for, and the id is free
        Await.until("it has ended", () -> guard.sockets() == 0 && viewers.get("weekly") == 0);
        assertEquals("o\n", call(HttpMethod.POST, SESSION + "/xhr", "", other).text());
    }

    @Test
    void shouldServeNothingElse() {
        start();
        for (String path : List.of(
                "/eventbus/iframe.html",
                "/eventbus/iframe-1.html",
                "/eventbus/000/x/htmlfile?c=a",
                "/eventbus/000/x/jsonp?c=a",
                "/eventbus/000/" + "x".repeat(65) + "/eventsource",
                "/eventbus/000/a+b/eventsource")) {
            assertEquals(404, call(HttpMethod.GET, path, "", Map.of()).status(), path);
        }
        assertEquals(404, post("/eventbus/chunking_test", "").status());
    }

    @Test
    void shouldAnswerPagesOfAllowedOriginsAloneAndSetNoCookie() {
        start();
        Answer own = call(HttpMethod.GET, "/eventbus/info", "", Map.of());
        assertEquals(200, own.status());
        assertNull(own.headers().get("Access-Control-Allow-Origin"));
        assertEquals(false, new JsonObject(own.text()).getBoolean("cookie_needed"));
        Answer allowed = call(HttpMethod.GET, "/eventbus/info", "", Map.of("Origin", "https://app.example.com"));
        assertEquals("https://app.example.com", allowed.headers().get("Access-Control-Allow-Origin"));
        assertTrue(allowed.headers().get("Vary").toLowerCase(Locale.ROOT).contains("origin"));
        for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.OPTIONS)) {
            Answer evil = call(method, "/eventbus/info", "", Map.of("Origin", "https://evil.example"));
            assertEquals(403, evil.status());
            assertNull(evil.headers().get("Access-Control-Allow-Origin"));
        }
        Answer opened = post(SESSION + "/xhr", "");
        assertNull(opened.headers().get("Set-Cookie"));
        assertNotEquals("", opened.text());
    }
}
