package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.BadLine;
import dev.pacesetter.support.Browser;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client library in a real Chromium, against a real node. */
class ClientLibraryIT {

    private static final String SOCKJS = "/META-INF/resources/webjars/sockjs-client/1.6.1/dist/sockjs.min.js";
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static Browser browser;
    private static RedisHandle redis;
    private static App node;
    private static Vertx elsewhere;
    private static String origin;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        redis = Stores.newRedis();
        elsewhere = Vertx.vertx();
        int other = Await.result(elsewhere
                        .createHttpServer()
                        .requestHandler(request -> request.response()
                                .putHeader("Content-Type", "text/html")
                                .end("<!doctype html><title>Elsewhere</title>"))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        origin = "http://127.0.0.1:" + other;
        node = App.start(
                Stores.newDatabase(),
                redis.uri(),
                new JsonObject()
                        .put("live.messagesPerSecond", 50)
                        .put("http.allowedOrigins", new JsonArray().add(origin)));
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            browser.close();
            node.close();
            Await.closed(elsewhere);
            redis.close();
        }
    }

    private static void post(String user, int score) {
        node.api()
                .post(
                        "/api/v1/scores",
                        App.ADMIN_KEY,
                        Api.score("rowing", score).put("userId", user));
    }

    /** A page of the node's, in which {@code connect} is the library's. */
    private static Page page(BrowserContext person, int port) {
        Page page = person.newPage();
        page.navigate("http://127.0.0.1:" + port + "/embed.html");
        page.evaluate("async () => { globalThis.connect = (await import('/client/pacesetter.js')).connect; }");
        return page;
    }

    private static void watch(Page page) {
        page.evaluate(
                """
                () => {
                  globalThis.seen = 0;
                  globalThis.client = connect(undefined, { reconnect: { first: 100, cap: 500 } });
                  client.watch('overall', view => { globalThis.view = view; globalThis.seen++; });
                }
                """);
    }

    private static List<String> shown(Page page) {
        JsonArray entries = new JsonArray(String.valueOf(page.evaluate("JSON.stringify(view.entries)")));
        return lines(entries);
    }

    private static List<String> lines(JsonArray entries) {
        return IntStream.range(0, entries.size())
                .mapToObj(entries::getJsonObject)
                .map(entry -> entry.getLong("rank") + " " + entry.getString("userId") + " " + entry.getLong("score"))
                .collect(Collectors.toList());
    }

    private static List<String> truth() {
        return lines(node.api()
                .get("/api/v1/leaderboards/overall/entries?limit=100", null)
                .json()
                .getJsonArray("entries"));
    }

    private static LongStream seeds() {
        return LongStream.range(1, 4);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldHoldTheServersBoardAfterLossDoublesDisorderAndBreaks(long seed) {
        Random random = new Random(seed);
        try (BrowserContext person = browser.person();
                BadLine line = new BadLine(node.port(), seed)) {
            Page page = page(person, line.port());
            watch(page);
            for (int i = 0; i < 250; i++) {
                post("rower-" + random.nextInt(30), 1 + random.nextInt(50));
                if (i == 120) {
                    // The node finds its ranking gone and makes it anew, as another epoch.
                    redis.flush();
                }
            }
            // A quick machine sends few messages for many scores: there are faults only while something is sent.
            Await.until("faults", PATIENCE, () -> {
                post("rower-" + random.nextInt(30), 1 + random.nextInt(50));
                return line.faults() > 20;
            });
            line.mend();
            // A last message that was lost is missed when the next one comes.
            post("rower-0", 1);
            try {
                Await.until("the same board", PATIENCE, () -> shown(page).equals(truth()));
            } catch (AssertionError late) {
                throw new AssertionError(page.evaluate("JSON.stringify(view)") + "\n" + line.log(), late);
            }
            assertEquals(false, page.evaluate("view.stale"));
        }
    }

    /** As behind a proxy that lets none through; SockJS takes what is there when it is loaded, so this comes first. */
    private static final String NO_WEB_SOCKETS =
            """
            () => {
              globalThis.WebSocket = class {
                constructor() {
                  setTimeout(() => {
                    this.onerror?.(new Event('error'));
                    this.onclose?.({ code: 1006, reason: '' });
                  });
                }
                close() {}
                send() { throw new Error('not open'); }
              };
            }
            """;

    private static void shouldFollowThroughSockJs(Page page, String server, int score) throws IOException {
        List<String> sockets = new CopyOnWriteArrayList<>();
        List<String> requests = new CopyOnWriteArrayList<>();
        page.onWebSocket(socket -> sockets.add(socket.url()));
        page.onRequest(request -> requests.add(request.url()));
        page.evaluate(NO_WEB_SOCKETS);
        page.evaluate(sockJs());
        page.evaluate(
                """
                server => {
                  globalThis.client = connect(server, { reconnect: { first: 100, cap: 500 } });
                  client.watch('overall', view => { globalThis.view = view; });
                }
                """,
                server);
        Await.until("a board", PATIENCE, () -> page.evaluate("globalThis.view?.total > 0")
                .equals(true));
        post("sculler", score);
        Await.until("the same board", PATIENCE, () -> shown(page).equals(truth()));
        assertTrue(shown(page).get(0).contains("sculler"));
        assertEquals("open", page.evaluate("client.state"));
        assertEquals(List.of(), sockets);
        assertTrue(requests.stream().anyMatch(url -> url.contains("/xhr_streaming?")), requests::toString);
    }

    @Test
    void shouldFollowThroughSockJsWhereWebSocketsAreBlocked() throws IOException {
        post("sculler", 10);
        try (BrowserContext person = browser.person()) {
            shouldFollowThroughSockJs(page(person, node.port()), "", 1_000_000);
        }
    }

    @Test
    void shouldFollowThroughSockJsOnAPageOfAnotherOrigin() throws IOException {
        post("sculler", 10);
        try (BrowserContext person = browser.person()) {
            Page page = person.newPage();
            page.navigate(origin);
            page.evaluate(
                    "async base => { globalThis.connect = (await import(`${base}/client/pacesetter.js`)).connect; }",
                    node.base());
            shouldFollowThroughSockJs(page, node.base(), 3_000_000);
        }
    }

    private static String sockJs() throws IOException {
        try (InputStream file = ClientLibraryIT.class.getResourceAsStream(SOCKJS)) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldTellUsersWhereTheyStandAndWhoPassedThemAndNobodyElse() {
        Account ada = node.api().newAccount();
        Account bob = node.api().newAccount();
        node.api().post("/api/v1/scores", ada.token(), Api.score("running", 400));
        try (BrowserContext person = browser.person()) {
            Page page = page(person, node.port());
            page.evaluate(
                    """
                    ([id, token]) => {
                      globalThis.told = [];
                      globalThis.client = connect(undefined, { token: async () => token });
                      client.watchUser(id, message => told.push(message));
                    }
                    """,
                    List.of(ada.id(), ada.token()));
            Await.until("a standing", PATIENCE, () -> told(page, "standing", 1));
            node.api().post("/api/v1/scores", bob.token(), Api.score("running", 500));
            Await.until("passed", PATIENCE, () -> told(page, "passed", 2));
            assertEquals(
                    bob.id(),
                    page.evaluate(
                            "told.find(m => m.type === 'passed' && m.leaderboard === 'running-weekly').by.userId"));
            page.evaluate("id => client.watchUser(id, message => told.push(message))", bob.id());
            Await.until(
                    "a refusal", PATIENCE, () -> page.evaluate("told.some(m => m.type === 'refused' && m.code === 403)")
                            .equals(true));
        }
    }

    private static boolean told(Page page, String type, long rank) {
        String found = "told.some(m => m.type === '%s' && m.leaderboard === 'running-weekly' && m.rank === %d)";
        return page.evaluate(found.formatted(type, rank)).equals(true);
    }
}
