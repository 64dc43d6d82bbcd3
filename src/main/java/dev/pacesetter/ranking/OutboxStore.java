package dev.pacesetter.ranking;

import dev.pacesetter.domain.Batch;
import dev.pacesetter.domain.Correction;
import dev.pacesetter.domain.Score;
import dev.pacesetter.ranking.RankingStore.Origin;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The log of what was committed, as PostgreSQL holds it. */
final class OutboxStore {

    /** How many batches one read brings. */
    static final int PAGE = 200;

    private static final String LOG_STATE = Resources.text("sql/ranking/log_state.sql");
    private static final String READ_OUTBOX = Resources.text("sql/ranking/read_outbox.sql");
    private static final String FIND_UNAPPLIED = Resources.text("sql/ranking/find_unapplied.sql");
    private static final String REPORT_APPLIED = Resources.text("sql/ranking/report_applied.sql");
    private static final String FIND_TRIMMABLE = Resources.text("sql/ranking/find_trimmable.sql");
    private static final String TRIM = Resources.text("sql/ranking/trim.sql");
    private static final String FIND_FINISHED = Resources.text("sql/ranking/find_finished.sql");
    private static final String MEASURE_BACKLOG = Resources.text("sql/ranking/measure_backlog.sql");
    private static final String FORGET = Resources.text("sql/ranking/forget.sql");
    /** The outbox does not keep ids: nothing that is done with a score of an old batch needs one. */
    private static final UUID NO_ID = new UUID(0, 0);

    /**
     * How far a stream has come.
     *
     * @param appliedTo every ranking has what is up to here
     * @param trimmedTo the outbox no longer holds what is up to here
     * @param writtenTo the last batch
     */
    record StreamState(long appliedTo, long trimmedTo, long writtenTo) {}

    /**
     * What the log holds.
     *
     * @param held batches
     * @param unapplied batches that nobody has reported as being in every ranking
     * @param seconds how long ago the eldest of those was committed; 0 when there is none
     */
    record Backlog(long held, long unapplied, double seconds) {}

    /** The log at one moment. */
    record LogState(Origin origin, Map<Long, StreamState> streams) {}

    /** Long for what these are; a query that hangs must not hold up a recovery for ever. */
    private static final long QUERY_SECONDS = 10;

    private final Pool pool;

    OutboxStore(Pool pool) {
        this.pool = pool;
    }

    private Future<RowSet<Row>> query(String sql, Tuple arguments) {
        return pool.preparedQuery(sql).execute(arguments).timeout(QUERY_SECONDS, TimeUnit.SECONDS);
    }

    /** The log now. */
    Future<LogState> state() {
        return state(pool).timeout(QUERY_SECONDS, TimeUnit.SECONDS);
    }

    /** The log as a transaction sees it. */
    static Future<LogState> state(SqlClient client) {
        return client.preparedQuery(LOG_STATE).execute().map(rows -> {
            Origin origin = new Origin("", 0);
            Map<Long, StreamState> streams = new LinkedHashMap<>();
            for (Row row : rows) {
                origin = new Origin(row.getUUID(0).toString(), row.getLong(1));
                if (row.getLong(2) != null) {
                    streams.put(row.getLong(2), new StreamState(row.getLong(3), row.getLong(4), row.getLong(5)));
                }
            }
            return new LogState(origin, streams);
        });
    }

    /** What it holds now. */
    Future<Backlog> backlog() {
        return query(MEASURE_BACKLOG, Tuple.tuple()).map(rows -> {
            Row row = rows.iterator().next();
            return new Backlog(row.getLong(0), row.getLong(1), row.getDouble(2));
        });
    }

    /** Up to {@link #PAGE} batches of a stream that follow one, in their order. */
    Future<List<Batch>> read(long stream, long after) {
        return query(READ_OUTBOX, Tuple.of(stream, after, PAGE)).map(rows -> {
            List<Batch> batches = new ArrayList<>(rows.size());
            for (Row row : rows) {
                batches.add(batch(stream, row));
            }
            return batches;
        });
    }

    private static Batch batch(long stream, Row row) {
        String[] users = row.getArrayOfStrings(1);
        String[] activities = row.getArrayOfStrings(2);
        @Nullable Integer[] values = row.getArrayOfIntegers(3);
        OffsetDateTime[] times = row.getArrayOfOffsetDateTimes(4);
        Short @Nullable [] offsets = row.getArrayOfShorts(5);
        List<Score> scores = new ArrayList<>(users.length);
        List<Correction> corrections = new ArrayList<>(0);
        for (int i = 0; i < users.length; i++) {
            Instant at = times[i].toInstant();
            // What was written before offsets were has none.
            int offset = offsets == null ? 0 : offsets[i];
            if (values[i] == null) {
                corrections.add(new Correction(users[i], activities[i], at, offset));
            } else {
                scores.add(new Score(NO_ID, users[i], activities[i], values[i], at, offset));
            }
        }
        return new Batch(stream, row.getLong(0), scores, corrections);
    }

    /** Streams with batches that nobody reported as applied, older than this, and where their report stands. */
    Future<Map<Long, Long>> unapplied(long olderThanMillis) {
        return query(FIND_UNAPPLIED, Tuple.of((double) olderThanMillis)).map(OutboxStore::byStream);
    }

    /** Reports, for each stream, that every ranking has what is up to a batch. */
    Future<Void> reportApplied(Map<Long, Long> appliedTo) {
        if (appliedTo.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple arguments = Tuple.tuple()
                .addArrayOfLong(appliedTo.keySet().toArray(Long[]::new))
                .addArrayOfLong(appliedTo.values().toArray(Long[]::new));
        return query(REPORT_APPLIED, arguments).mapEmpty();
    }

    /** For each stream, up to where the outbox may be trimmed by the node that writes these streams. */
    Future<Map<Long, Long>> trimmable(int retentionSeconds, Collection<Long> own) {
        Tuple arguments = Tuple.tuple().addDouble((double) retentionSeconds).addArrayOfLong(own.toArray(Long[]::new));
        return query(FIND_TRIMMABLE, arguments).map(OutboxStore::byStream);
    }

    /** Lets go of a stream's batches up to one. */
    Future<Void> trim(long stream, long to) {
        return query(TRIM, Tuple.of(stream, to)).mapEmpty();
    }

    /** Streams that are over and done with. */
    Future<List<Long>> finished(int retentionSeconds) {
        return query(FIND_FINISHED, Tuple.of((double) retentionSeconds)).map(rows -> {
            List<Long> streams = new ArrayList<>(rows.size());
            rows.forEach(row -> streams.add(row.getLong(0)));
            return streams;
        });
    }

    /** Forgets streams and raises the era, if it still is what the caller knows. */
    Future<Void> forget(long era, long newEra, Collection<Long> streams) {
        Tuple arguments = Tuple.tuple().addLong(era).addLong(newEra).addArrayOfLong(streams.toArray(Long[]::new));
        return query(FORGET, arguments).mapEmpty();
    }

    static Map<Long, Long> byStream(RowSet<Row> rows) {
        Map<Long, Long> byStream = new LinkedHashMap<>();
        rows.forEach(row -> byStream.put(row.getLong(0), row.getLong(1)));
        return byStream;
    }
}
