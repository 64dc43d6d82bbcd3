package dev.pacesetter.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import dev.pacesetter.bus.BusMessage.Act;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.http.Role;
import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresFailures;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.settings.AccountRule;
import dev.pacesetter.settings.Argon2Settings;
import dev.pacesetter.settings.AuthSettings;
import dev.pacesetter.settings.JwtSettings;
import dev.pacesetter.settings.Resources;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What accounts need of a real PostgreSQL. */
class IdentityIT {

    private static final int NODES = 8;
    private static final AuthSettings SETTINGS = new AuthSettings(
            null,
            5,
            30,
            10,
            AccountRule.OPEN,
            new JwtSettings(null, null, null, "name", 30, 300, List.of("RS256")),
            new Argon2Settings(64, 1, 1, 2));

    private final Vertx vertx = Vertx.vertx();
    private final List<Pool> pools = new ArrayList<>();
    private String uri;
    private PostgresServers servers;

    @BeforeEach
    void start() {
        uri = Stores.newDatabase();
        servers = new PostgresServers(List.of(uri));
        Migrations.apply(servers);
    }

    @AfterEach
    void stop() {
        pools.forEach(pool -> Await.result(pool.close()));
        Await.closed(vertx);
    }

    private Pool pool() {
        Pool pool = servers.pool(vertx, 1, 10);
        pools.add(pool);
        // Connected, so that what follows starts at the same moment.
        Await.result(pool.query("select 1").execute());
        return pool;
    }

    /** What one node knows of tokens. */
    private static final class Node {

        final Database database;
        final SigningKeys keys;
        final Tokens tokens;
        final Revocations revocations;
        final BearerTokens bearers;

        Node(Pool pool, Clock clock) {
            database = new Database(pool, 10_000);
            keys = new SigningKeys(database, SETTINGS, new SecureRandom(), System::nanoTime, this::withdrawn);
            tokens = new Tokens(keys, Duration.ofMinutes(SETTINGS.tokenMinutes()), clock);
            revocations = new Revocations(Revocations.in(database), 10, System::nanoTime);
            Newcomers newcomers = new Newcomers(new Accounts(database), 10, user -> {});
            bearers = new BearerTokens(Map.of(JwtSettings.OWN_ISSUER, tokens), revocations, newcomers, 10, clock);
        }

        private void withdrawn() {
            bearers.withdrawn();
        }

        String user(String token) {
            return Await.result(bearers.user(token)).id();
        }
    }

    private Node node() {
        Node node = new Node(pool(), Clock.systemUTC());
        Await.result(node.keys.open());
        return node;
    }

    private long keys() {
        return Oracle.number(uri, "select count(*) from signing_key");
    }

    private void sql(Node node, String statement) {
        Await.result(node.database.query(statement));
    }

    @Test
    void shouldSignWithOneKeyHoweverManyNodesStartTogether() {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(new Node(pool(), Clock.systemUTC()));
        }
        nodes.stream().map(node -> node.keys.open()).toList().forEach(Await::result);
        assertEquals(1, keys());
        for (Node issuer : nodes) {
            for (Node verifier : nodes) {
                assertEquals("u-1", verifier.user(issuer.tokens.issue("u-1", 0).text()));
            }
        }
    }

    @Test
    void shouldMakeOneNewKeyWhenTheNewestIsOldAndTakeItUpEverywhere() {
        List<Node> nodes = new ArrayList<>(List.of(node(), node(), node()));
        String before = nodes.get(0).tokens.issue("u-1", 0).text();
        sql(nodes.get(0), "update signing_key set created_at = created_at - interval '31 days'");
        // All at the same time but the last, which hears of the new key by a token that it signed.
        nodes.subList(0, 2).stream().map(node -> node.keys.keepUp()).toList().forEach(Await::result);
        assertEquals(2, keys());
        String after = nodes.get(0).tokens.issue("u-2", 0).text();
        assertNotEquals(kid(before), kid(after));
        assertEquals(kid(after), kid(nodes.get(1).tokens.issue("u-3", 0).text()));
        Await.until("taken up", () -> {
            Future<Principal.User> user = nodes.get(2).bearers.user(after);
            Await.until("an answer", user::isComplete);
            return user.succeeded();
        });
        for (Node node : nodes) {
            assertEquals("u-1", node.user(before), "what the old key signed holds on");
            assertEquals("u-2", node.user(after));
        }
        Node late = node();
        assertEquals("u-1", late.user(before));
        assertEquals(2, keys());
    }

    private static String kid(String token) {
        try {
            return SignedJWT.parse(token).getHeader().getKeyID();
        } catch (ParseException defect) {
            throw new IllegalStateException(defect);
        }
    }

    @Test
    void shouldDeleteAKeyOnceEverythingThatItSignedHasExpired() {
        Node node = node();
        String before = node.tokens.issue("u-1", 0).text();
        sql(node, "update signing_key set created_at = created_at - interval '31 days'");
        Await.result(node.keys.keepUp());
        // Its tokens live five minutes, or those of a node with other settings fifty; an hour is for whoever was away.
        sql(node, "update signing_key set token_minutes = 50 where created_at < now() - interval '30 days'");
        sql(node, "update signing_key set created_at = now() - interval '109 minutes' where token_minutes <> 50");
        Await.result(node.keys.keepUp());
        assertEquals(2, keys());
        assertEquals("u-1", node.user(before));
        sql(node, "update signing_key set created_at = now() - interval '111 minutes' where token_minutes <> 50");
        Await.result(node.keys.keepUp());
        assertEquals(1, keys());
        Await.result(node.keys.keepUp());
        assertEquals(401, refusal(node, before), "checked before, and remembered: yet its key is gone");
        assertEquals("u-2", node.user(node.tokens.issue("u-2", 0).text()));
    }

    private static int refusal(Node node, String token) {
        Future<Principal.User> user = node.bearers.user(token);
        Await.until("an answer", user::isComplete);
        return assertInstanceOf(ProblemException.class, user.cause()).problem().status();
    }

    @Test
    void shouldLetAnOperatorWithdrawAllKeysAtOnce() {
        Node node = node();
        String before = node.tokens.issue("u-1", 0).text();
        assertEquals("u-1", node.user(before));
        sql(node, "delete from signing_key");
        Await.result(node.keys.keepUp());
        assertEquals(1, keys());
        assertEquals(401, refusal(node, before));
        assertEquals("u-1", node.user(node.tokens.issue("u-1", 0).text()));
    }

    @Test
    void shouldNotReadTheKeysForEveryUnknownOne() {
        Node node = node();
        Node other = node();
        sql(node, "delete from signing_key");
        Await.result(other.keys.keepUp());
        long queries =
                Oracle.number(uri, "select xact_commit from pg_stat_database where datname = current_database()");
        List<Future<Principal.User>> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            String[] parts = other.tokens.issue("u-" + i, 0).text().split("\\.", -1);
            String head = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(("{\"alg\":\"HS256\",\"kid\":\"k" + i + "\"}").getBytes(StandardCharsets.UTF_8));
            all.add(node.bearers.user(head + "." + parts[1] + "." + parts[2]));
        }
        all.forEach(user -> {
            Await.until("refused", user::isComplete);
            assertEquals(
                    401,
                    assertInstanceOf(ProblemException.class, user.cause())
                            .problem()
                            .status());
        });
        Await.until("statistics are in", () -> {
            Await.result(node.database.query("select pg_stat_force_next_flush()"));
            return true;
        });
        long since = Oracle.number(uri, "select xact_commit from pg_stat_database where datname = current_database()");
        assertTrue(since - queries < 50, (since - queries) + " transactions");
    }

    @Test
    void shouldRefuseATokenOfAVersionThatWasTakenBack() {
        Node node = node();
        Node other = node();
        String token = node.tokens.issue("u-1", 0).text();
        assertEquals("u-1", node.user(token));
        assertEquals("u-1", other.user(token));
        Await.result(node.database.query(Resources.text("sql/account/revoke_tokens.sql"), "u-1"));
        node.revocations.forget("u-1");
        assertEquals(401, refusal(node, token));
        // Nobody told the other one: what it knows becomes old by itself.
        Await.until("known without a word", () -> {
            Future<Principal.User> user = other.bearers.user(token);
            Await.until("an answer", user::isComplete);
            return user.failed();
        });
        assertEquals("u-1", node.user(node.tokens.issue("u-1", 1).text()));
        assertEquals("u-2", node.user(node.tokens.issue("u-2", 0).text()));
    }

    @Test
    void shouldRememberOnlySoManyTokensAndUsers() {
        Node node = node();
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tokens.add(node.tokens.issue("u-" + i, 0).text());
        }
        for (int i = 0; i < 100; i++) {
            assertEquals("u-" + i, node.user(tokens.get(i)));
        }
        assertTrue(node.bearers.remembered() <= 10, node.bearers.remembered() + " tokens");
        assertTrue(node.revocations.remembered() <= 10, node.revocations.remembered() + " users");
        assertEquals("u-0", node.user(tokens.get(0)));
    }

    @Test
    void shouldWriteWhenKeysWereUsedInOneStatementAndNotBack() {
        Database database = new Database(pool(), 10_000);
        KeyUses uses = new KeyUses(database, 100, Clock.systemUTC());
        ApiKeys keys = new ApiKeys(database, null, uses, 100, new SecureRandom());
        List<ApiKeys.Made> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(Await.result(keys.make(Role.INGEST, "key " + i, new Act("key:test", null))));
        }
        for (ApiKeys.Made one : made.subList(0, 4)) {
            assertTrue(Await.result(keys.holder(one.key())).isPresent());
        }
        assertEquals(0, Oracle.number(uri, "select count(*) from api_key where last_used_at is not null"));
        Await.result(uses.write());
        assertEquals(4, Oracle.number(uri, "select count(*) from api_key where last_used_at is not null"));
        assertEquals(
                1, Oracle.number(uri, "select count(distinct xmin::text) from api_key where last_used_at is not null"));
        Await.result(
                database.query("update api_key set last_used_at = now() + interval '1 hour' where label = 'key 0'"));
        Await.result(keys.holder(made.get(0).key()));
        Await.result(uses.write());
        assertEquals(1, Oracle.number(uri, "select count(*) from api_key where last_used_at > now()"));
    }

    @Test
    void shouldGiveUpOnAnAnswerThatDoesNotCome() {
        Future<?> late = new Database(pool(), 100).query("select pg_sleep(1)");
        Await.until("given up", late::isComplete);
        assertInstanceOf(TimeoutException.class, late.cause());
        assertTrue(PostgresFailures.isDown(late.cause()));
    }
}
