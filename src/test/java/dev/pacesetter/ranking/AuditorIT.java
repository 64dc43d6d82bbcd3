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
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    private Redis client;
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
        client = Redis.createClient(vertx, redis.uri());
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

    private Auditor auditor(RankingStore store, AuditPace pace, long nanosEachLook) {
        return new Auditor(
                () -> List.of(board), store, dirty, pool, pace, () -> clock.addAndGet(nanosEachLook), meters);
    }

    private double auditedAfterSeconds(long nanosEachLook) {
        Auditor auditor = auditor(store, new AuditPace(500, 5), nanosEachLook);
        for (int second = 0; second < SECONDS; second++) {
            Await.result(auditor.look());
        }
        return audited();
    }

    private double audited() {
        return meters.get("pacesetter.ranking.audited").counter().count();
    }

    @Test
    void shouldGoOverEverybodyEachSecondWhereThatTakesNoTime() {
        assertEquals((double) ATHLETES * SECONDS, auditedAfterSeconds(0));
    }

    /** Of all the time there is, too, and when seconds pass while it looks: what one second began ends. */
    @Test
    void shouldEndWhatASecondBeganAlthoughOthersPass() {
        Queue<Runnable> asked = new ConcurrentLinkedQueue<>();
        RankingStore slow = new RankingStore(request -> {
            Promise<Response> answer = Promise.promise();
            asked.add(() -> client.send(request).onComplete(answer));
            return answer.future();
        });
        Auditor auditor = auditor(slow, new AuditPace(500, 100), TimeUnit.MILLISECONDS.toNanos(900));
        Future<Void> look = auditor.look();
        while (!look.isComplete()) {
            Await.until("asked or done", () -> !asked.isEmpty() || look.isComplete());
            Runnable answer = asked.poll();
            if (answer != null) {
                auditor.look();
                answer.run();
            }
        }
        // A look at the ranking, which is empty, and one at the first athletes.
        assertEquals(10, audited());
    }

    /** Whoever cannot be reached is not asked the more for it. */
    @Test
    void shouldCountTheTimeOfALookThatFails() {
        AtomicInteger asked = new AtomicInteger();
        RankingStore gone = new RankingStore(request -> {
            asked.incrementAndGet();
            return Future.failedFuture("gone");
        });
        Auditor auditor = auditor(gone, new AuditPace(500, 5), TimeUnit.SECONDS.toNanos(1));
        for (int second = 0; second < SECONDS; second++) {
            auditor.look().onFailure(expected -> {});
        }
        assertEquals(5, asked.get());
    }

    /** A second each, and a twentieth of the time: one look, of a few entries, in twenty seconds. */
    @Test
    void shouldTakeNoMoreThanItsShareOfTheTime() {
        double audited = auditedAfterSeconds(TimeUnit.SECONDS.toNanos(1));
        assertTrue(audited >= 10 && audited <= 50, audited + " entries");
    }
}
