package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users, tokens and keys. */
class AccountsIT {

    private static final String USERS = "/api/v1/users";
    private static final String TOKENS = "/api/v1/tokens";
    private static final String KEYS = "/api/v1/keys";

    private static String database;
    private static ErrorLog log;
    private static RedisHandle redis;
    private static App app;
    private static Api api;

    @BeforeAll
    static void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        app = App.start(database, redis.uri());
        api = app.api();
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors(), "bad input is no error of ours");
    }

    private static JsonObject credentials(String username, String password) {
        return new JsonObject().put("username", username).put("password", password);
    }

    @Test
    void shouldSignUpAndIn() {
        String username = "Ada-" + UUID.randomUUID().toString().substring(0, 8);
        Answer user =
                api.post(USERS, null, credentials(username, "correct horse").put("displayName", " Ada L. "));
        assertEquals(201, user.status(), user.text());
        assertEquals("Ada L.", user.json().getString("displayName"));
        // Without case, as people type it.
        Answer token = api.post(TOKENS, null, credentials(username.toUpperCase(Locale.ROOT), "correct horse"));
        assertEquals(201, token.status(), token.text());
        assertTrue(Instant.parse(token.json().getString("expiresAt")).isAfter(Instant.now()));
        assertEquals(user.json(), token.json().getJsonObject("user"));
        Answer me = api.get(USERS + "/me", token.json().getString("token"));
        assertEquals(user.json(), me.json());
    }

    @Test
    void shouldKeepNoPassword() {
        api.newAccount();
        assertEquals(
                0, Oracle.number(database, "select count(*) from account where password_hash not like '$argon2id$%'"));
    }

    @Test
    void shouldHashAPasswordAnewWhenTheParametersHaveChanged() {
        Account ada = api.newAccount();
        String find = "select password_hash from account where athlete_id = '" + ada.id() + "'";
        String first = string(find);
        assertTrue(first.startsWith("$argon2id$v=19$m=1024,t=1,p=1$"), first);
        try (App dearer = App.start(
                database,
                redis.uri(),
                new JsonObject().put("auth.argon2.memoryKiB", 2_048).put("auth.argon2.iterations", 2))) {
            JsonObject wrong = credentials(ada.username(), "wrong horse");
            assertEquals(401, dearer.api().post(TOKENS, null, wrong).status());
            assertEquals(first, string(find));
            JsonObject right = credentials(ada.username(), "correct horse");
            assertEquals(201, dearer.api().post(TOKENS, null, right).status());
            String second = string(find);
            assertTrue(second.startsWith("$argon2id$v=19$m=2048,t=2,p=1$"), second);
            assertEquals(201, dearer.api().post(TOKENS, null, right).status());
            assertEquals(second, string(find), "once");
            assertEquals(201, api.post(TOKENS, null, right).status(), "a dearer one is good anywhere");
        }
    }

    @Test
    void shouldRefuseATakenName() {
        Account ada = api.newAccount();
        Answer again = api.post(USERS, null, credentials(ada.username().toUpperCase(Locale.ROOT), "other pass"));
        assertEquals(409, again.status(), again.text());
        assertEquals("username-taken", again.problem());
    }

    @ParameterizedTest
    @CsvSource({
        "ab, longenough, username",
        "has space, longenough, username",
        "ünïcode, longenough, username",
        "okname, short, password",
    })
    void shouldRefuseABadSignUp(String username, String password, String field) {
        Answer answer = api.post(USERS, null, credentials(username, password));
        assertEquals(400, answer.status(), answer.text());
        assertEquals(
                field, answer.json().getJsonArray("errors").getJsonObject(0).getString("field"));
    }

    @Test
    void shouldRefuseBadNames() {
        for (String name :
                new String[] {"", "   ", "x".repeat(65), "a\u0000b", "a\nb", "\u200b\u202e", "a" + "\u0301".repeat(20)
                }) {
            Answer answer =
                    api.post(USERS, null, credentials("some-name", "longenough").put("displayName", name));
            assertEquals(400, answer.status(), answer.text());
        }
        Answer number =
                api.post(USERS, null, credentials("some-name", "longenough").put("displayName", 5));
        assertEquals(400, number.status(), number.text());
        Answer missing = api.post(USERS, null, new JsonObject());
        assertEquals(2, missing.json().getJsonArray("errors").size());
    }

    @Test
    void shouldShowNamesInOneSpellingWithoutWhatIsNotSeen() {
        Account ada = api.newAccount();
        String written = "  A\u0301da\u202e\u200b  L. ";
        String shown = "\u00c1da L.";
        assertEquals(
                shown,
                api.call(
                                "PATCH",
                                USERS + "/me",
                                ada.token(),
                                new JsonObject().put("displayName", written).encode(),
                                Map.of())
                        .json()
                        .getString("displayName"));
        assertEquals(shown, api.get(USERS + "/me", ada.token()).json().getString("displayName"));
        assertEquals(
                shown,
                api.put(USERS + "/app.ada", App.ADMIN_KEY, new JsonObject().put("displayName", written))
                        .json()
                        .getString("displayName"));
        JsonObject signUp = credentials("spelled-" + System.nanoTime() % 1_000_000, "longenough");
        assertEquals(
                shown,
                api.post(USERS, null, signUp.put("displayName", written)).json().getString("displayName"));
    }

    @Test
    void shouldNotTellWhichAccountsExist() {
        Account ada = api.newAccount();
        Answer wrong = api.post(TOKENS, null, credentials(ada.username(), "wrong password"));
        Answer unknown = api.post(TOKENS, null, credentials("nobody-at-all", "wrong password"));
        Answer odd = api.post(TOKENS, null, credentials("no such\u0000name", "x"));
        assertEquals(401, wrong.status());
        assertEquals(wrong.text(), unknown.text());
        assertEquals(wrong.text(), odd.text());
    }

    @Test
    void shouldRefuseTokensThatDoNotHold() {
        Account ada = api.newAccount();
        long later = Instant.now().plusSeconds(600).getEpochSecond();
        assertEquals(200, me(token("HS256", ada.id(), "pacesetter", later)).status());
        Answer expired = me(token(
                "HS256", ada.id(), "pacesetter", Instant.now().minusSeconds(60).getEpochSecond()));
        assertEquals(401, expired.status());
        assertTrue(expired.text().contains("expired"), expired.text());
        assertEquals(401, me(token("HS256", ada.id(), "somebody-else", later)).status());
        assertEquals(401, me(token("HS384", ada.id(), "pacesetter", later)).status());
        assertEquals(401, me(token("none", ada.id(), "pacesetter", later)).status());
        String forged = token("HS256", ada.id(), "pacesetter", later);
        assertEquals(401, me(forged.substring(0, forged.length() - 4) + "AAAA").status());
        assertEquals(
                401,
                api.call("GET", USERS + "/me", null, null, Map.of("Authorization", "Basic abc"))
                        .status());
        assertEquals(401, me("").status());
        assertEquals(401, me(token("HS256", "u-nobody", "pacesetter", later)).status());
    }

    private static Answer me(String token) {
        return api.get(USERS + "/me", token);
    }

    /** A token as anybody could write it who knew the key. */
    private static String token(String algorithm, String subject, String issuer, long expires) {
        String kid = string("select kid from signing_key");
        byte[] secret = HexFormat.of().parseHex(string("select encode(secret, 'hex') from signing_key"));
        String head =
                part(new JsonObject().put("typ", "JWT").put("alg", algorithm).put("kid", kid));
        String body = part(new JsonObject()
                .put("sub", subject)
                .put("iss", issuer)
                .put("ver", 0)
                .put("exp", expires));
        if (algorithm.equals("none")) {
            return head + "." + body + ".";
        }
        try {
            String name = algorithm.replace("HS", "HmacSHA");
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(secret, name));
            return head + "." + body + "." + base64(mac.doFinal((head + "." + body).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String part(JsonObject json) {
        return base64(json.encode().getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String string(String sql) {
        return Oracle.text(database, sql);
    }

    @Test
    void shouldCreateAndRenameTheAppsOwnUsers() {
        String key = app.ingestKey();
        String id = "app." + UUID.randomUUID();
        Answer made = api.put(USERS + "/" + id, key, new JsonObject().put("displayName", "First"));
        assertEquals(201, made.status(), made.text());
        api.post("/api/v1/scores", key, Api.score("rowing", 4).put("userId", id));
        Answer renamed = api.put(USERS + "/" + id, key, new JsonObject().put("displayName", "Second"));
        assertEquals(200, renamed.status(), renamed.text());
        Await.until("the new name shows", () -> api.get("/api/v1/leaderboards/overall/entries/" + id, null)
                .json()
                .getJsonObject("entry")
                .getString("name")
                .equals("Second"));
    }

    @Test
    void shouldLetOnlyKeysPutUsers() {
        Account ada = api.newAccount();
        JsonObject name = new JsonObject().put("displayName", "X");
        assertEquals(401, api.put(USERS + "/somebody", null, name).status());
        assertEquals(403, api.put(USERS + "/somebody", ada.token(), name).status());
        assertEquals(403, api.put(USERS + "/" + ada.id(), ada.token(), name).status());
        assertEquals(400, api.put(USERS + "/od%20d", app.ingestKey(), name).status());
        assertEquals(
                400, api.put(USERS + "/ok", app.ingestKey(), new JsonObject()).status());
    }

    @Test
    void shouldMakeListAndRevokeKeys() {
        Answer made = api.post(
                KEYS, App.ADMIN_KEY, new JsonObject().put("role", "ingest").put("label", "backend"));
        assertEquals(201, made.status(), made.text());
        String key = made.json().getString("key");
        assertTrue(key.startsWith("ps_ingest_"));
        assertEquals(
                201,
                api.post("/api/v1/scores", key, Api.score("yoga", 1).put("userId", "k"))
                        .status());
        Answer list = api.get(KEYS, App.ADMIN_KEY);
        assertTrue(list.text().contains(made.json().getString("id")));
        assertFalse(list.text().contains(key));
        String path = KEYS + "/" + made.json().getString("id");
        assertEquals(
                204, api.call("DELETE", path, App.ADMIN_KEY, null, Map.of()).status());
        assertEquals(
                404, api.call("DELETE", path, App.ADMIN_KEY, null, Map.of()).status());
        assertEquals(
                404,
                api.call("DELETE", KEYS + "/1-1-1-1-1", App.ADMIN_KEY, null, Map.of())
                        .status());
        assertEquals(
                401,
                api.post("/api/v1/scores", key, Api.score("yoga", 1).put("userId", "k"))
                        .status());
    }

    @Test
    void shouldLetOnlyAdminsHandleKeys() {
        JsonObject ask = new JsonObject().put("role", "admin").put("label", "mine");
        assertEquals(401, api.post(KEYS, null, ask).status());
        assertEquals(403, api.post(KEYS, api.newAccount().token(), ask).status());
        assertEquals(403, api.post(KEYS, app.ingestKey(), ask).status());
        assertEquals(403, api.get(KEYS, app.ingestKey()).status());
        assertEquals(
                400,
                api.post(KEYS, App.ADMIN_KEY, new JsonObject().put("role", "root"))
                        .status());
        assertEquals(403, api.get(USERS + "/me", App.ADMIN_KEY).status());
    }
}
