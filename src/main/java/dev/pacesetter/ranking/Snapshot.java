package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.ranking.OutboxStore.LogState;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads scores and the log as they were at one moment: one transaction that sees nothing of what happens meanwhile. */
final class Snapshot {

    private static final String LAST_TOUCHING = Resources.text("sql/ranking/last_touching.sql");

    /**
     * Some entries of a leaderboard period at one moment.
     *
     * @param touching for each stream, the last batch up to then, beyond what was asked about, that touches the period
     */
    record Entries(LogState state, Map<Long, Long> touching, List<Line> lines) {}

    private static final long STATEMENT_SECONDS = 30;

    private final Supplier<Future<PgConnection>> connect;
    /** Kept for the next, so that not every correction has to open one. */
    private @Nullable PgConnection idle;

    private boolean closed;

    /** @param connect opens a connection; not one of a pool, since one that hangs could not be thrown away then */
    Snapshot(Supplier<Future<PgConnection>> connect) {
        this.connect = connect;
    }

    /** Does work that sees one moment; the work gets the connection and the log as it was then. */
    <T> Future<T> read(Work<T> work) {
        return connection().compose(connection -> bounded(connection
                        .query("begin isolation level repeatable read read only")
                        .execute())
                .compose(begun -> bounded(OutboxStore.state(connection)))
                .compose(state -> work.read(connection, state))
                .compose(result -> bounded(connection.query("commit").execute()).map(result))
                .onComplete(done -> release(connection, done.succeeded())));
    }

    /** Fails what takes too long: nobody would look after it otherwise. */
    static <T> Future<T> bounded(Future<T> statement) {
        return statement.timeout(STATEMENT_SECONDS, TimeUnit.SECONDS);
    }

    private Future<PgConnection> connection() {
        PgConnection kept = idle;
        idle = null;
        return kept == null ? connect.get() : Future.succeededFuture(kept);
    }

    private void release(PgConnection connection, boolean clean) {
        if (clean && idle == null && !closed) {
            idle = connection;
            connection.closeHandler(end -> {
                if (idle == connection) {
                    idle = null;
                }
            });
        } else {
            connection.close();
        }
    }

    void close() {
        closed = true;
        if (idle != null) {
            idle.close();
        }
    }

    /** What is read at one moment. */
    interface Work<T> {
        Future<T> read(SqlConnection connection, LogState state);
    }

    /**
     * The entries of some users.
     *
     * @param applied by stream, the last batch that the ranking has
     */
    Future<Entries> entries(BoardPeriod board, Collection<String> users, Function<Long, Long> applied) {
        EntryQuery query = EntryQuery.of(board, users);
        return read((connection, state) -> touching(connection, board, state, applied)
                .compose(touching -> bounded(
                                connection.preparedQuery(query.sql()).execute(query.arguments()))
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
        return bounded(connection
                        .preparedQuery(EntryQuery.when(LAST_TOUCHING, board, 4))
                        .execute(EntryQuery.counted(board, arguments)))
                .map(OutboxStore::byStream);
    }

    static List<Line> lines(RowSet<Row> rows) {
        List<Line> lines = new ArrayList<>(rows.size());
        rows.forEach(row -> lines.add(new Line(row.getString(0), row.getLong(1))));
        return lines;
    }
}
