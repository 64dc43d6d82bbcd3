package dev.pacesetter;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Browser;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real Chromium, on two nodes. */
class BrowserIT {

    private static Browser browser;
    private static RedisHandle redis;
    private static App one;
    private static App two;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        String database = Stores.newDatabase();
        redis = Stores.newRedis();
        one = App.start(database, redis.uri());
        two = App.start(database, redis.uri());
        String key = one.ingestKey();
        for (int i = 1; i <= 12; i++) {
            String user = "athlete-" + i;
            one.api().put("/api/v1/users/" + user, key, new JsonObject().put("displayName", "Athlete " + i));
            one.api().post("/api/v1/scores", key, Api.score("rowing", 100 * i).put("userId", user));
        }
    }

    @AfterAll
    static void stop() {
        if (one != null) {
            browser.close();
            one.close();
            two.close();
            redis.close();
        }
    }

    /** A page, and everything it complained about. */
    private static Page open(BrowserContext person, App node, List<String> complaints) {
        Page page = person.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.navigate(node.base() + "/");
        assertThat(page.locator("#connection")).hasAttribute("data-state", "live");
        return page;
    }

    private static void signUp(Page page, String username, String name) {
        page.fill("#signup [name=username]", username);
        page.fill("#signup [name=displayName]", name);
        page.fill("#signup [name=password]", "correct horse");
        page.click("#signup button");
        assertThat(page.locator("#me")).hasText(name);
    }

    private static void post(Page page, String activity, String score) {
        page.selectOption("#workout [name=activity]", activity);
        page.fill("#workout [name=score]", score);
        page.click("#workout button");
    }

    private static String unique(String name) {
        return name + "-" + UUID.randomUUID().toString().substring(0, 6);
    }

    @Test
    void shouldMoveTheBoardOfAnotherBrowserWithoutReload() {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext ada = browser.person();
                BrowserContext bob = browser.person()) {
            Page watching = open(bob, two, complaints);
            Page posting = open(ada, one, complaints);
            signUp(posting, unique("ada"), "Ada");
            watching.evaluate("window.loadedOnce = true");
            post(posting, "running", "1250");
            assertThat(posting.locator("#result")).containsText("Overall: rank 1");
            assertThat(watching.locator("#board tbody tr").first()).containsText("Ada");
            assertThat(watching.locator("#board tbody tr").first().locator(".score"))
                    .hasText("1,250");
            assertThat(posting.locator("#board tr.mine .name")).hasText("Ada");
            assertEquals(true, watching.evaluate("window.loadedOnce"));
            post(posting, "running", "1");
            assertThat(watching.locator("#board tbody tr").first().locator(".score"))
                    .hasText("1,251");
            posting.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/board.png")));
            posting.setViewportSize(390, 844);
            posting.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/phone.png")));
        }
        assertEquals(List.of(), complaints);
    }

    @Test
    void shouldShowMovementAndTimes() {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext person = browser.person()) {
            Page page = open(person, one, complaints);
            page.click("[data-board=fastest-5k]");
            assertThat(page.locator("#empty")).isVisible();
            signUp(page, unique("runner"), "Runner");
            post(page, "running-5k", "24:30");
            assertThat(page.locator("#board tr.mine .score")).hasText("24:30");
            String key = one.ingestKey();
            one.api().post("/api/v1/scores", key, Api.score("running-5k", 1300).put("userId", "faster"));
            assertThat(page.locator("#board tr.mine .rank")).hasText("2");
            assertThat(page.locator("#board tr.mine .movement")).hasText("▼ 1");
        }
        assertEquals(List.of(), complaints);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<img src=x onerror=alert(1)><script>alert(2)</script>",
                "\"><svg/onload=alert(3)>{{7*7}}${7*7}",
                "مريم",
                "🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃🏃",
                "Ẑ̂̂̂algo with marks",
                "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"
            })
    void shouldShowNamesAsTextWhateverTheyHold(String name) {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext person = browser.person()) {
            Page page = open(person, one, complaints);
            page.onDialog(dialog -> complaints.add("alert"));
            signUp(page, unique("mallory"), name);
            post(page, "yoga", "3000");
            assertThat(page.locator("#board tr.mine .name")).hasText(name);
            assertEquals(
                    0, page.locator("#board img, #board svg, #board script").count());
            // A name that is wide, tall or written from the right moves nothing of what stands beside it.
            double row = page.locator("#board tr.mine").boundingBox().height;
            assertEquals(page.locator("#board tbody tr:not(.mine)").first().boundingBox().height, row, 1);
            assertTrue(page.locator("#board tr.mine .rank").boundingBox().x
                    < page.locator("#board tr.mine .name").boundingBox().x);
            assertTrue((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
        }
        assertEquals(List.of(), complaints);
    }

    @Test
    void shouldSayWhatIsWrongBesideTheForm() {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext person = browser.person()) {
            Page page = open(person, one, complaints);
            page.fill("#signup [name=username]", "x");
            page.fill("#signup [name=password]", "short");
            page.click("#signup button");
            assertThat(page.locator("#signup .problem")).containsText("username");
            assertThat(page.locator("#signup .problem")).containsText("password");
            signUp(page, unique("careful"), "Careful");
            post(page, "running", "1.5");
            assertThat(page.locator("#workout .problem")).containsText("whole number");
            post(page, "running", "100001");
            assertThat(page.locator("#workout .problem")).containsText("100000");
        }
    }

    @Test
    void shouldRecoverFromALostConnectionByItself() {
        List<String> complaints = new ArrayList<>();
        String database = Stores.newDatabase();
        RedisHandle ownRedis = Stores.newRedis();
        try (BrowserContext person = browser.person()) {
            App node = App.start(database, ownRedis.uri());
            Page page = open(person, node, complaints);
            JsonObject samePort = new JsonObject().put("http.port", node.port());
            node.close();
            assertThat(page.locator("#connection")).not().hasAttribute("data-state", "live");
            try (App back = App.start(database, ownRedis.uri(), samePort)) {
                assertThat(page.locator("#connection")).hasAttribute("data-state", "live");
                JsonObject score = Api.score("rowing", 77).put("userId", "returned");
                back.api().post("/api/v1/scores", back.ingestKey(), score);
                assertThat(page.locator("#board tbody")).containsText("returned");
            }
        } finally {
            ownRedis.close();
        }
    }

    @Test
    void shouldOfferThePageToTryTheApi() {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext person = browser.person()) {
            Page page = person.newPage();
            page.onPageError(complaints::add);
            page.onConsoleMessage(message -> {
                if (message.text().contains("Content Security Policy")) {
                    complaints.add(message.text());
                }
            });
            page.navigate(one.base() + "/docs");
            assertThat(page.locator(".opblock").first()).isVisible();
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/docs.png")));
        }
        assertEquals(List.of(), complaints);
    }
}
