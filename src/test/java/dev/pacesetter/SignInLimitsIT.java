package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes, one Redis, and people who sign in: rightly and too often, or while others try their passwords. */
class SignInLimitsIT {

    private static final int OF_ADDRESS = 30;
    private static final int OF_ACCOUNT = 60;
    /** Failures from anywhere that are free. */
    private static final int FREE = 30;

    private static RedisHandle redis;
    private static App[] apps;
    /** Without a proxy: what comes from this machine is exempt from what is counted by address. */
    private static App direct;

    @BeforeAll
    static void start() {
        redis = Stores.newRedis();
        String database = Stores.newDatabase();
        // With the limits as delivered, behind a proxy.
        JsonObject settings = new JsonObject().put("http.trustedProxies", new JsonArray().add("127.0.0.1"));
        apps = new App[] {App.start(database, redis.uri(), settings), App.start(database, redis.uri(), settings)};
        direct = App.start(database, redis.uri());
        for (App app : apps) {
            Await.until("together", () -> app.api().get("/metrics", null).text().contains("pacesetter_limits_local 0"));
        }
    }

    @AfterAll
    static void stop() {
        for (App app : apps) {
            app.close();
        }
        direct.close();
        redis.close();
    }

    private static Answer signIn(int node, String username, String password, String address) {
        JsonObject credentials = new JsonObject().put("username", username).put("password", password);
        return apps[node % apps.length]
                .api()
                .call("POST", "/api/v1/tokens", null, credentials.encode(), Map.of("X-Forwarded-For", address));
    }

    private static Answer right(int node, String username, String address) {
        return signIn(node, username, "correct horse", address);
    }

    private static Answer wrong(int node, String username, String address) {
        return signIn(node, username, "wrong horse", address);
    }

    /** Known by this machine's address alone. */
    private static String newAccount() {
        return direct.api().newAccount().username();
    }

    /** How many of so many were answered like that; the others by 429. */
    private static int answered(int status, int calls, IntFunction<Answer> call) {
        int answered = 0;
        for (int i = 0; i < calls; i++) {
            Answer answer = call.apply(i);
            if (answer.status() == status) {
                answered++;
            } else {
                assertRefused(answer);
            }
        }
        return answered;
    }

    private static void assertRefused(Answer answer) {
        assertEquals(429, answer.status(), answer.text());
        assertEquals("too-many-requests", answer.problem());
        int seconds = Integer.parseInt(answer.headers().get("Retry-After"));
        assertTrue(seconds >= 1 && seconds <= 60, seconds + " s");
    }

    /** So many a minute, and those that come while it is counted. */
    private static void assertBounded(int most, int status, IntFunction<Answer> call) {
        long began = System.nanoTime();
        int answered = answered(status, most + 20, call);
        double more = (System.nanoTime() - began) / 60e9 * most;
        assertTrue(answered >= most, answered + " let in");
        assertTrue(answered <= most + more + 2, answered + " let in, " + more + " have come meanwhile");
    }

    @Test
    void shouldBoundWhatOneAddressSignsInWhateverComesOfIt() {
        String[] accounts = {newAccount(), newAccount(), newAccount()};
        String address = "198.51.100.1";
        assertBounded(OF_ADDRESS, 201, i -> right(i, accounts[i % accounts.length], address));
        String refusedKnown = right(0, accounts[0], address).text();
        // Names that there are not, and each but once: they fail, and count the same.
        assertBounded(OF_ADDRESS, 401, i -> wrong(i, "nobody-" + i, "198.51.100.2"));
        assertEquals(refusedKnown, wrong(0, "nobody", "198.51.100.2").text());
        assertEquals(201, right(1, accounts[0], "198.51.100.3").status(), "from elsewhere");
        // This machine's own address is exempt.
        String[] exempt = {newAccount(), newAccount()};
        assertEquals(OF_ADDRESS + 20, answered(201, OF_ADDRESS + 20, i -> direct.api()
                .post(
                        "/api/v1/tokens",
                        null,
                        new JsonObject()
                                .put("username", exempt[i % exempt.length])
                                .put("password", "correct horse"))));
    }

    @Test
    void shouldBoundTheSignInsToOneAccountFromWhereverNobodyKnewThatThereIsOne() {
        String known = newAccount();
        String unknown = "nobody-" + known;
        String[] last = {""};
        // It has been signed in to once.
        assertBounded(OF_ACCOUNT - 1, 201, i -> {
            String address = "203.0.113." + i;
            Answer answer = right(i, known, address);
            last[0] = answer.status() == 201 ? address : last[0];
            return answer;
        });
        String refused = right(1, known, "203.0.113.200").text();
        assertEquals(201, right(1, known, last[0]).status(), "from where somebody signed in before");
        Set<String> refusals = new HashSet<>();
        for (int i = 0; i < OF_ACCOUNT + 20; i++) {
            Answer answer = wrong(i, unknown, "203.0.114." + i);
            if (answer.status() != 401) {
                assertRefused(answer);
                refusals.add(answer.text());
            }
        }
        assertEquals(Set.of(refused), refusals, "as if there were none");
    }

    @Test
    void shouldLetTheOwnerInFromAKnownAddressWhileManyAddressesTryTheAccount() {
        String account = newAccount();
        String home = "192.0.2.1";
        assertEquals(201, right(0, account, home).status());
        for (String tried : List.of(account, "nobody-" + account)) {
            for (int i = 0; i < FREE + 3; i++) {
                wrong(i, tried, "192.0.3." + i);
            }
            assertRefused(wrong(0, tried, "192.0.2.2"));
        }
        assertRefused(right(1, account, "192.0.2.3"));
        assertEquals(201, right(1, account, home).status(), "on the other node, too");
        assertRefused(right(1, account, "192.0.2.4"));
        assertRefused(wrong(1, account, "192.0.2.4"));
        // What fails from there still counts there.
        int failed = answered(401, 10, i -> wrong(i, account, home));
        assertTrue(failed >= 5 && failed < 10, failed + " let try");
        assertEquals(0, redis.keys("*" + account + "*"));
        assertEquals(0, redis.keys("signin*" + home + "*"));
    }

    @Test
    void shouldRememberAHandfulOfAddressesOfAnAccount() {
        String account = newAccount();
        for (int i = 0; i < 7; i++) {
            assertEquals(201, right(i, account, "192.0.4." + i).status());
        }
        for (int i = 0; i < FREE + 3; i++) {
            wrong(i, account, "192.0.5." + i);
        }
        assertRefused(right(0, account, "192.0.4.0"));
        assertEquals(201, right(0, account, "192.0.4.6").status());
        assertEquals(201, right(0, account, "192.0.4.2").status());
    }
}
