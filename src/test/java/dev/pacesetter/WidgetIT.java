package dev.pacesetter;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ReducedMotion;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Browser;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The widget in a real Chromium, on pages of other origins that allow no more than they must. */
class WidgetIT {

    /** The least contrast of a text of the widget with what is behind it, by WCAG 2. */
    private static final String LEAST_CONTRAST =
            """
            () => {
              const canvas = document.createElement('canvas').getContext('2d');
              const paint = (color) => {
                canvas.clearRect(0, 0, 1, 1);
                canvas.fillStyle = color;
                canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data];
              };
              const linear = (part) => part <= 10 ? part / 255 / 12.92 : ((part / 255 + .055) / 1.055) ** 2.4;
              const light = ([red, green, blue]) =>
                .2126 * linear(red) + .7152 * linear(green) + .0722 * linear(blue);
              const up = (element) => element.parentElement ?? element.getRootNode().host;
              const contrast = (element) => {
                let opacity = 1;
                let behind = null;
                for (let one = element; one; one = up(one)) {
                  const style = getComputedStyle(one);
                  opacity *= style.opacity;
                  const colour = paint(style.backgroundColor);
                  behind ??= colour[3] === 255 ? colour : null;
                }
                const text = paint(getComputedStyle(element).color).map((part, i) => part * opacity + behind[i] * (1 - opacity));
                const [less, more] = [light(text), light(behind)].sort((a, b) => a - b);
                return (more + .05) / (less + .05);
              };
              const root = document.querySelector('live-leaderboard').shadowRoot;
              const texts = [...root.querySelectorAll('*')].filter((element) =>
                [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
              return Math.min(...texts.map(contrast));
            }""";

    private static Browser browser;
    private static Vertx vertx;
    private static RedisHandle redis;
    private static String database;
    private static int friend;
    private static int stranger;
    private static App node;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        vertx = Vertx.vertx();
        friend = serve();
        stranger = serve();
        database = Stores.newDatabase();
        redis = Stores.newRedis();
        node = App.start(database, redis.uri(), settings());
        for (int i = 1; i <= 8; i++) {
            post(node, "athlete-" + i, "Athlete " + i, 100 * i);
        }
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            browser.close();
            node.close();
            redis.close();
            Await.closed(vertx);
        }
    }

    private static JsonObject settings() {
        return new JsonObject().put("http.allowedOrigins", new JsonArray().add("http://127.0.0.1:" + friend));
    }

    /** Serves a page that embeds the node and the leaderboard that are named in its address. */
    private static int serve() {
        return Await.result(vertx.createHttpServer()
                        .requestHandler(request -> {
                            String base = request.getParam("node", "");
                            request.response()
                                    .putHeader("Content-Type", "text/html; charset=utf-8")
                                    .putHeader("Content-Security-Policy", policy(base, request.getParam("policy")))
                                    .end(page(base, request.getParam("board", "")));
                        })
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    /** No more than is needed: by a WebSocket alone unless the page is told what to allow. */
    private static String policy(String base, @Nullable String advised) {
        String allowed = advised == null
                ? "script-src %s; connect-src %s".formatted(base, base.replaceFirst("^http", "ws"))
                : advised;
        return allowed + "; default-src 'none'; img-src data:; require-trusted-types-for 'script'";
    }

    private static String page(String base, String board) {
        return """
                <!doctype html>
                <html lang="en">
                <title>A page of somebody else</title>
                <link rel="icon" href="data:,">
                <script type="module" src="%s/client/live-leaderboard.js"></script>
                <live-leaderboard board="%s" limit="5"></live-leaderboard>
                """
                .formatted(base, board);
    }

    private static void post(App to, String user, String name, int score) {
        String key = to.ingestKey();
        to.api().put("/api/v1/users/" + user, key, new JsonObject().put("displayName", name));
        to.api().post("/api/v1/scores", key, Api.score("rowing", score).put("userId", user));
    }

    private static Page open(BrowserContext person, int origin, App shown, String board, List<String> complaints) {
        Page page = person.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onDialog(dialog -> complaints.add("a script of a name ran"));
        page.navigate(address(origin, shown, board));
        return page;
    }

    private static String address(int origin, App shown, String board) {
        return "http://127.0.0.1:" + origin + "/?node=" + shown.base() + "&board=" + board;
    }

    private static Locator state(Page page) {
        return page.locator("live-leaderboard");
    }

    private static Locator rows(Page page) {
        return page.locator("live-leaderboard tbody tr");
    }

    @Test
    void shouldShowABoardOnAPageOfAnotherOriginAndMoveIt() {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext person = browser.person()) {
            Page page = open(person, friend, node, "weekly", complaints);
            assertThat(state(page)).hasAttribute("data-state", "live");
            assertThat(rows(page)).hasCount(5);
            assertThat(page.locator("live-leaderboard .note")).containsText("athletes · ");
            post(node, "climber", "Climber", 50_000);
            assertThat(rows(page).first()).containsText("Climber");
            assertThat(rows(page).first().locator(".score")).hasText("50,000");
            assertThat(rows(page).nth(1).locator(".movement")).containsText("down 1 place");
            assertThat(page.locator("live-leaderboard [role=status]")).containsText("Climber\u2069 is now first");
            assertThat(rows(page)).hasCount(5);
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/widget.png")));
        }
        assertEquals(List.of(), complaints);
    }

    @Test
    void shouldGlideUnlessMotionIsReduced() {
        try (BrowserContext person = browser.person()) {
            Page page = person.newPage();
            page.addInitScript("window.glides = 0; const animate = Element.prototype.animate;"
                    + "Element.prototype.animate = function(...all) { glides++; return animate.apply(this, all); };");
            page.navigate(address(friend, node, "running-weekly"));
            run("glider-1", 1_000);
            // On the screen before it is overtaken.
            assertThat(rows(page).first()).containsText("glider-1");
            run("glider-2", 2_000);
            assertThat(rows(page).first()).containsText("glider-2");
            assertEquals(true, page.evaluate("glides > 0"));
            page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
            page.evaluate("glides = 0");
            run("glider-1", 5_000);
            assertThat(rows(page).first()).containsText("glider-1");
            assertEquals(0, page.evaluate("glides"));
        }
    }

    /** Keeps what a screen reader reads out of the status line: what changes in a live region that is there already. */
    private static void listen(Page page) {
        page.evaluate(
                """
                () => {
                  window.told = [];
                  const status = document.querySelector('live-leaderboard').shadowRoot.querySelector('.status');
                  new MutationObserver(() => {
                    if (status.textContent) {
                      told.push(status.textContent);
                    }
                  }).observe(status, {childList: true, characterData: true, subtree: true});
                }""");
        Locator status = page.locator("live-leaderboard .status");
        assertThat(status).hasAttribute("aria-live", "polite");
        assertThat(status).hasText("");
        assertEquals(true, status.evaluate("element => getComputedStyle(element).display !== 'none'"));
    }

    private static void run(String user, int score) {
        node.api()
                .post(
                        "/api/v1/scores",
                        node.ingestKey(),
                        Api.score("running", score).put("userId", user));
    }

    @Test
    void shouldShowNamesAsTextWhateverTheyHold() {
        List<String> complaints = new ArrayList<>();
        String markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";
        String turned = "\u202eevil \u05d0\u05d1\u05d2";
        String endless = "W".repeat(64);
        post(node, "markup", markup, 9_003);
        post(node, "turned", turned, 9_002);
        post(node, "endless", endless, 9_001);
        try (BrowserContext person = browser.person()) {
            Page page = open(person, friend, node, "overall", complaints);
            assertThat(rows(page).filter(new Locator.FilterOptions().setHasText(markup)))
                    .hasCount(1);
            assertThat(rows(page).filter(new Locator.FilterOptions().setHasText(endless)))
                    .hasCount(1);
            assertEquals(0, page.locator("live-leaderboard img").count());
            page.setViewportSize(320, 640);
            assertEquals(
                    true,
                    page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
                    "a long name must not widen the page");
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/names.png")));
        }
        assertEquals(List.of(), complaints);
    }

    @Test
    void shouldShowHowToEmbedIt() {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext person = browser.person()) {
            Page page = person.newPage();
            page.onPageError(complaints::add);
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    complaints.add(message.text());
                }
            });
            List<String> sockets = new ArrayList<>();
            page.navigate(node.base() + "/");
            assertThat(page.locator("#connection")).hasAttribute("data-state", "live");
            page.onWebSocket(socket -> sockets.add(socket.url()));
            page.click("footer a");
            assertThat(page.locator("#example")).hasAttribute("data-state", "live");
            assertThat(page.locator("#themed")).hasAttribute("data-state", "live");
            assertEquals(1, sockets.size(), "two boards share a connection");
            page.selectOption("#choose", "fastest-5k");
            assertThat(page.locator("#example")).hasAttribute("data-state", "empty");
            assertThat(page.locator("#tag")).containsText(node.base() + "/client/live-leaderboard.js");
            assertThat(page.locator("#tag")).containsText("board=\"fastest-5k\"");
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/embed.png")));
        }
        assertEquals(List.of(), complaints);
    }

    @Test
    void shouldSayWhatAPolicyHasToAllow() {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext person = browser.person()) {
            Page embed = person.newPage();
            embed.navigate(node.base() + "/embed.html");
            assertThat(embed.locator("#policy")).containsText("connect-src");
            String advised = embed.locator("#policy").textContent().strip();
            String socket = node.base().replaceFirst("^http", "ws");
            assertEquals("script-src %1$s; connect-src %1$s %2$s".formatted(node.base(), socket), advised);

            Page page = person.newPage();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    complaints.add(message.text());
                }
            });
            page.navigate(
                    address(friend, node, "weekly") + "&policy=" + URLEncoder.encode(advised, StandardCharsets.UTF_8));
            assertThat(state(page)).hasAttribute("data-state", "live");
            // What SockJS does where there are no WebSockets
            assertEquals(
                    true, page.evaluate("url => fetch(url).then(answer => answer.ok)", node.base() + "/eventbus/info"));
        }
        assertEquals(List.of(), complaints);
    }

    /** The client takes a line for dead that does not answer this. */
    @Test
    void shouldAnswerWhenAskedForASignOfLife() {
        try (Viewer viewer = new Viewer(node.port())) {
            viewer.send(new JsonObject().put("type", "register"));
            Await.until("an answer", () -> viewer.frames().stream()
                    .anyMatch(frame -> "missing_address".equals(frame.getString("body"))));
        }
    }

    @Test
    void shouldSayThatABoardIsNotThere() {
        try (BrowserContext person = browser.person()) {
            Page page = open(person, friend, node, "weekly", new ArrayList<>());
            assertThat(state(page)).hasAttribute("data-state", "live");
            listen(page);
            page.evaluate("document.querySelector('live-leaderboard').setAttribute('board', 'no-such-board')");
            assertThat(state(page)).hasAttribute("data-state", "refused");
            assertThat(page.locator("live-leaderboard .status")).hasText("There is no such leaderboard.");
            assertEquals(List.of("Connecting…", "There is no such leaderboard."), page.evaluate("told"));
        }
    }

    @Test
    void shouldNotConnectFromAnOriginThatIsNotAllowed() {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext person = browser.person()) {
            Page page = open(person, stranger, node, "weekly", complaints);
            assertThat(state(page)).hasAttribute("data-state", "stale");
            assertThat(page.locator("live-leaderboard .status")).containsText("Cannot connect");
            assertThat(rows(page)).hasCount(0);
        }
        assertEquals(true, complaints.stream().allMatch(one -> one.contains("403")), complaints::toString);
    }

    @Test
    void shouldBeRightAgainAfterTheNodeWasRestarted() {
        RedisHandle ownRedis = Stores.newRedis();
        String ownDatabase = Stores.newDatabase();
        try (BrowserContext person = browser.person()) {
            App first = App.start(ownDatabase, ownRedis.uri(), settings());
            post(first, "early", "Early", 500);
            Page page = open(person, friend, first, "weekly", new ArrayList<>());
            assertThat(rows(page)).containsText(new String[] {"Early"});
            listen(page);
            JsonObject samePort = settings().put("http.port", first.port());
            first.close();
            assertThat(state(page)).hasAttribute("data-state", "stale");
            assertThat(rows(page)).containsText(new String[] {"Early"});
            for (String scheme : List.of("light", "dark")) {
                page.evaluate("scheme => document.documentElement.style.colorScheme = scheme", scheme);
                double least = ((Number) page.evaluate(LEAST_CONTRAST)).doubleValue();
                assertTrue(least >= 4.5, scheme + ": " + least);
            }
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/stale.png")));
            try (App again = App.start(ownDatabase, ownRedis.uri(), samePort)) {
                post(again, "late", "Late", 900);
                Locator.FilterOptions late = new Locator.FilterOptions().setHasText("Late");
                // It may be waiting for its next attempt, twenty seconds at most.
                rows(page).filter(late).waitFor(new Locator.WaitForOptions().setTimeout(30_000));
                assertThat(rows(page)).containsText(new String[] {"Late", "Early"});
                assertThat(state(page)).hasAttribute("data-state", "live");
                // However often it was tried
                assertEquals(List.of("Connection lost. Trying again…"), page.evaluate("told"));
            }
        } finally {
            ownRedis.close();
        }
    }
}
