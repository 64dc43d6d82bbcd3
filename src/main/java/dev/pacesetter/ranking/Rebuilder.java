package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.ranking.OutboxStore.LogState;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.ranking.RankingStore.Origin;
import io.vertx.core.Future;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a ranking anew from the scores: read in one snapshot together with the stream positions that the snapshot saw,
 * streamed in bounded pieces into keys on the side, brought up to date there from the outbox, and put in place in one
 * step. The old ranking, if there is one, is served and written to meanwhile.
 */
final class Rebuilder {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuilder.class);
    private static final int CHUNK = 5_000;
    /** The first comes after all scores of the period have been summed up. */
    private static final long CHUNK_SECONDS = 600;

    private static final long PROGRESS_EVERY = 100_000;
    /** What is still missing when it is put in place is replayed then; this many batches take a moment. */
    private static final long CLOSE_ENOUGH = 20;

    private static final int MOST_LAPS = 10;
    private static final Duration KEEP_CURRENT = Duration.ofDays(7);
    private static final Duration KEEP_PAST = Duration.ofHours(1);

    private final Snapshot snapshot;
    private final RankingStore store;
    private final OutboxStore outbox;
    private final Replay replay;
    private final Clock clock;
    private final Supplier<String> names;

    /** @param names makes a fresh name at each call, for epochs and keys on the side */
    Rebuilder(
            Snapshot snapshot,
            RankingStore store,
            OutboxStore outbox,
            Replay replay,
            Clock clock,
            Supplier<String> names) {
        this.snapshot = snapshot;
        this.store = store;
        this.outbox = outbox;
        this.replay = replay;
        this.clock = clock;
        this.names = names;
    }

    /** Rebuilds one ranking; the result is how many entries the snapshot had. */
    Future<Long> rebuild(BoardPeriod board) {
        String name = names.get();
        RankingKeys keys = RankingKeys.staged(board, name);
        return snapshot.read((connection, state) ->
                        copy(connection, board, keys).map(entries -> new Staged(board, keys, state, entries)))
                .compose(staged -> store.seal(
                                board, keys, staged.origin(), name, staged.entries, Map.copyOf(staged.applied))
                        .compose(done -> catchUp(staged, MOST_LAPS))
                        .compose(close -> store.install(board, keys, expires(board)))
                        .map(staged.entries))
                .onFailure(failure -> store.unstage(keys));
    }

    /** A ranking on the side. */
    private static final class Staged implements Replay.Target {
        private final BoardPeriod board;
        private final RankingKeys keys;
        private final Origin origin;
        private final long entries;
        private final Map<Long, Long> applied = new HashMap<>();

        Staged(BoardPeriod board, RankingKeys keys, LogState state, long entries) {
            this.board = board;
            this.keys = keys;
            this.origin = state.origin();
            this.entries = entries;
            state.streams().forEach((stream, at) -> applied.put(stream, at.writtenTo()));
        }

        @Override
        public BoardPeriod board() {
            return board;
        }

        @Override
        public RankingKeys keys() {
            return keys;
        }

        @Override
        public Origin origin() {
            return origin;
        }

        @Override
        public long applied(long stream) {
            return applied.getOrDefault(stream, 0L);
        }

        @Override
        public void applied(long stream, long batch) {
            applied.merge(stream, batch, Math::max);
        }
    }

    /** The copy took a while: what was committed meanwhile is applied before anybody sees it. */
    private Future<Void> catchUp(Staged staged, int laps) {
        return outbox.state()
                .compose(state -> replay.run(List.of(staged), state))
                .compose(batches ->
                        batches > CLOSE_ENOUGH && laps > 1 ? catchUp(staged, laps - 1) : Future.succeededFuture());
    }

    private Future<Long> copy(SqlConnection connection, BoardPeriod board, RankingKeys keys) {
        EntryQuery query = EntryQuery.all(board);
        return Snapshot.bounded(connection.prepare(query.sql()))
                .compose(statement -> pour(statement.cursor(query.arguments()), board, keys, 0)
                        .eventually(() -> Snapshot.bounded(statement.close())));
    }

    private Future<Long> pour(Cursor cursor, BoardPeriod board, RankingKeys keys, long before) {
        return cursor.read(CHUNK).timeout(CHUNK_SECONDS, TimeUnit.SECONDS).compose(rows -> {
            List<Line> lines = Snapshot.lines(rows);
            long after = before + lines.size();
            if (after / PROGRESS_EVERY > before / PROGRESS_EVERY) {
                LOG.atInfo()
                        .addKeyValue("board", board.name())
                        .addKeyValue("entries", after)
                        .log("Rebuilding a ranking");
            }
            Future<Void> staged = lines.isEmpty() ? Future.succeededFuture() : store.stage(keys, lines);
            return staged.compose(done -> cursor.hasMore()
                    ? pour(cursor, board, keys, after)
                    : Snapshot.bounded(cursor.close()).map(after));
        });
    }

    private @Nullable Instant expires(BoardPeriod board) {
        if (board.isEndless()) {
            return null;
        }
        Instant now = clock.instant();
        Instant end = board.period().to();
        return end.isAfter(now) ? end.plus(KEEP_CURRENT) : now.plus(KEEP_PAST);
    }
}
