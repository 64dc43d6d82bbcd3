package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Accounts with a password of ours, where users come from an identity provider instead. */
class BuiltInAccountsIT {

    private static final String USERS = "/api/v1/users";
    private static final String TOKENS = "/api/v1/tokens";

    private static App start(String database, RedisHandle redis, String accounts) {
        return App.start(database, redis.uri(), new JsonObject().put("auth.accounts", accounts));
    }

    private static void assertForbidden(String said, Answer answer) {
        assertEquals(403, answer.status(), answer.text());
        assertEquals("forbidden", answer.problem());
        assertTrue(answer.text().contains(said), answer.text());
    }

    @Test
    void shouldTakeNoNewOnesWhenClosedAndLetNobodySignInByPasswordWhenOff() {
        String database = Stores.newDatabase();
        try (RedisHandle redis = Stores.newRedis()) {
            JsonObject ada;
            Account account;
            try (App open = start(database, redis, "open")) {
                account = open.api().newAccount();
                ada = new JsonObject().put("username", account.username()).put("password", "correct horse");
            }
            JsonObject bob = new JsonObject().put("username", "bob").put("password", "correct horse");
            try (App closed = start(database, redis, "closed")) {
                Api api = closed.api();
                assertForbidden("No accounts are made here", api.post(USERS, null, bob));
                assertForbidden("No accounts are made here", api.post(USERS, App.ADMIN_KEY, new JsonObject()));
                assertEquals(201, api.post(TOKENS, null, ada).status());
                assertEquals(401, api.post(TOKENS, null, bob).status());
            }
            try (App off = start(database, redis, "off")) {
                Api api = off.api();
                assertForbidden("No accounts are made here", api.post(USERS, null, bob));
                // Whether there is such an account or not.
                String refused = api.post(TOKENS, null, ada).text();
                assertForbidden("Nobody signs in by password here", api.post(TOKENS, null, ada));
                assertEquals(refused, api.post(TOKENS, null, bob).text());
                assertEquals(
                        200,
                        api.get("/api/v1/users/me", account.token()).status(),
                        "a token holds as long as it would have: an admin may sign the user out");
            }
        }
        assertEquals(1, Oracle.number(database, "select count(*) from account"));
    }
}
