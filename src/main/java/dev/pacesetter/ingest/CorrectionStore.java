package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.Change;
import dev.pacesetter.bus.BusMessage.Conceal;
import dev.pacesetter.bus.BusMessage.Done;
import dev.pacesetter.bus.BusMessage.DoneReply;
import dev.pacesetter.bus.BusMessage.Erase;
import dev.pacesetter.bus.BusMessage.Release;
import dev.pacesetter.bus.BusMessage.Suspended;
import dev.pacesetter.bus.BusMessage.TakeBack;
import dev.pacesetter.bus.BusMessage.Unknown;
import dev.pacesetter.domain.Correction;
import dev.pacesetter.domain.Score;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The writer's SQL for what was stored and counts differently now, on the writer's connection. */
final class CorrectionStore {

    private static final String CLOSE_GATE = "begin; lock table write_gate in share mode";
    private static final String TAKE_BACK = Resources.text("sql/ingest/take_back.sql");
    private static final String ERASE = Resources.text("sql/ingest/erase_user.sql");
    private static final String CONCEAL = Resources.text("sql/ingest/conceal_user.sql");
    private static final String REVEAL = Resources.text("sql/ingest/reveal_user.sql");
    private static final String CHANGE = Resources.text("sql/ingest/change_score.sql");
    private static final String RELEASE = Resources.text("sql/ingest/release_score.sql");

    /**
     * What was found of scores to be taken back.
     *
     * @param found ids that are there and whose they must be
     * @param corrections for those that counted until now: the batch that was logged; empty when none was
     */
    record TakenBackRows(Set<UUID> found, List<Correction> corrections) {}

    /**
     * What was done.
     *
     * @param outcome {@link Unknown} when there is no such user, or score of that owner
     * @param corrections the batch that was logged; empty when none was
     */
    record Corrected(DoneReply outcome, List<Correction> corrections) {}

    private final SqlConnection connection;

    CorrectionStore(SqlConnection connection) {
        this.connection = connection;
    }

    /** Commits a batch that takes scores back. */
    Future<TakenBackRows> takeBack(long stream, long batch, List<WaitingTakeBack> waiting) {
        UUID[] ids = new UUID[waiting.size()];
        @Nullable String[] owners = new String[ids.length];
        String[] actors = new String[ids.length];
        String[] actions = new String[ids.length];
        @Nullable String[] reasons = new String[ids.length];
        for (int i = 0; i < ids.length; i++) {
            TakeBack ask = waiting.get(i).ask();
            ids[i] = ask.scoreId();
            owners[i] = ask.owner();
            actors[i] = ask.act().actor();
            actions[i] = ask.action();
            reasons[i] = ask.act().reason();
        }
        Tuple arguments = Tuple.tuple()
                .addLong(stream)
                .addLong(batch)
                .addArrayOfUUID(ids)
                .addArrayOfString(owners)
                .addArrayOfString(actors)
                .addArrayOfString(actions)
                .addArrayOfString(reasons);
        return connection.preparedQuery(TAKE_BACK).execute(arguments).map(rows -> {
            Set<UUID> found = new HashSet<>();
            List<Correction> corrections = new ArrayList<>();
            for (Row row : rows) {
                found.add(row.getUUID(0));
                if (row.getBoolean(5)) {
                    corrections.add(new Correction(
                            row.getString(1),
                            row.getString(2),
                            row.getOffsetDateTime(3).toInstant(),
                            row.getShort(4)));
                }
            }
            return new TakenBackRows(found, corrections);
        });
    }

    /**
     * Commits a batch that erases a user.
     *
     * @return with what counted until now
     */
    Future<Corrected> erase(long stream, long batch, Erase ask) {
        return connection
                .preparedQuery(ERASE)
                .execute(Tuple.of(stream, batch, ask.userId(), ask.act().actor()))
                .map(rows -> corrected(rows, ask.userId()));
    }

    /**
     * Commits a batch that conceals a user, or shows one again. Batches in flight are waited for, and the next ones held up
     * until it is done: one that had not seen it would be added to what is computed anew. All of it is sent at once, so that
     * the gate is closed for no longer than the database needs: when one fails, the commit is a rollback.
     *
     * @return with what counts differently now
     */
    Future<Corrected> conceal(long stream, long batch, Conceal ask) {
        Tuple arguments = Tuple.of(stream, batch, ask.userId(), ask.act().actor());
        Future<?> closed = connection.query(CLOSE_GATE).execute();
        Future<RowSet<Row>> done = ask.hidden()
                ? connection
                        .preparedQuery(CONCEAL)
                        .execute(arguments.addString(ask.act().reason()))
                : connection.preparedQuery(REVEAL).execute(arguments);
        Future<?> committed = connection.query("commit").execute();
        return Future.join(closed, done, committed).transform(all -> closed.compose(gate -> done)
                .compose(rows -> committed.map(end -> corrected(rows, ask.userId()))));
    }

    /**
     * Commits a batch that makes a score another.
     *
     * @return with where it counted and where it counts now
     */
    Future<Corrected> change(long stream, long batch, Change ask) {
        Score score = ask.score();
        Tuple arguments = Tuple.tuple()
                .addLong(stream)
                .addLong(batch)
                .addUUID(score.id())
                .addString(ask.owner())
                .addString(score.activity())
                .addInteger(score.value())
                .addOffsetDateTime(score.occurredAt().atOffset(ZoneOffset.UTC))
                .addShort((short) score.utcOffset())
                .addString(ask.held())
                .addString(ask.act().actor())
                .addString(ask.act().reason());
        return connection
                .preparedQuery(CHANGE)
                .execute(arguments)
                .map(rows -> rows.iterator().next().getBoolean("barred")
                        ? new Corrected(new Suspended(), List.of())
                        : corrected(rows, score.userId()));
    }

    /**
     * Commits a batch that lets a held score count.
     *
     * @return with where it counts
     */
    Future<Corrected> release(long stream, long batch, Release ask) {
        Tuple arguments = Tuple.of(
                stream, batch, ask.scoreId(), ask.act().actor(), ask.act().reason());
        return connection.preparedQuery(RELEASE).execute(arguments).map(rows -> {
            String user = rows.iterator().next().getString(4);
            return corrected(rows, user == null ? "" : user);
        });
    }

    private static Corrected corrected(RowSet<Row> rows, String userId) {
        Row row = rows.iterator().next();
        String[] activities = row.getArrayOfStrings(1);
        OffsetDateTime[] occurred = row.getArrayOfOffsetDateTimes(2);
        Short[] offsets = row.getArrayOfShorts(3);
        List<Correction> corrections = new ArrayList<>(activities.length);
        for (int i = 0; i < activities.length; i++) {
            corrections.add(new Correction(userId, activities[i], occurred[i].toInstant(), offsets[i]));
        }
        return new Corrected(row.getBoolean(0) ? new Done() : new Unknown(), corrections);
    }
}
