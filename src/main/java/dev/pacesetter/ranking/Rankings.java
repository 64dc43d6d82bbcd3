package dev.pacesetter.ranking;

import dev.pacesetter.bus.BusMessage.Committed;
import dev.pacesetter.domain.Batch;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Correction;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Score;
import dev.pacesetter.domain.Standing;
import dev.pacesetter.ranking.RankingStore.Meta;
import dev.pacesetter.redis.RedisDown;
import dev.pacesetter.settings.RankingSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All rankings as this node knows them: hands committed batches to the boards they touch, and recovers boards in doubt.
 * Runs on one event loop.
 */
final class Rankings implements RankedBoard.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(Rankings.class);
    private static final long RECOVERY_RETRY_MILLIS = 300;
    private static final int MAX_BOARDS = 2_000;

    private final Vertx vertx;
    private final Supplier<Leaderboards> leaderboards;
    private final OpenBoards open;
    private final RankingStore store;
    private final Recovery recovery;
    private final RebuildQueue rebuilds;
    private final Corrector corrector;
    private final StandingsDesk desk;
    private final Standings standings;
    private final Consumer<BoardPeriod> onChanged;
    private final RankingMeters meters;
    private final int maxPending;
    private final int maxDoubted;

    private final Map<String, RankedBoard> boards = new LinkedHashMap<>();
    private final Set<RankedBoard> inDoubt = new LinkedHashSet<>();
    private final Streams streams;
    private boolean up;
    private boolean recovering;

    /** Reads where a user stands. */
    interface Standings {
        Future<RankingReads.Stand> read(BoardPeriod board, String userId);
    }

    /**
     * With the stores and those who hear of it.
     *
     * @param desk where the standings that somebody waits for are handed in
     * @param onChanged hears of boards that changed
     * @param onDrift hears of entries that were wrong without a reason, and were put right
     */
    Rankings(
            Vertx vertx,
            Supplier<Leaderboards> leaderboards,
            RankingStore store,
            DirtyEntries entries,
            OutboxStore outbox,
            Snapshot snapshot,
            StandingsDesk desk,
            Standings standings,
            Consumer<BoardPeriod> onChanged,
            BiConsumer<RankedBoard, Set<String>> onDrift,
            RankingMeters meters,
            Clock clock,
            RankingSettings settings) {
        this.vertx = vertx;
        this.leaderboards = leaderboards;
        this.open = new OpenBoards(leaderboards, clock);
        this.store = store;
        this.desk = desk;
        this.standings = standings;
        this.onChanged = onChanged;
        this.meters = meters;
        this.maxPending = settings.maxPending();
        this.maxDoubted = settings.maxDoubted();
        Replay replay = new Replay(outbox, store);
        this.recovery = new Recovery(outbox, store, replay);
        Supplier<String> names = () -> UUID.randomUUID().toString().substring(0, 13);
        Rebuilder rebuilder = new Rebuilder(snapshot, store, outbox, replay, clock, names);
        this.rebuilds = new RebuildQueue(vertx, rebuilder::rebuild, open::currentNames, this::rebuilt);
        this.corrector = new Corrector(vertx, snapshot, store, entries, this::isSound, onDrift);
        this.streams = new Streams(outbox, batch -> hand(batch, Set.of()));
    }

    /** Redis is there, and may hold anything. */
    void redisUp() {
        up = true;
        streams.startAnew();
        ensureCurrent();
        boards.values().forEach(board -> startDoubt(board, false));
        recoverSoon();
        sweep();
    }

    /** Redis is gone: what comes from now on is found in the outbox later. */
    void redisDown() {
        up = false;
        rebuilds.clear();
        boards.values().forEach(board -> {
            startDoubt(board, false);
            board.dropPending();
        });
    }

    /** Whether every current board is caught up, so that no rank is partial. */
    boolean isReady() {
        return up
                && streams.isSwept()
                && open.current().stream().allMatch(board -> {
                    RankedBoard known = boards.get(board.name());
                    return known != null && known.isTrusted();
                });
    }

    int boardsInDoubt() {
        return (int)
                boards.values().stream().filter(board -> !board.isTrusted()).count();
    }

    Collection<RankedBoard> boards() {
        return boards.values();
    }

    Set<Long> ownStreams() {
        return streams.own();
    }

    /** Whether it is ranked on this node; what nobody has asked for or scored on lately is not. */
    boolean isKnown(BoardPeriod board) {
        return boards.containsKey(board.name());
    }

    /**
     * The board, as soon as it can be trusted. Fails at once while Redis is down, and for one that would have to be taken
     * up first while too many are in doubt: each may cost a large question to PostgreSQL.
     */
    Future<RankedBoard> trusted(BoardPeriod board) {
        if (!up) {
            return Future.failedFuture(new RedisDown("Redis is down"));
        }
        RankedBoard known = boards.get(board.name());
        if (known == null) {
            if (boardsInDoubt() >= maxDoubted) {
                return Future.failedFuture("too many rankings are being made");
            }
            known = board(board);
        }
        return known.isTrusted()
                ? Future.succeededFuture(known)
                : known.whenTrusted().map(known);
    }

    /** Makes a board anew, while it is served as it is; false when that cannot be done now. */
    boolean rebuild(BoardPeriod board) {
        if (up) {
            rebuilds.add(board(board), "asked for");
        }
        return up;
    }

    private void rebuilt(RankedBoard board) {
        if (!isKnown(board)) {
            // Begun before its definition went.
            removeIfGone(board.board());
        } else if (up) {
            startDoubt(board, false);
            recoverSoon();
        }
    }

    /** Takes a batch that a writer of this node committed. */
    void committed(Committed committed) {
        Batch batch = committed.batch();
        streams.isOwn(batch.stream());
        for (Score score : batch.scores()) {
            if (committed.wanted().contains(score.id())) {
                desk.expect(score.id(), open.touched(score).size(), System.nanoTime());
            }
        }
        hand(batch, committed.wanted());
    }

    private void hand(Batch batch, Set<UUID> wanted) {
        if (!streams.follow(batch) || !up) {
            // Without Redis, the recovery finds it in the outbox.
            wanted.forEach(score -> desk.deliver(score, null));
            return;
        }
        Map<RankedBoard, BoardBatch> parts = new LinkedHashMap<>();
        for (Score score : batch.scores()) {
            for (BoardPeriod touched : open.touched(score)) {
                part(parts, batch, touched).add(touched, score, wanted);
            }
        }
        for (Correction correction : batch.corrections()) {
            for (BoardPeriod touched : open.touched(correction)) {
                part(parts, batch, touched).add(correction);
            }
        }
        parts.forEach(RankedBoard::offer);
    }

    private BoardBatch part(Map<RankedBoard, BoardBatch> parts, Batch batch, BoardPeriod touched) {
        return parts.computeIfAbsent(board(touched), board -> BoardBatch.of(batch.stream(), batch.number()));
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
        Set<String> needed = open.currentNames();
        boards.values()
                .removeIf(board -> board.isTrusted()
                        && board.isIdle()
                        && !needed.contains(board.board().name()));
    }

    /**
     * There are other leaderboards than before. A board that ranks by other rules than it did, or is sealed since, is taken
     * up as if it were new, and the recovery finds that what Redis holds is of another shape, and makes it anew.
     */
    void redefined() {
        for (RankedBoard board : List.copyOf(boards.values())) {
            Leaderboard before = board.board().leaderboard();
            Optional<Leaderboard> now = leaderboards.get().find(before.id());
            Optional<BoardPeriod> same =
                    now.map(one -> new BoardPeriod(one, board.board().period()));
            if (same.isEmpty() || !same.get().shape().equals(board.board().shape())) {
                boards.remove(board.board().name());
                inDoubt.remove(board);
                board.startDoubt(false);
                board.dropPending();
                removeIfGone(board.board());
                onChanged.accept(board.board());
            }
        }
        ensureCurrent();
    }

    /** Drops what Redis holds of a board that no definition has any longer, or that is sealed and read from PostgreSQL. */
    private void removeIfGone(BoardPeriod board) {
        if (up && !open.contains(board)) {
            store.remove(board).onFailure(failure -> LOG.atWarn()
                    .addKeyValue("board", board.name())
                    .addKeyValue("why", failure.getMessage())
                    .log("A ranking that is no longer there was not removed from Redis"));
        }
    }

    /** Whether this is the one in use, and not one of a definition that was replaced. */
    private boolean isKnown(RankedBoard board) {
        return boards.get(board.board().name()) == board;
    }

    /** Knows every leaderboard's current period, so that a new one is ready before its first score. */
    void ensureCurrent() {
        open.current().forEach(this::board);
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
        String[] parts = found.split(":", 3);
        if (parts.length < 3) {
            doubt(board, "the ranking is gone", false);
            return;
        }
        long version = Long.parseLong(parts[1]);
        if (isSame(board, parts[0], version)) {
            board.dirty(Long.parseLong(parts[2]));
            if (board.poll(version)) {
                onChanged.accept(board.board());
            }
        }
    }

    private boolean isSound(RankedBoard board, Meta meta) {
        return board.isTrusted() && isSame(board, meta.epoch(), meta.version());
    }

    /** Whether a ranking is what this node knows, or later; if not, it is in doubt from now on. */
    private boolean isSame(RankedBoard board, String epoch, long version) {
        if (!epoch.equals(board.epoch())) {
            doubt(board, "the ranking was replaced", false);
            return false;
        }
        if (version < board.version()) {
            doubt(board, "the ranking went back in time", false);
            return false;
        }
        return true;
    }

    @Override
    public void doubt(RankedBoard board, String why, boolean rebuild) {
        if (!isKnown(board)) {
            return;
        }
        if (up) {
            LOG.atWarn()
                    .addKeyValue("board", board.board().name())
                    .addKeyValue("why", why)
                    .log("A ranking is in doubt");
        }
        startDoubt(board, rebuild);
        recoverSoon();
    }

    private void startDoubt(RankedBoard board, boolean rebuild) {
        board.startDoubt(rebuild);
        inDoubt.add(board);
        // Copies of what it was are worth no more than it is.
        onChanged.accept(board.board());
    }

    @Override
    public void applied(RankedBoard board, BoardBatch run) {
        meters.applied(board, run);
        if (!run.wanted().isEmpty()) {
            // Who is told a standing, and then reads the list, must find it there.
            onChanged.accept(board.board());
        }
    }

    @Override
    public void standing(UUID scoreId, @Nullable Standing standing) {
        desk.deliver(scoreId, standing);
    }

    @Override
    public void readStanding(RankedBoard board, UUID scoreId, String userId) {
        if (!desk.expects(scoreId)) {
            return;
        }
        standings.read(board.board(), userId).onComplete(read -> {
            if (read.failed()) {
                desk.deliver(scoreId, null);
            } else if (read.result().settled()) {
                desk.deliver(scoreId, read.result().standing());
            } else {
                board.awaitSettled(scoreId, userId);
            }
        });
    }

    @Override
    public void dirty(RankedBoard board) {
        corrector.settle(board);
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
                Map<RankedBoard, String> missing = result.result();
                round.stream().filter(board -> !missing.containsKey(board)).forEach(board -> {
                    board.endDoubt(asOf.getOrDefault(board, -1));
                    onChanged.accept(board.board());
                });
                if (up) {
                    missing.forEach((board, why) -> {
                        if (isKnown(board)) {
                            rebuilds.add(board, why);
                        }
                    });
                }
                recover();
            } else {
                round.stream().filter(this::isKnown).forEach(inDoubt::add);
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
        return up ? streams.sweep() : Future.succeededFuture();
    }

    /** Reports how far every board has come. */
    Future<Void> report() {
        return allTold() ? streams.report(boards.values()) : Future.succeededFuture();
    }

    private boolean allTold() {
        return up && boards.values().stream().allMatch(RankedBoard::isTrusted);
    }

    /** How many batches this node has seen that are not in every ranking. */
    long behind() {
        return streams.behind(boards.values(), allTold());
    }

    /** Forgets streams that are over. */
    void forget(Collection<Long> finished) {
        streams.forget(finished);
    }
}
