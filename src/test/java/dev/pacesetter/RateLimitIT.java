package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes behind a proxy, one Redis, and callers who call too often; and a node that what comes from here is exempt on. */
class RateLimitIT {

    private static final int BURST = 20;
    private static final int ADDRESS_BURST = 150;
    private static final String BOARDS = "/api/v1/leaderboards";
    private static final String ME = "/api/v1/users/me";

    private static RedisHandle redis;
    private static App[] apps;
    /** Without a proxy. */
    private static App own;

    @BeforeAll
    static void start() {
        redis = Stores.newRedis();
        String database = Stores.newDatabase();
        JsonObject settings = new JsonObject()
                .put("limits.userPerSecond", 1)
                .put("limits.userBurst", BURST)
                .put("limits.keyPerSecond", 1)
                .put("limits.keyBurst", BURST)
                .put("limits.addressPerSecond", 1)
                .put("limits.addressBurst", ADDRESS_BURST)
                // Attempts of one address that fail are bounded, too: that is tested here, all of them in
                // SignInLimitsIT.
                .put("limits.addressSignInsPerMinute", 1_000)
                .put("limits.signUpsPerHour", 5);
        own = App.start(database, redis.uri(), settings);
        settings.put("http.trustedProxies", new JsonArray().add("127.0.0.1"));
        apps = new App[] {
            App.start(database, redis.uri(), settings), App.start(database, redis.uri(), settings),
        };
    }

    @AfterAll
    static void stop() {
        for (App app : apps) {
            app.close();
        }
        own.close();
        redis.close();
    }

    private static Api api(int i) {
        return apps[i % apps.length].api();
    }

    private static Answer get(int node, String path, @Nullable String bearer, String address) {
        return api(node).call("GET", path, bearer, null, Map.of("X-Forwarded-For", address));
    }

    /** How many of so many calls, in turn on both nodes, were not refused with 429; the refused ones are looked at. */
    private static int allowed(int calls, IntFunction<Answer> call) {
        int allowed = 0;
        for (int i = 0; i < calls; i++) {
            Answer answer = call.apply(i);
            if (answer.status() != 429) {
                allowed++;
                continue;
            }
            assertEquals("too-many-requests", answer.problem(), answer.text());
            assertTrue(Integer.parseInt(answer.headers().get("Retry-After")) >= 1);
        }
        return allowed;
    }

    /** A burst, and a token a second for as long as it took, however long that was. */
    private static void assertLimited(int burst, IntFunction<Answer> call) {
        awaitTogether();
        String slow = slow();
        long began = System.nanoTime();
        int allowed = allowed(3 * burst, call);
        double seconds = (System.nanoTime() - began) / 1e9;
        // When this machine was too busy for Redis to answer soon, a node has counted alone for a while.
        int most = slow().equals(slow) ? burst : burst * (1 + apps.length);
        assertTrue(allowed <= most + seconds + 1, allowed + " in " + seconds);
        assertTrue(allowed >= burst - 2, allowed + " allowed");
    }

    private static void awaitTogether() {
        for (App app : apps) {
            Await.until("together", () -> app.api().get("/metrics", null).text().contains("pacesetter_limits_local 0"));
        }
    }

    private static String slow() {
        StringBuilder all = new StringBuilder();
        for (App app : apps) {
            app.api()
                    .get("/metrics", null)
                    .text()
                    .lines()
                    .filter(line -> line.contains("unanswered"))
                    .forEach(all::append);
        }
        return all.toString();
    }

    @Test
    void shouldLimitAUserOnAllNodesTogether() {
        Account ada = own.api().newAccount();
        Account bob = own.api().newAccount();
        Answer first = get(0, ME, ada.token(), "203.0.113.1");
        assertEquals(200, first.status());
        assertEquals("\"user\";q=20;w=20", first.headers().get("RateLimit-Policy"));
        assertTrue(
                first.headers().get("RateLimit").matches("\"user\";r=19;t=1"),
                first.headers().toString());
        // From wherever: the user counts.
        assertLimited(BURST, i -> get(i, ME, ada.token(), "203.0.113." + i));
        assertEquals(200, get(1, ME, bob.token(), "203.0.113.1").status());
    }

    @Test
    void shouldLimitAKey() {
        String key = apps[0].ingestKey();
        assertLimited(BURST, i -> api(i).get(BOARDS, key));
        assertEquals(200, api(0).get(BOARDS, App.ADMIN_KEY).status());
        Answer posted =
                api(1).post("/api/v1/scores", key, Api.score("running", 1).put("userId", "x"));
        assertEquals("\"key\";q=20;w=20", posted.headers().get("RateLimit-Policy"));
    }

    @Test
    void shouldLimitAnAddressOfWhomNobodyKnows() {
        Account ada = own.api().newAccount();
        assertLimited(ADDRESS_BURST, i -> get(i, BOARDS, null, "203.0.113.50"));
        Answer refused = get(0, BOARDS, null, "203.0.113.50");
        assertTrue(
                refused.headers().get("RateLimit").startsWith("\"address\";r="),
                refused.headers().toString());
        assertEquals(200, get(0, BOARDS, null, "203.0.113.51").status());
        assertEquals(200, get(0, ME, ada.token(), "203.0.113.50").status(), "somebody known");
        // One household of IPv6 has many addresses.
        assertLimited(ADDRESS_BURST, i -> get(i, BOARDS, null, "2001:db8:0:1::" + Integer.toHexString(i)));
        assertEquals(200, get(0, BOARDS, null, "2001:db8:0:2::1").status());
    }

    @Test
    void shouldNotLimitWhatIsExempt() {
        assertEquals(400, allowed(400, i -> own.api().get(BOARDS, null)));
        assertFalse(own.api().get(BOARDS, null).headers().containsKey("RateLimit"));
        for (String path : new String[] {"/health/live", "/health/ready", "/metrics", "/", "/openapi.yaml"}) {
            assertEquals(ADDRESS_BURST + 20, allowed(ADDRESS_BURST + 20, i -> get(i, path, null, "203.0.113.60")));
        }
    }

    @Test
    void shouldSlowDownWhoGuessesKeys() {
        String guesser = "203.0.113.70";
        Account ada = own.api().newAccount();
        awaitTogether();
        // One is counted when it is answered, so a few more get through on each node.
        int allowed = allowed(4 * ADDRESS_BURST, i -> get(i, ME, "ps_admin_" + i, guesser));
        assertTrue(allowed >= ADDRESS_BURST && allowed < 4 * ADDRESS_BURST, allowed + " allowed");
        Await.until(
                "even a right one is not looked at",
                () -> get(0, ME, ada.token(), guesser).status() == 429);
        assertEquals(200, get(0, ME, ada.token(), "203.0.113.71").status());
        assertEquals(200, get(0, BOARDS, null, guesser).status(), "without a key");
    }

    /** Here the addresses of this machine are exempt, too; not for whom a proxy calls, whether it says so or not. */
    @Test
    void shouldLimitAProxyThatDoesNotSayForWhomItCalls() {
        assertLimited(ADDRESS_BURST, i -> api(i).get(BOARDS, null));
        assertLimited(ADDRESS_BURST, i -> get(i, BOARDS, null, "127.0.0.1, ::1"));
    }

    @Test
    void shouldSlowDownWhoGuessesKeysOnSockets() {
        String guesser = "203.0.113.72";
        Account ada = own.api().newAccount();
        awaitTogether();
        int asked = 3 * ADDRESS_BURST;
        // More than fifty on one would be too fast.
        List<Viewer> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < asked; i++) {
                if (i % 50 == 0) {
                    sockets.add(new Viewer(apps[sockets.size() % apps.length].port(), guesser));
                }
                sockets.get(sockets.size() - 1).register("user." + ada.id(), i % 2 == 0 ? "ps_admin_" + i : "e30." + i);
            }
            Await.until("all are answered", () -> codes(sockets, 401) + codes(sockets, 429) == asked);
            long looked = codes(sockets, 401);
            assertTrue(looked >= ADDRESS_BURST && looked < asked, looked + " looked at");
            // The same that is counted over HTTP
            Await.until(
                    "even a right one is not looked at",
                    () -> get(0, ME, ada.token(), guesser).status() == 429);
            assertEquals(200, get(0, ME, ada.token(), "203.0.113.73").status());
            Viewer elsewhere = new Viewer(apps[0].port(), "203.0.113.73");
            sockets.add(elsewhere);
            elsewhere.register("user." + ada.id(), ada.token());
            elsewhere.register("user.nobody", "ps_admin_wrong");
            Await.until("it is answered", () -> elsewhere.frames().size() >= 2);
            assertEquals(401, elsewhere.frames().get(0).getInteger("failureCode"), "the first was taken");
        } finally {
            sockets.forEach(Viewer::close);
        }
    }

    private static long codes(List<Viewer> sockets, int code) {
        return sockets.stream()
                .flatMap(socket -> socket.frames().stream())
                .filter(frame -> Integer.valueOf(code).equals(frame.getInteger("failureCode")))
                .count();
    }

    private static Answer signIn(int node, String username, String password, String address) {
        return api(node)
                .call(
                        "POST",
                        "/api/v1/tokens",
                        null,
                        new JsonObject()
                                .put("username", username)
                                .put("password", password)
                                .encode(),
                        Map.of("X-Forwarded-For", address));
    }

    /** What a caller can tell answers apart by, but for how much is left. */
    private static String shape(Answer answer) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(answer.headers());
        headers.remove("date");
        headers.computeIfPresent("ratelimit", (name, value) -> value.replaceAll("r=\\d+", "r"));
        headers.computeIfPresent("retry-after", (name, value) -> "some");
        return answer.status() + " " + answer.text() + " " + headers;
    }

    @Test
    void shouldSlowDownWhoTriesPasswordsWithoutTellingWhichAccountsExist() {
        String known = own.api().newAccount().username();
        String unknown = "nobody-" + known;
        Map<Integer, String> shapes = new HashMap<>();
        for (String username : new String[] {known, unknown, "no username at all!"}) {
            String address = "198.51.100." + Math.floorMod(username.hashCode(), 250);
            for (int i = 0; i < 12; i++) {
                Answer answer =
                        signIn(i, i % 3 == 0 ? username.toUpperCase(Locale.ROOT) : username, "wrong horse", address);
                if (i < 5) {
                    assertEquals(401, answer.status(), username + " " + i);
                }
                assertEquals(shapes.computeIfAbsent(answer.status(), first -> shape(answer)), shape(answer));
            }
            assertTrue(shapes.containsKey(429), username + " was never slowed down");
        }
        // Also with the right password, and as long as it lasts: the more failed, the longer.
        Answer right = signIn(0, known, "correct horse", "198.51.100." + Math.floorMod(known.hashCode(), 250));
        assertTrue(right.status() == 429 || right.status() == 201);
        assertEquals(201, signIn(1, known, "correct horse", "198.51.100.251").status(), "from elsewhere");
        assertTrue(redis.keys("signin:*") > 0);
        assertEquals(0, redis.keys("*" + known + "*"));
    }

    @Test
    void shouldForgetTheFailuresOfWhoSignsIn() {
        String username = own.api().newAccount().username();
        String address = "198.51.101.1";
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                assertEquals(401, signIn(0, username, "wrong horse", address).status());
            }
            assertEquals(201, signIn(0, username, "correct horse", address).status());
        }
    }

    @Test
    void shouldSlowDownManyAddressesThatTryOneAccount() {
        String username = own.api().newAccount().username();
        for (int i = 0; i < 30; i++) {
            assertEquals(
                    401, signIn(i, username, "wrong horse", "198.51.102." + i).status());
        }
        int allowed = allowed(10, i -> signIn(i, username, "wrong horse", "198.51.102.1" + (10 + i)));
        assertTrue(allowed < 10, "never slowed down");
    }

    @Test
    void shouldSlowDownAnAddressThatTriesManyAccounts() {
        String username = own.api().newAccount().username();
        String address = "198.51.103.1";
        int allowed = allowed(130, i -> signIn(i, "many-" + i, "wrong horse", address));
        assertTrue(allowed >= 100 && allowed < 130, allowed + " allowed");
        assertEquals(429, signIn(0, username, "correct horse", address).status());
        assertEquals(201, signIn(0, username, "correct horse", "198.51.103.2").status());
    }

    @Test
    void shouldLimitSignUpsOfAnAddress() {
        int allowed = allowed(20, i -> api(i).call(
                        "POST",
                        "/api/v1/users",
                        null,
                        new JsonObject()
                                .put("username", "crowd-" + i)
                                .put("password", "correct horse")
                                .encode(),
                        Map.of("X-Forwarded-For", "198.51.104.1")));
        assertEquals(5, allowed);
    }

    @Test
    void shouldLimitAloneWhileRedisIsDown() {
        Account ada = own.api().newAccount();
        redis.kill();
        try {
            Await.until("not ready", () -> api(0).get("/health/ready", null).status() == 503);
            Await.until("alone", () -> api(0).get("/metrics", null).text().contains("pacesetter_limits_local 1"));
            int calls = allowed(1 + BURST + ADDRESS_BURST, i -> get(0, ME, ada.token(), "203.0.113.80"));
            assertTrue(calls >= BURST && calls < BURST + ADDRESS_BURST, calls + " allowed");
            calls = allowed(10 * ADDRESS_BURST, i -> get(0, BOARDS, null, "203.0.113.81"));
            assertTrue(calls >= ADDRESS_BURST && calls < 9 * ADDRESS_BURST, calls + " allowed");
            int allowed = allowed(12, i -> signIn(0, ada.username(), "wrong horse", "198.51.105.1"));
            assertTrue(allowed >= 5 && allowed < 12, allowed + " allowed");
        } finally {
            redis.start();
        }
        awaitTogether();
        for (int i = 0; i < apps.length; i++) {
            int node = i;
            Await.until("ready", () -> api(node).get("/health/ready", null).status() == 200);
        }
    }

    @Test
    void shouldTellOperatorsWhatWasRefused() {
        String metrics = api(0).get("/metrics", null).text();
        for (String subject : new String[] {"user", "key", "address", "signin", "signup", "connection"}) {
            assertTrue(metrics.contains("pacesetter_limits_refused_total{subject=\"" + subject + "\"}"), metrics);
        }
        assertTrue(metrics.contains("pacesetter_limits_scripts_total{outcome=\"answered\"}"), metrics);
    }
}
