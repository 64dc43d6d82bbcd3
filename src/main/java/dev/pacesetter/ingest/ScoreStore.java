package dev.pacesetter.ingest;

import dev.pacesetter.domain.Correction;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The writer's SQL, on a connection of its own. */
final class ScoreStore {

    private static final String COMMIT_BATCH = Resources.text("sql/ingest/commit_batch.sql");
    private static final String OPEN_STREAM = Resources.text("sql/ingest/open_stream.sql");
    private static final String KEEP_STREAM = Resources.text("sql/ingest/keep_stream.sql");
    private static final String TAKE_BACK = Resources.text("sql/ingest/take_back.sql");
    private static final String ERASE = Resources.text("sql/ingest/erase_user.sql");
    private static final String CONCEAL = Resources.text("sql/ingest/conceal_user.sql");
    private static final String REVEAL = Resources.text("sql/ingest/reveal_user.sql");
    private static final String FIND_SCORES = Resources.text("sql/ingest/find_scores.sql");

    /**
     * What was found of scores to be taken back.
     *
     * @param found ids that are there and whose they must be
     * @param corrections for those that counted until now: the batch that was logged; empty when none was
     */
    record TakenBackRows(Set<UUID> found, List<Correction> corrections) {}

    /**
     * What of a batch was not there before.
     *
     * @param concealed those among the ids whose users leaderboards do not show
     */
    record Inserted(Set<UUID> ids, Set<UUID> concealed) {}

    /** A score as it was first stored. */
    record Stored(Score score, boolean timed) {}

    private final SqlConnection connection;

    ScoreStore(PgConnection connection) {
        this.connection = connection;
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
        Boolean[] timed = new Boolean[size];
        for (int i = 0; i < size; i++) {
            Score score = waiting.get(i).score();
            ids[i] = score.id();
            users[i] = score.userId();
            activities[i] = score.activity();
            values[i] = score.value();
            times[i] = score.occurredAt().atOffset(ZoneOffset.UTC);
            timed[i] = waiting.get(i).submit().timed();
        }
        Tuple arguments = Tuple.tuple()
                .addLong(stream)
                .addLong(batch)
                .addArrayOfUUID(ids)
                .addArrayOfString(users)
                .addArrayOfString(activities)
                .addArrayOfInteger(values)
                .addArrayOfOffsetDateTime(times)
                .addArrayOfBoolean(timed)
                .addArrayOfString(newcomers.toArray(String[]::new));
        return connection.preparedQuery(COMMIT_BATCH).execute(arguments).map(rows -> inserted(rows, ids));
    }

    private static Inserted inserted(RowSet<Row> rows, UUID[] all) {
        Row row = rows.iterator().next();
        Set<UUID> ids = row.getInteger(0) == all.length ? Set.of(all) : set(row.getArrayOfUUIDs(1));
        return new Inserted(ids, set(row.getArrayOfUUIDs(2)));
    }

    private static Set<UUID> set(UUID @Nullable [] some) {
        return some == null ? Set.of() : new HashSet<>(List.of(some));
    }

    /** Commits a batch that takes scores back. */
    Future<TakenBackRows> takeBack(long stream, long batch, List<WaitingTakeBack> waiting) {
        UUID[] ids = new UUID[waiting.size()];
        @Nullable String[] owners = new String[waiting.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = waiting.get(i).ask().scoreId();
            owners[i] = waiting.get(i).ask().owner();
        }
        Tuple arguments =
                Tuple.tuple().addLong(stream).addLong(batch).addArrayOfUUID(ids).addArrayOfString(owners);
        return connection.preparedQuery(TAKE_BACK).execute(arguments).map(rows -> {
            Set<UUID> found = new HashSet<>();
            List<Correction> corrections = new ArrayList<>();
            for (Row row : rows) {
                found.add(row.getUUID(0));
                if (row.getBoolean(4)) {
                    corrections.add(new Correction(
                            row.getString(1),
                            row.getString(2),
                            row.getOffsetDateTime(3).toInstant()));
                }
            }
            return new TakenBackRows(found, corrections);
        });
    }

    /**
     * Commits a batch that erases a user.
     *
     * @return what counted until now; nothing when there is no such user
     */
    Future<Optional<List<Correction>>> erase(long stream, long batch, String userId) {
        return connection
                .preparedQuery(ERASE)
                .execute(Tuple.of(stream, batch, userId))
                .map(rows -> corrections(rows, userId));
    }

    /**
     * Commits a batch that conceals a user, or shows one again when there is no reason. Batches in flight are waited for,
     * and the next ones held up until it is done: one that had not seen it would be added to what is computed anew.
     *
     * @return what counts differently now; nothing when there is no such user
     */
    Future<Optional<List<Correction>>> conceal(long stream, long batch, String userId, @Nullable String reason) {
        Tuple arguments = Tuple.of(stream, batch, userId);
        return connection
                .query("begin; lock table score in share mode")
                .execute()
                .compose(locked -> reason == null
                        ? connection.preparedQuery(REVEAL).execute(arguments)
                        : connection.preparedQuery(CONCEAL).execute(arguments.addString(reason)))
                .compose(rows -> connection.query("commit").execute().map(corrections(rows, userId)))
                .recover(failure ->
                        connection.query("rollback").execute().transform(undone -> Future.failedFuture(failure)));
    }

    private static Optional<List<Correction>> corrections(RowSet<Row> rows, String userId) {
        Row row = rows.iterator().next();
        String[] activities = row.getArrayOfStrings(1);
        OffsetDateTime[] occurred = row.getArrayOfOffsetDateTimes(2);
        List<Correction> corrections = new ArrayList<>(activities.length);
        for (int i = 0; i < activities.length; i++) {
            corrections.add(new Correction(userId, activities[i], occurred[i].toInstant()));
        }
        return row.getBoolean(0) ? Optional.of(corrections) : Optional.empty();
    }

    /** Finds scores by id. */
    Future<Map<UUID, Stored>> find(Collection<UUID> ids) {
        return connection
                .preparedQuery(FIND_SCORES)
                .execute(Tuple.tuple().addArrayOfUUID(ids.toArray(UUID[]::new)))
                .map(rows -> {
                    Map<UUID, Stored> found = new HashMap<>();
                    for (Row row : rows) {
                        Score score = new Score(
                                row.getUUID(0),
                                row.getString(1),
                                row.getString(2),
                                row.getInteger(3),
                                row.getOffsetDateTime(4).toInstant());
                        found.put(score.id(), new Stored(score, row.getBoolean(5)));
                    }
                    return found;
                });
    }
}
