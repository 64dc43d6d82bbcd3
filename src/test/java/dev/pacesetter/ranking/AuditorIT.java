package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much the auditor looks at, by a clock of ours. */
class AuditorIT {

    private static final int ATHLETES = 300;
    private static final int SECONDS = 100;
    private static final String BOARD =
            """
            [{"id":"all","title":"All","activities":["*"],"mode":"sum","period":"all-time"}]
            """;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong clock = new AtomicLong();
    private RedisHandle redis;
    private RankedBoard board;
    private RankingStore store;
    private DirtyEntries dirty;
    private Pool pool;

    @BeforeEach
    void start() {
        PostgresServers servers = new PostgresServers(List.of(Stores.newDatabase()));
        Migrations.apply(servers);
        pool = servers.pool(vertx, 1, 10);
        Await.result(pool.query("insert into athlete (id, name) select 'a' || n, 'A' from generate_series(1, "
                        + ATHLETES + ") as n")
                .execute());
        redis = Stores.newRedis();
        Redis client = Redis.createClient(vertx, redis.uri());
        store = new RankingStore(client::send);
        dirty = new DirtyEntries(client::send);
        Leaderboard all = LeaderboardSeeds.parse(BOARD).get(0);
        BoardPeriod ever = new BoardPeriod(
                all, all.periodAt(Instant.parse("2026-11-30T12:00:00Z"), 0).orElseThrow());
        board = new RankedBoard(ever, store, null, 10);
        board.endDoubt(0);
    }

    @AfterEach
    void stop() {
        Await.closed(vertx);
        redis.close();
    }

    private double auditedAfterSeconds(long nanosEachLook) {
        Auditor auditor = new Auditor(
                () -> List.of(board),
                store,
                dirty,
                pool,
                new AuditPace(500, 5),
                () -> clock.addAndGet(nanosEachLook),
                meters);
        for (int second = 0; second < SECONDS; second++) {
            Await.result(auditor.look());
        }
        return meters.get("pacesetter.ranking.audited").counter().count();
    }

    @Test
    void shouldGoOverEverybodyEachSecondWhereThatTakesNoTime() {
        assertEquals((double) ATHLETES * SECONDS, auditedAfterSeconds(0));
    }

    /** A second each, and a twentieth of the time: one look, of a few entries, in twenty seconds. */
    @Test
    void shouldTakeNoMoreThanItsShareOfTheTime() {
        double audited = auditedAfterSeconds(TimeUnit.SECONDS.toNanos(1));
        assertTrue(audited >= 10 && audited <= 50, audited + " entries");
    }
}
