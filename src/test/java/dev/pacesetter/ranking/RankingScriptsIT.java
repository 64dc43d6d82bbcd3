package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pacesetter.domain.Batch;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.domain.Score;
import dev.pacesetter.domain.Zone;
import dev.pacesetter.ranking.DirtyEntries.Position;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.ranking.RankingStore.Meta;
import dev.pacesetter.ranking.RankingStore.Origin;
import dev.pacesetter.ranking.RankingStore.Outcome;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * The scripts on a real Redis against a plain model: whatever is committed in whatever batches and streams, applied in
 * whatever order, twice, or by somebody who believes something else, taken back, settled from a snapshot that is long
 * out of date, with Redis going back in time in between: once everything is applied, the ranking is the sorted list.
 */
class RankingScriptsIT {

    private static final Origin ORIGIN = new Origin("property", 3);
    /** Around both changes of the clock, a year's end in the middle of an ISO week, a leap day. */
    private static final List<Instant> MOMENTS = List.of(
            Instant.parse("2025-12-31T23:59:59.999Z"),
            Instant.parse("2026-01-04T23:30:00Z"),
            Instant.parse("2026-03-29T01:00:00Z"),
            Instant.parse("2026-10-25T00:59:59Z"),
            Instant.parse("2028-02-29T12:00:00Z"),
            Instant.parse("2026-11-01T05:30:00Z"));

    private static final List<String> ZONES =
            List.of("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "Pacific/Apia");

    private static Vertx vertx;
    private static RedisHandle redis;
    private static RedisConnection connection;
    private static RankingStore store;
    private static DirtyEntries dirty;

    @BeforeContainer
    static void start() {
        vertx = Vertx.vertx();
        redis = Stores.newRedis();
        connection = Await.result(Redis.createClient(vertx, redis.uri()).connect());
        store = new RankingStore(RankingScriptsIT::send);
        dirty = new DirtyEntries(RankingScriptsIT::send);
    }

    @AfterContainer
    static void stop() {
        Await.closed(vertx);
        redis.close();
    }

    private static Future<Response> send(Request request) {
        return connection.send(request);
    }

    @Provide
    static Arbitrary<BoardPeriod> boards() {
        Arbitrary<PeriodRule> rules = Arbitraries.of(
                new PeriodRule.AllTime(), new PeriodRule.Daily(), new PeriodRule.Weekly(), new PeriodRule.Monthly());
        return Combinators.combine(
                        Arbitraries.of(Mode.values()),
                        Arbitraries.of(Order.values()),
                        rules,
                        Arbitraries.of(ZONES),
                        Arbitraries.of(MOMENTS),
                        Arbitraries.of(Set.of("*"), Set.of("run"), Set.of("run", "ride")))
                .as((mode, order, rule, zone, at, activities) -> {
                    Leaderboard leaderboard = new Leaderboard(
                            "property",
                            "",
                            activities,
                            mode,
                            order,
                            rule,
                            Zone.of(zone),
                            "",
                            0,
                            0,
                            Score.MAX,
                            Leaderboard.Visibility.PUBLIC);
                    return new BoardPeriod(
                            leaderboard, leaderboard.periodAt(at, 0).orElseThrow());
                });
    }

    @Provide
    static Arbitrary<List<Integer>> steps() {
        return Arbitraries.integers().between(0, 999_999).list().ofMinSize(5).ofMaxSize(120);
    }

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void shouldEqualTheSortedListWhateverHappens(
            @ForAll("boards") BoardPeriod board, @ForAll("steps") List<Integer> steps) {
        install(board);
        new Run(board).play(steps);
    }

    private static void install(BoardPeriod board) {
        Await.result(connection.send(Request.cmd(Command.FLUSHALL)));
        RankingKeys staged = RankingKeys.staged(board, "first");
        Await.result(store.seal(board, staged, ORIGIN, "first", 0, Map.of()));
        Await.result(store.install(board, staged, null));
    }

    private static BoardPeriod sumOfAll() {
        return boards().filter(
                        one -> one.leaderboard().takesAll() && one.leaderboard().mode() == Mode.SUM && one.isEndless())
                .sample();
    }

    /**
     * One node corrects an entry, it becomes dirty a second time, and another node comes with a snapshot that saw both
     * corrections and not what was applied in between: too rare to be left to chance.
     */
    @Example
    void shouldNotTakeASnapshotReadForAnEarlierMark() {
        BoardPeriod board = sumOfAll();
        install(board);
        Run run = new Run(board);
        Instant at = MOMENTS.get(4);
        run.log.commit(0, List.of(new Score(UUID.randomUUID(), "u", "run", 100, at)));
        run.log.commit(0, List.of(new Score(UUID.randomUUID(), "u", "run", 10, at)));
        run.log.takeBack(0, 0);
        run.applyNext(0, 9);
        run.readForSettling(0);
        run.log.takeBack(1, 0);
        run.readForSettling(1);
        run.settle(0);
        run.log.commit(2, List.of(new Score(UUID.randomUUID(), "u", "run", 7, at)));
        run.applyNext(2, 9);
        run.applyNext(1, 9);
        run.settle(1);
        run.play(List.of());
    }

    /** Nobody's entry has become wrong by it, and nobody may miss in between. */
    @Example
    void shouldKeepAFirstScoreThatComesWhileItsEntryIsLookedAt() {
        BoardPeriod board = sumOfAll();
        install(board);
        Run run = new Run(board);
        Await.result(dirty.audit(board, List.of("u")));
        run.readForSettling(0);
        run.log.commit(0, List.of(new Score(UUID.randomUUID(), "u", "run", 10, MOMENTS.get(4))));
        run.applyNext(0, 9);
        List<Line> before = run.page();
        assertEquals(1, before.size());
        DirtyEntries.Outcome.Settled settled =
                assertInstanceOf(DirtyEntries.Outcome.Settled.class, Await.result(run.settled(0)));
        assertEquals(Set.of(), settled.different());
        assertEquals(before, run.page());
        run.play(List.of());
    }

    /** One history. */
    private static final class Run {
        private final BoardPeriod board;
        private final PlainLog log = new PlainLog();
        private @Nullable Map<String, byte[]> dump;
        /** Snapshots that two nodes have read. */
        private final @Nullable Settling[] settlings = new Settling[2];

        /** A snapshot that was read, and is not yet written. */
        private record Settling(Meta meta, Map<Long, Position> positions, List<Line> lines) {}

        Run(BoardPeriod board) {
            this.board = board;
        }

        void play(List<Integer> steps) {
            for (int step : steps) {
                int pick = step / 10;
                switch (step % 10) {
                    case 0, 1, 2 -> log.commit(pick % 3, scores(pick));
                    case 3 -> log.takeBack(pick % 3, pick / 3);
                    case 4, 5 -> applyNext(pick % 3, 1 + pick / 3 % 3);
                    case 6 -> applyAnything(pick);
                    case 7 -> readForSettling(pick % 2);
                    case 8 -> settle(pick % 2);
                    default -> travel(pick % 4 == 0);
                }
            }
            for (long stream : log.streams.keySet()) {
                applyNext(stream, Integer.MAX_VALUE);
            }
            settle(0);
            settle(1);
            while (!meta().dirty().isEmpty()) {
                readForSettling(0);
                settle(0);
            }
            assertEquals(log.ranking(board), page());
            assertEquals(0, Long.parseLong(Await.result(store.version(board)).split(":", -1)[2]));
        }

        private List<Score> scores(int pick) {
            List<Score> scores = new ArrayList<>();
            for (int i = 0; i <= pick % 4; i++) {
                int n = pick / 7 + 13 * i;
                Instant near = MOMENTS.get(n % MOMENTS.size());
                // Mostly inside the board's period, few values and coarse times, so that ties happen.
                Instant at = n % 5 == 0
                        ? near
                        : board.period().from().isAfter(Instant.EPOCH)
                                ? board.period().from().plus(Duration.ofMinutes(n % 7 * 17L))
                                : near.plusSeconds(n % 11 * 60L);
                int value = n % 97 == 0 ? Score.MAX : n % 4 * 5;
                scores.add(new Score(
                        UUID.randomUUID(),
                        "u" + n % 6,
                        List.of("run", "ride", "swim").get(n % 3),
                        value,
                        at));
            }
            return scores;
        }

        private Meta meta() {
            Meta meta = Await.result(store.meta(board));
            if (meta == null) {
                throw new AssertionError("no ranking");
            }
            return meta;
        }

        /** As an applier does that knows where the ranking is: some batches in a row, those that touch it, as one. */
        private void applyNext(long stream, int most) {
            long applied = meta().applied().getOrDefault(stream, 0L);
            BoardBatch run = null;
            for (Batch batch : log.streams.getOrDefault(stream, List.of())) {
                BoardBatch next = BoardBatch.of(board, batch);
                if (batch.number() > applied && batch.number() <= applied + (long) most && next.size() > 0) {
                    run = run == null ? next : run.and(next, board);
                }
            }
            if (run != null) {
                assertInstanceOf(
                        Outcome.Applied.class,
                        Await.result(store.apply(board, RankingKeys.of(board), ORIGIN, applied, run)));
            }
        }

        /** As one does that is late, doubled, or believes something wrong: nothing may come of it. */
        private void applyAnything(int pick) {
            List<Batch> batches = log.streams.getOrDefault((long) (pick % 3), List.of());
            if (batches.isEmpty()) {
                return;
            }
            Batch batch = batches.get(pick / 3 % batches.size());
            long applied = meta().applied().getOrDefault(batch.stream(), 0L);
            long believed = applied + 1 + pick % 2;
            Origin origin = pick % 5 == 0 ? new Origin("other", 3) : ORIGIN;
            BoardBatch part = BoardBatch.of(board, batch);
            List<Line> before = page();
            Outcome outcome = Await.result(store.apply(board, RankingKeys.of(board), origin, believed, part));
            assertEquals(pick % 5 == 0 ? Outcome.Foreign.class : Outcome.OutOfStep.class, outcome.getClass());
            assertEquals(before, page());
        }

        private void readForSettling(int node) {
            Meta meta = meta();
            Map<Long, Position> positions = new HashMap<>();
            log.positions().forEach((stream, at) -> {
                long had = Math.min(at, meta.applied().getOrDefault(stream, 0L));
                positions.put(stream, new Position(at, Math.max(had, log.lastTouching(board, stream, had))));
            });
            settlings[node] = new Settling(meta, positions, log.ranking(board));
        }

        private void settle(int node) {
            Settling read = settlings[node];
            if (read != null && !read.meta().dirty().isEmpty()) {
                Await.result(settled(node));
            }
        }

        private Future<DirtyEntries.Outcome> settled(int node) {
            Settling read = settlings[node];
            return dirty.settle(board, ORIGIN, read.positions(), read.meta().dirty(), read.lines());
        }

        /** Keeps what Redis holds, or brings back what it held. */
        private void travel(boolean back) {
            Map<String, byte[]> kept = dump;
            if (!back || kept == null) {
                Map<String, byte[]> now = new HashMap<>();
                for (String key : RankingKeys.of(board).both()) {
                    Response bytes = Await.result(send(Request.cmd(Command.DUMP).arg(key)));
                    if (bytes != null) {
                        now.put(key, bytes.toBytes());
                    }
                }
                dump = now;
                return;
            }
            Await.result(send(Request.cmd(Command.DEL)
                    .arg(RankingKeys.of(board).set())
                    .arg(RankingKeys.of(board).meta())));
            kept.forEach((key, bytes) -> Await.result(
                    send(Request.cmd(Command.RESTORE).arg(key).arg(0).arg(bytes))));
        }

        private List<Line> page() {
            return Await.result(store.page(board, 0, 200)).lines();
        }
    }
}
