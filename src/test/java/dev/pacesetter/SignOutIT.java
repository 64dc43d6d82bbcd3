package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.TcpProxy;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was given out and is taken back holds on no node any longer. */
class SignOutIT {

    private static final String ME = "/api/v1/users/me";
    private static final String TOKENS = "/api/v1/tokens";
    private static final String KEYS = "/api/v1/keys";

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private String database;
    private ErrorLog log;
    private RedisHandle redis;
    private TcpProxy postgres;
    private App one;
    private App two;

    @BeforeEach
    void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        URI uri = URI.create(database);
        postgres = new TcpProxy(uri.getPort());
        one = App.start(database, redis.uri());
        two = App.start(database.replace(":" + uri.getPort() + "/", ":" + postgres.port() + "/"), redis.uri());
        Addresses.ACCESS_REVOKED.consume(one.eventBus(), revoked -> heard.add("one " + revoked.actor()));
        Addresses.ACCESS_REVOKED.consume(two.eventBus(), revoked -> heard.add("two " + revoked.actor()));
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        redis.close();
        postgres.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private static Answer delete(App app, String path, String bearer) {
        return app.api().call("DELETE", path, bearer, null, Map.of());
    }

    private static int me(App app, String token) {
        return app.api().get(ME, token).status();
    }

    private void bothHear(String actor) {
        Await.until("both nodes hear of " + actor, () -> heard.containsAll(List.of("one " + actor, "two " + actor)));
    }

    private static String signIn(App app, Account account) {
        return app.api()
                .post(
                        TOKENS,
                        null,
                        new JsonObject().put("username", account.username()).put("password", "correct horse"))
                .json()
                .getString("token");
    }

    @Test
    void shouldSignOutEverywhereAndInAgain() {
        Account ada = one.api().newAccount();
        Account bob = one.api().newAccount();
        String second = signIn(two, ada);
        for (App app : List.of(one, two)) {
            assertEquals(200, me(app, ada.token()));
            assertEquals(200, me(app, second));
        }
        assertEquals(204, delete(one, TOKENS, ada.token()).status());
        Answer refused = one.api().get(ME, ada.token());
        assertEquals(401, refused.status(), "at once on the node that did it");
        assertTrue(refused.text().contains("taken back"), refused.text());
        assertEquals(401, me(one, second), "all of them");
        bothHear("user:" + ada.id());
        Await.until("the other node, too", () -> me(two, second) == 401);
        assertEquals(200, me(two, signIn(two, ada)));
        assertEquals(200, me(one, signIn(two, ada)));
        assertEquals(200, me(two, bob.token()), "others stay");
        assertEquals(1, heard.stream().filter(("one user:" + ada.id())::equals).count(), "once");
    }

    @Test
    void shouldSignAUserOutForAnAdminAndNoteIt() {
        Account ada = one.api().newAccount();
        assertEquals(200, me(two, ada.token()));
        String path = "/api/v1/users/" + ada.id() + "/tokens";
        assertEquals(204, delete(one, path, App.ADMIN_KEY).status());
        assertEquals(
                404,
                delete(one, "/api/v1/users/nobody-here/tokens", App.ADMIN_KEY).status());
        assertEquals(
                404, delete(one, "/api/v1/users/od%20d/tokens", App.ADMIN_KEY).status());
        assertEquals(401, me(one, ada.token()));
        Await.until("the other node, too", () -> me(two, ada.token()) == 401);
        String trail =
                one.api().get("/api/v1/audit?userId=" + ada.id(), App.ADMIN_KEY).text();
        assertTrue(trail.contains("\"action\":\"sign-out\""), trail);
    }

    @Test
    void shouldTakeBackWithoutRedisToo() {
        Account ada = one.api().newAccount();
        String key = one.ingestKey();
        JsonObject score = Api.score("rowing", 1).put("userId", "k");
        assertEquals(200, me(two, ada.token()));
        assertEquals(201, two.api().post("/api/v1/scores", key, score).status());
        redis.kill();
        assertEquals(204, delete(one, TOKENS, ada.token()).status());
        String id = one.api()
                .get(KEYS, App.ADMIN_KEY)
                .json()
                .getJsonArray("keys")
                .getJsonObject(0)
                .getString("id");
        assertEquals(204, delete(one, KEYS + "/" + id, App.ADMIN_KEY).status());
        assertEquals(401, me(one, ada.token()));
        assertEquals(401, one.api().post("/api/v1/scores", key, score).status());
        Await.until("known without a word", () -> me(two, ada.token()) == 401);
        Await.until(
                "the key, too",
                () -> two.api().post("/api/v1/scores", key, score).status() == 401);
        redis.start();
    }

    @Test
    void shouldLetNobodyInWhoWasErased() {
        Account ada = one.api().newAccount();
        assertEquals(200, me(two, ada.token()));
        assertEquals(204, delete(one, ME, ada.token()).status());
        assertEquals(
                401,
                one.api()
                        .post("/api/v1/scores", ada.token(), Api.score("running", 1))
                        .status());
        bothHear("user:" + ada.id());
        Await.until("the other node, too", () -> me(two, ada.token()) == 401);
        assertEquals(
                401,
                two.api()
                        .post("/api/v1/scores", ada.token(), Api.score("running", 1))
                        .status());
        assertEquals(0, Oracle.number(database, "select count(*) from athlete where id = '" + ada.id() + "'"));
    }

    @Test
    void shouldTellEveryNodeOfAKeyThatIsDeletedAndShowHowItWasUsed() {
        JsonObject made = one.api()
                .post(
                        KEYS,
                        App.ADMIN_KEY,
                        new JsonObject().put("role", "ingest").put("label", "backend"))
                .json();
        JsonObject before = listed(one);
        assertEquals(made.getString("key").substring(0, "ps_ingest_".length() + 6), before.getString("prefix"));
        assertEquals(null, before.getValue("lastUsedAt"));
        JsonObject score = Api.score("rowing", 1).put("userId", "k");
        Instant began = Instant.now();
        assertEquals(
                201,
                two.api().post("/api/v1/scores", made.getString("key"), score).status());
        Instant used = Instant.parse(listed(two).getString("lastUsedAt"));
        assertTrue(!used.isBefore(began.minusMillis(1)), used + " is before " + began);
        String path = KEYS + "/" + made.getString("id");
        assertEquals(204, delete(one, path, App.ADMIN_KEY).status());
        bothHear("key:" + made.getString("id"));
        assertEquals(
                401,
                two.api().post("/api/v1/scores", made.getString("key"), score).status());
    }

    private static JsonObject listed(App app) {
        return app.api().get(KEYS, App.ADMIN_KEY).json().getJsonArray("keys").getJsonObject(0);
    }

    @Test
    void shouldGoByWhatItKnewWhilePostgresIsDown() {
        Account ada = one.api().newAccount();
        Account bob = one.api().newAccount();
        assertEquals(200, me(two, ada.token()));
        one.api().post("/api/v1/scores", ada.token(), Api.score("running", 7));
        String entry = "/api/v1/leaderboards/overall/entries/me";
        Await.until("ranked", () -> two.api().get(entry, ada.token()).status() == 200);
        postgres.refuse();
        // Longer than what it knows is fresh: the last of these is served by what it knew.
        Instant later = Instant.now().plusSeconds(7);
        Await.until("all is old", () -> {
            assertEquals(200, two.api().get(entry, ada.token()).status());
            return Instant.now().isAfter(later);
        });
        Answer unknown = two.api().get(entry, bob.token());
        assertEquals(503, unknown.status(), unknown.text());
        assertEquals("storage-unavailable", unknown.problem());
        postgres.heal();
        Await.until("known again", () -> two.api().get(entry, bob.token()).status() == 404);
    }

    @Test
    void shouldGoOnListeningWhateverIsSaidInRedis() {
        Account ada = one.api().newAccount();
        assertEquals(200, me(two, ada.token()));
        for (String text : List.of(
                "\"\"",
                "x",
                "\" \"",
                "\"elsewhere \"",
                "\"elsewhere key:\"",
                "\"elsewhere key:no-uuid\"",
                "\"elsewhere user:\"",
                "\"elsewhere user:a b\"",
                "\"elsewhere nobody\"",
                "\"elsewhere \\x00\\xff\"")) {
            assertTrue(redis.count("PUBLISH pacesetter:revoked " + text) >= 2, "both nodes listen");
        }
        assertEquals(204, delete(one, TOKENS, ada.token()).status());
        bothHear("user:" + ada.id());
        Await.until("the other node hears", () -> me(two, ada.token()) == 401);
        assertEquals(
                List.of(),
                heard.stream().filter(one -> !one.endsWith(" user:" + ada.id())).toList());
    }
}
