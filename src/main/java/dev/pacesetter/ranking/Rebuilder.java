package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.TieClock;
import dev.pacesetter.ranking.OutboxStore.LogState;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a ranking anew from the scores: read in one snapshot together with the stream positions that the snapshot saw,
 * streamed in bounded pieces into a key on the side, put in place in one step. The old ranking, if there is one, is
 * served and written to meanwhile; what it was given after the snapshot is applied again from the outbox.
 */
final class Rebuilder {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuilder.class);
    private static final int CHUNK = 5_000;
    private static final long PROGRESS_EVERY = 100_000;
    private static final Duration KEEP_CURRENT = Duration.ofDays(7);
    private static final Duration KEEP_PAST = Duration.ofHours(1);
    private static final Map<Mode, String> SQL = new EnumMap<>(Map.of(
            Mode.SUM, Resources.text("sql/ranking/rebuild_sum.sql"),
            Mode.BEST, Resources.text("sql/ranking/rebuild_best.sql"),
            Mode.COUNT, Resources.text("sql/ranking/rebuild_count.sql")));

    private final Pool pool;
    private final RankingStore store;
    private final Clock clock;
    private final Supplier<String> names;

    /** @param names makes a fresh name at each call, for epochs and keys on the side */
    Rebuilder(Pool pool, RankingStore store, Clock clock, Supplier<String> names) {
        this.pool = pool;
        this.store = store;
        this.clock = clock;
        this.names = names;
    }

    /** Rebuilds one ranking; the result is how many entries it has. */
    Future<Long> rebuild(BoardPeriod board) {
        String name = names.get();
        return pool.getConnection()
                .compose(connection -> connection
                        .query("begin isolation level repeatable read read only")
                        .execute()
                        .compose(begun -> OutboxStore.state(connection))
                        .compose(state -> copy(connection, board, name).map(entries -> new Copy(state, entries)))
                        .compose(copy -> connection.query("commit").execute().map(copy))
                        .onComplete(done -> release(connection, done.succeeded())))
                .compose(copy -> store.install(
                                board,
                                name,
                                copy.state().origin(),
                                name,
                                copy.entries(),
                                positions(copy.state()),
                                expires(board))
                        .map(copy.entries()));
    }

    private record Copy(LogState state, long entries) {}

    private static void release(SqlConnection connection, boolean clean) {
        if (clean) {
            connection.close();
        } else {
            // A transaction may be open: the pool must not hand it to somebody else.
            connection.query("rollback").execute().onComplete(end -> connection.close());
        }
    }

    private static Map<Long, Long> positions(LogState state) {
        Map<Long, Long> positions = new HashMap<>();
        state.streams().forEach((stream, at) -> positions.put(stream, at.writtenTo()));
        return positions;
    }

    private Future<Long> copy(SqlConnection connection, BoardPeriod board, String name) {
        Leaderboard leaderboard = board.leaderboard();
        TieClock ticks = board.clock();
        String[] activities =
                leaderboard.takesAll() ? null : leaderboard.activities().toArray(String[]::new);
        Tuple arguments = Tuple.tuple()
                .addArrayOfString(activities)
                .addOffsetDateTime(board.period().from().atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(board.period().to().atOffset(ZoneOffset.UTC))
                .addLong(ticks.baseMillis())
                .addLong(ticks.stepMillis())
                .addLong((long) leaderboard.order().sign());
        return connection
                .prepare(SQL.get(leaderboard.mode()))
                .compose(statement ->
                        pour(statement.cursor(arguments), board, name, 0).eventually(() -> statement.close()))
                .onFailure(failure -> store.unstage(board, name));
    }

    private Future<Long> pour(Cursor cursor, BoardPeriod board, String name, long before) {
        return cursor.read(CHUNK).compose(rows -> {
            List<Line> lines = lines(rows);
            long after = before + lines.size();
            if (after / PROGRESS_EVERY > before / PROGRESS_EVERY) {
                LOG.atInfo()
                        .addKeyValue("board", board.name())
                        .addKeyValue("entries", after)
                        .log("Rebuilding a ranking");
            }
            Future<Void> staged = lines.isEmpty() ? Future.succeededFuture() : store.stage(board, name, lines);
            return staged.compose(done -> cursor.hasMore()
                    ? pour(cursor, board, name, after)
                    : cursor.close().map(after));
        });
    }

    private static List<Line> lines(RowSet<Row> rows) {
        List<Line> lines = new ArrayList<>(rows.size());
        rows.forEach(row -> lines.add(new Line(row.getString(0), row.getLong(1))));
        return lines;
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
