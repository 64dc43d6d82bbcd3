package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.domain.Score;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The writer's SQL, on a connection of its own. */
final class ScoreStore {

    private static final String COMMIT_BATCH = Resources.text("sql/ingest/commit_batch.sql");
    private static final String COMMIT_LIMITED = Resources.text("sql/ingest/commit_limited_batch.sql");
    private static final String OPEN_STREAM = Resources.text("sql/ingest/open_stream.sql");
    private static final String KEEP_STREAM = Resources.text("sql/ingest/keep_stream.sql");
    private static final String FIND_SUSPENDED = Resources.text("sql/ingest/find_suspended.sql");
    private static final String FIND_SCORES = Resources.text("sql/ingest/find_scores.sql");

    /**
     * What of a batch was not there before.
     *
     * @param uncounted those among the ids that do not count now: held, or of users whom leaderboards do not show
     * @param held why, by the id of a score that is held
     */
    record Inserted(Set<UUID> ids, Set<UUID> uncounted, Map<UUID, String> held) {}

    /**
     * A score as it was first stored.
     *
     * @param held why it does not count now
     */
    record Stored(Score score, boolean timed, @Nullable String held) {}

    /** Scores that were there before, and users from whom nothing is taken. */
    record Found(Map<UUID, Stored> byId, Set<String> suspended) {}

    private final SqlConnection connection;
    private final CorrectionStore corrections;

    ScoreStore(PgConnection connection) {
        this.connection = connection;
        this.corrections = new CorrectionStore(connection);
    }

    /** For what is corrected, on the same connection. */
    CorrectionStore corrections() {
        return corrections;
    }

    /** Opens a stream: a fresh id that nobody else ever writes to. */
    Future<Long> openStream() {
        return connection.preparedQuery(OPEN_STREAM).execute().map(rows -> rows.iterator()
                .next()
                .getLong(0));
    }

    /** Says that the stream's writer lives. */
    Future<Void> keepStream(long stream) {
        return connection.preparedQuery(KEEP_STREAM).execute(Tuple.of(stream)).mapEmpty();
    }

    /**
     * Commits a batch.
     *
     * @param waiting in the order of their ids, no id twice
     * @param newcomers user ids that may be unknown
     * @return what was not there before
     */
    Future<Inserted> commit(long stream, long batch, List<WaitingScore> waiting, Collection<String> newcomers) {
        int size = waiting.size();
        UUID[] ids = new UUID[size];
        String[] users = new String[size];
        String[] activities = new String[size];
        Integer[] values = new Integer[size];
        OffsetDateTime[] times = new OffsetDateTime[size];
        Short[] offsets = new Short[size];
        Boolean[] timed = new Boolean[size];
        @Nullable String[] held = new String[size];
        boolean limited = false;
        for (int i = 0; i < size; i++) {
            Submit submit = waiting.get(i).submit();
            Score score = submit.score();
            ids[i] = score.id();
            users[i] = score.userId();
            activities[i] = score.activity();
            values[i] = score.value();
            times[i] = score.occurredAt().atOffset(ZoneOffset.UTC);
            offsets[i] = (short) score.utcOffset();
            timed[i] = submit.timed();
            held[i] = submit.held();
            limited |= submit.limited();
        }
        Tuple arguments = Tuple.tuple()
                .addLong(stream)
                .addLong(batch)
                .addArrayOfUUID(ids)
                .addArrayOfString(users)
                .addArrayOfString(activities)
                .addArrayOfInteger(values)
                .addArrayOfOffsetDateTime(times)
                .addArrayOfShort(offsets)
                .addArrayOfBoolean(timed)
                .addArrayOfString(held)
                .addArrayOfString(newcomers.toArray(String[]::new));
        return connection
                .preparedQuery(limited ? COMMIT_LIMITED : COMMIT_BATCH)
                .execute(arguments)
                .map(rows -> inserted(rows, ids));
    }

    private static Inserted inserted(RowSet<Row> rows, UUID[] all) {
        Row row = rows.iterator().next();
        Set<UUID> ids = row.getInteger(0) == all.length ? Set.of(all) : set(row.getArrayOfUUIDs(1));
        Map<UUID, String> held = new HashMap<>();
        UUID[] waiting = row.getArrayOfUUIDs(3);
        if (waiting != null) {
            String[] reasons = row.getArrayOfStrings(4);
            for (int i = 0; i < waiting.length; i++) {
                held.put(waiting[i], reasons[i]);
            }
        }
        return new Inserted(ids, set(row.getArrayOfUUIDs(2)), held);
    }

    private static Set<UUID> set(UUID @Nullable [] some) {
        return some == null ? Set.of() : new HashSet<>(List.of(some));
    }

    /** Finds scores by id, and says which of their users are suspended. */
    Future<Found> find(Collection<WaitingScore> sought) {
        UUID[] ids = sought.stream().map(one -> one.score().id()).distinct().toArray(UUID[]::new);
        String[] users =
                sought.stream().map(one -> one.score().userId()).distinct().toArray(String[]::new);
        Set<String> suspended = new HashSet<>();
        return connection
                .preparedQuery(FIND_SUSPENDED)
                .execute(Tuple.tuple().addArrayOfString(users))
                .compose(rows -> {
                    rows.forEach(row -> suspended.add(row.getString(0)));
                    return connection
                            .preparedQuery(FIND_SCORES)
                            .execute(Tuple.tuple().addArrayOfUUID(ids));
                })
                .map(rows -> {
                    Map<UUID, Stored> found = new HashMap<>();
                    for (Row row : rows) {
                        Score score = new Score(
                                row.getUUID(0),
                                row.getString(1),
                                row.getString(2),
                                row.getInteger(3),
                                row.getOffsetDateTime(4).toInstant(),
                                row.getShort(6));
                        found.put(score.id(), new Stored(score, row.getBoolean(5), row.getString(7)));
                    }
                    return new Found(found, suspended);
                });
    }
}
