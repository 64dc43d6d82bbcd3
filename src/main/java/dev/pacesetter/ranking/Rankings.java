package dev.pacesetter.ranking;

import dev.pacesetter.bus.BusMessage.Committed;
import dev.pacesetter.domain.Batch;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Score;
import dev.pacesetter.domain.Standing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All rankings as this node knows them: hands committed batches to the boards they touch, recovers boards in doubt,
 * looks after streams whose node died, and reports what is applied everywhere. Runs on one event loop.
 */
final class Rankings implements RankedBoard.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(Rankings.class);
    /** An own batch is applied long before; another node's, too, unless it died. */
    private static final long ORPHANED_MILLIS = 2_000;

    private static final long RECOVERY_RETRY_MILLIS = 300;
    private static final int MAX_BOARDS = 2_000;

    private final Vertx vertx;
    private final Supplier<Leaderboards> leaderboards;
    private final RankingStore store;
    private final OutboxStore outbox;
    private final Recovery recovery;
    private final StandingsDesk desk;
    private final Standings standings;
    private final Consumer<BoardPeriod> onChanged;
    private final Clock clock;
    private final int maxPending;

    private final Map<String, RankedBoard> boards = new LinkedHashMap<>();
    private final Set<RankedBoard> inDoubt = new LinkedHashSet<>();
    /** By stream, the last batch that was handed to the boards. */
    private final Map<Long, Long> handed = new HashMap<>();

    private final Map<Long, Long> reported = new HashMap<>();
    private final Set<Long> own = new HashSet<>();
    private boolean up;
    private boolean recovering;
    private boolean swept;
    private boolean sweeping;

    /** Reads where a user stands. */
    interface Standings {
        Future<@Nullable Standing> read(BoardPeriod board, String userId);
    }

    Rankings(
            Vertx vertx,
            Supplier<Leaderboards> leaderboards,
            RankingStore store,
            OutboxStore outbox,
            Recovery recovery,
            StandingsDesk desk,
            Standings standings,
            Consumer<BoardPeriod> onChanged,
            Clock clock,
            int maxPending) {
        this.vertx = vertx;
        this.leaderboards = leaderboards;
        this.store = store;
        this.outbox = outbox;
        this.recovery = recovery;
        this.desk = desk;
        this.standings = standings;
        this.onChanged = onChanged;
        this.clock = clock;
        this.maxPending = maxPending;
    }

    /** Redis is there, and may hold anything. */
    void redisUp() {
        up = true;
        swept = false;
        ensureCurrent();
        boards.values().forEach(board -> {
            board.startDoubt(false);
            inDoubt.add(board);
        });
        recoverSoon();
        sweep(0);
    }

    /** Redis is gone: what comes from now on is found in the outbox later. */
    void redisDown() {
        up = false;
        boards.values().forEach(board -> {
            board.startDoubt(false);
            board.dropPending();
            inDoubt.add(board);
        });
    }

    /** Whether every current board is caught up, so that no rank is partial. */
    boolean isReady() {
        return up
                && swept
                && current().stream().allMatch(board -> {
                    RankedBoard known = boards.get(board.name());
                    return known != null && known.isTrusted();
                });
    }

    int boardsInDoubt() {
        return inDoubt.size();
    }

    Collection<RankedBoard> boards() {
        return boards.values();
    }

    Set<Long> ownStreams() {
        return own;
    }

    /** The board, as soon as it can be trusted. */
    Future<RankedBoard> trusted(BoardPeriod board) {
        if (!up) {
            return Future.failedFuture(new RedisDown("Redis is down"));
        }
        RankedBoard known = board(board);
        return known.isTrusted()
                ? Future.succeededFuture(known)
                : known.whenTrusted().map(known);
    }

    /** Makes a board anew; false when that cannot be done now. */
    boolean rebuild(BoardPeriod board) {
        if (up) {
            doubt(board(board), "a rebuild was asked for", true);
        }
        return up;
    }

    /** Takes a batch that a writer of this node committed. */
    void committed(Committed committed) {
        Batch batch = committed.batch();
        own.add(batch.stream());
        for (Score score : batch.scores()) {
            if (committed.wanted().contains(score.id())) {
                desk.expect(score.id(), touched(score).size(), System.nanoTime());
            }
        }
        hand(batch, committed.wanted());
    }

    private void hand(Batch batch, Set<UUID> wanted) {
        long last = handed.getOrDefault(batch.stream(), 0L);
        if (batch.number() <= last) {
            wanted.forEach(score -> desk.deliver(score, null));
            return;
        }
        handed.put(batch.stream(), batch.number());
        if (!up) {
            // The recovery finds it in the outbox.
            wanted.forEach(score -> desk.deliver(score, null));
            return;
        }
        Map<RankedBoard, BoardBatch> parts = new LinkedHashMap<>();
        for (Score score : batch.scores()) {
            for (BoardPeriod touched : touched(score)) {
                parts.computeIfAbsent(board(touched), board -> BoardBatch.of(batch.stream(), batch.number()))
                        .add(touched, score, wanted);
            }
        }
        parts.forEach(RankedBoard::offer);
    }

    private List<BoardPeriod> touched(Score score) {
        List<BoardPeriod> touched = new ArrayList<>();
        for (Leaderboard leaderboard : leaderboards.get().taking(score.activity())) {
            leaderboard
                    .periodAt(score.occurredAt())
                    .ifPresent(period -> touched.add(new BoardPeriod(leaderboard, period)));
        }
        return touched;
    }

    private RankedBoard board(BoardPeriod board) {
        RankedBoard known = boards.get(board.name());
        if (known == null) {
            makeRoom();
            known = new RankedBoard(board, store, this, maxPending);
            boards.put(board.name(), known);
            inDoubt.add(known);
            recoverSoon();
        }
        return known;
    }

    private void makeRoom() {
        if (boards.size() < MAX_BOARDS) {
            return;
        }
        Set<String> needed = new HashSet<>();
        current().forEach(board -> needed.add(board.name()));
        boards.values()
                .removeIf(board -> board.isTrusted()
                        && board.isIdle()
                        && !needed.contains(board.board().name()));
    }

    private List<BoardPeriod> current() {
        List<BoardPeriod> current = new ArrayList<>();
        leaderboards.get().all().forEach(one -> current.add(new BoardPeriod(one, one.currentPeriod(clock.instant()))));
        return current;
    }

    /** Knows every leaderboard's current period, so that a new one is ready before its first score. */
    void ensureCurrent() {
        current().forEach(this::board);
    }

    /** Looks whether the rankings are still what they were: none vanished, was replaced, or went back in time. */
    Future<Void> poll() {
        ensureCurrent();
        if (!up) {
            return Future.succeededFuture();
        }
        List<Future<Void>> all = new ArrayList<>();
        for (RankedBoard board : List.copyOf(boards.values())) {
            if (board.isTrusted()) {
                int asOf = board.doubts();
                all.add(store.version(board.board()).map(found -> {
                    if (board.doubts() == asOf) {
                        compare(board, found);
                    }
                    return null;
                }));
            }
        }
        return Future.join(all).mapEmpty();
    }

    private void compare(RankedBoard board, String found) {
        int colon = found.indexOf(':');
        if (colon < 0) {
            doubt(board, "the ranking is gone", false);
        } else if (!found.substring(0, colon).equals(board.epoch())) {
            doubt(board, "the ranking was replaced", false);
        } else {
            long version = Long.parseLong(found.substring(colon + 1));
            if (version < board.version()) {
                doubt(board, "the ranking went back in time", false);
            } else if (board.poll(version)) {
                onChanged.accept(board.board());
            }
        }
    }

    @Override
    public void doubt(RankedBoard board, String why, boolean rebuild) {
        if (up) {
            LOG.atWarn()
                    .addKeyValue("board", board.board().name())
                    .addKeyValue("why", why)
                    .log("A ranking is in doubt");
        }
        board.startDoubt(rebuild);
        inDoubt.add(board);
        recoverSoon();
    }

    @Override
    public void standing(UUID scoreId, @Nullable Standing standing) {
        desk.deliver(scoreId, standing);
    }

    @Override
    public void readStanding(RankedBoard board, UUID scoreId, String userId) {
        standings
                .read(board.board(), userId)
                .onComplete(read -> desk.deliver(scoreId, read.succeeded() ? read.result() : null));
    }

    private void recoverSoon() {
        // What comes into doubt in the same turn is recovered together.
        vertx.runOnContext(turn -> recover());
    }

    private void recover() {
        if (!up || recovering || inDoubt.isEmpty()) {
            return;
        }
        recovering = true;
        List<RankedBoard> round = List.copyOf(inDoubt);
        inDoubt.clear();
        Map<RankedBoard, Integer> asOf = new HashMap<>();
        round.forEach(board -> asOf.put(board, board.doubts()));
        recovery.run(round).onComplete(result -> {
            recovering = false;
            if (result.succeeded()) {
                round.forEach(board -> {
                    board.endDoubt(asOf.getOrDefault(board, -1));
                    onChanged.accept(board.board());
                });
                recover();
            } else {
                inDoubt.addAll(round);
                LOG.atWarn()
                        .addKeyValue("why", result.cause().getMessage())
                        .addKeyValue("boards", inDoubt.size())
                        .log("Recovery failed, trying again");
                vertx.setTimer(RECOVERY_RETRY_MILLIS, id -> recover());
            }
        });
    }

    /** Looks after batches that nobody reported as applied. */
    Future<Void> sweep() {
        return sweep(swept ? ORPHANED_MILLIS : 0);
    }

    private Future<Void> sweep(long olderThanMillis) {
        if (!up || sweeping) {
            return Future.succeededFuture();
        }
        sweeping = true;
        return outbox.unapplied(olderThanMillis)
                .compose(streams -> Future.join(streams.entrySet().stream()
                        .map(stream -> sweep(stream.getKey(), stream.getValue()))
                        .toList()))
                .onSuccess(done -> swept = true)
                .onComplete(done -> sweeping = false)
                .mapEmpty();
    }

    private Future<Void> sweep(long stream, long appliedTo) {
        handed.merge(stream, appliedTo, Math::max);
        return outbox.read(stream, handed.getOrDefault(stream, 0L)).compose(batches -> {
            if (batches.isEmpty()) {
                return Future.succeededFuture();
            }
            LOG.atInfo()
                    .addKeyValue("stream", stream)
                    .addKeyValue("batches", batches.size())
                    .log("Taking over batches that nobody applied");
            batches.forEach(batch -> hand(batch, Set.of()));
            return sweep(stream, appliedTo);
        });
    }

    /** Reports how far every board has come, for each stream that moved. */
    Future<Void> report() {
        if (!up || boards.values().stream().anyMatch(board -> !board.isTrusted())) {
            return Future.succeededFuture();
        }
        Map<Long, Long> moved = new HashMap<>();
        handed.forEach((stream, last) -> {
            long to = last;
            for (RankedBoard board : boards.values()) {
                Long first = board.firstPending(stream);
                if (first != null) {
                    to = Math.min(to, first - 1);
                }
            }
            if (to > reported.getOrDefault(stream, 0L)) {
                moved.put(stream, to);
            }
        });
        return outbox.reportApplied(moved).onSuccess(done -> reported.putAll(moved));
    }

    /** Forgets streams that are over. */
    void forget(Collection<Long> streams) {
        handed.keySet().removeAll(streams);
        reported.keySet().removeAll(streams);
        own.removeAll(streams);
    }
}
