package dev.pacesetter.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresFailures;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What accounts need of a real PostgreSQL. */
class IdentityIT {

    private static final int NODES = 8;

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

    @Test
    void shouldSignWithOneKeyHoweverManyNodesStartTogether() {
        List<Pool> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(pool());
        }
        List<Future<Tokens>> opening = new ArrayList<>();
        for (Pool node : nodes) {
            opening.add(Tokens.open(
                    vertx, new Database(node, 10_000), Duration.ofMinutes(5), Clock.systemUTC(), new SecureRandom()));
        }
        List<Tokens> tokens = opening.stream().map(Await::result).toList();
        assertEquals(1, Oracle.number(uri, "select count(*) from signing_key"));
        for (Tokens issuer : tokens) {
            for (Tokens verifier : tokens) {
                assertEquals(
                        "u-1", Await.result(verifier.verify(issuer.issue("u-1").text())));
            }
        }
    }

    @Test
    void shouldGiveUpOnAnAnswerThatDoesNotCome() {
        Future<?> late = new Database(pool(), 100).query("select pg_sleep(1)");
        Await.until("given up", late::isComplete);
        assertInstanceOf(TimeoutException.class, late.cause());
        assertTrue(PostgresFailures.isDown(late.cause()));
    }
}
