package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.ranking.OutboxStore.LogState;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reads scores and the log as they were at one moment: one transaction that sees nothing of what happens meanwhile. */
final class Snapshot {

    private static final String LAST_TOUCHING = Resources.text("sql/ranking/last_touching.sql");

    /**
     * Some entries of a leaderboard period at one moment.
     *
     * @param touching for each stream, the last batch up to then, beyond what was asked about, that touches the period
     */
    record Entries(LogState state, Map<Long, Long> touching, List<Line> lines) {}

    private final Pool pool;

    Snapshot(Pool pool) {
        this.pool = pool;
    }

    /** Does work that sees one moment; the work gets the connection and the log as it was then. */
    <T> Future<T> read(Work<T> work) {
        return pool.getConnection().compose(connection -> connection
                .query("begin isolation level repeatable read read only")
                .execute()
                .compose(begun -> OutboxStore.state(connection))
                .compose(state -> work.read(connection, state))
                .compose(result -> connection.query("commit").execute().map(result))
                .onComplete(done -> release(connection, done.succeeded())));
    }

    /** What is read at one moment. */
    interface Work<T> {
        Future<T> read(SqlConnection connection, LogState state);
    }

    private static void release(SqlConnection connection, boolean clean) {
        if (clean) {
            connection.close();
        } else {
            // A transaction may be open: the pool must not hand it to somebody else.
            connection.query("rollback").execute().onComplete(end -> connection.close());
        }
    }

    /**
     * The entries of some users.
     *
     * @param applied by stream, the last batch that the ranking has
     */
    Future<Entries> entries(BoardPeriod board, Collection<String> users, Function<Long, Long> applied) {
        EntryQuery query = EntryQuery.of(board, users);
        return read((connection, state) -> touching(connection, board, state, applied)
                .compose(touching -> connection
                        .preparedQuery(query.sql())
                        .execute(query.arguments())
                        .map(rows -> new Entries(state, touching, lines(rows)))));
    }

    private static Future<Map<Long, Long>> touching(
            SqlConnection connection, BoardPeriod board, LogState state, Function<Long, Long> applied) {
        Map<Long, Long> behind = new LinkedHashMap<>();
        state.streams().forEach((stream, at) -> {
            long has = applied.apply(stream);
            if (has < at.writtenTo()) {
                behind.put(stream, has);
            }
        });
        if (behind.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Tuple arguments = Tuple.tuple()
                .addArrayOfLong(behind.keySet().toArray(Long[]::new))
                .addArrayOfLong(behind.values().toArray(Long[]::new));
        return connection
                .preparedQuery(LAST_TOUCHING)
                .execute(EntryQuery.counted(board, arguments))
                .map(OutboxStore::byStream);
    }

    static List<Line> lines(RowSet<Row> rows) {
        List<Line> lines = new ArrayList<>(rows.size());
        rows.forEach(row -> lines.add(new Line(row.getString(0), row.getLong(1))));
        return lines;
    }
}
