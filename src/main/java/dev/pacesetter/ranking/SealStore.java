package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Period;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sealed periods in PostgreSQL. */
final class SealStore {

    private static final String FIRST_SCORE = Resources.text("sql/ranking/first_score.sql");
    private static final String SEAL_PERIODS = Resources.text("sql/ranking/seal_periods.sql");
    private static final String LIST_UNFILLED = Resources.text("sql/ranking/list_unfilled.sql");
    private static final String FILL = Resources.text("sql/ranking/fill_sealed.sql");
    private static final String DROP = Resources.text("sql/ranking/drop_unfilled.sql");
    private static final String ADVANCE = Resources.text("sql/ranking/advance_seal.sql");
    private static final String TAKE_PERIOD = Resources.text("sql/ranking/take_dirty_period.sql");
    private static final String TAKE_USERS = Resources.text("sql/ranking/take_dirty_users.sql");
    private static final String CORRECT = Resources.text("sql/ranking/correct_sealed.sql");
    private static final int USERS_AT_ONCE = 500;
    private static final long LOCK_SECONDS = 10;
    /** For going over all scores of a leaderboard. */
    private static final long LONG_SECONDS = 600;

    /** A period whose moment is noted, and whose standings are not kept yet; {@code activities} null for all. */
    record Unfilled(long id, Period period, OffsetDateTime sealedAt, @Nullable Set<String> activities) {}

    /** A sealed period with entries to be computed anew; {@code activities} null for all. */
    record DirtyPeriod(
            long id, String leaderboard, String label, OffsetDateTime sealedAt, @Nullable Set<String> activities) {}

    /**
     * What became of an attempt to correct a period.
     *
     * @param done whether some of its entries are right now
     * @param why what was in the way; null when nothing was, or this node does not know such a period
     */
    record Tried(DirtyPeriod period, boolean done, @Nullable Throwable why) {}

    private final Pool pool;

    SealStore(Pool pool) {
        this.pool = pool;
    }

    /** When the first score was that a leaderboard counts, by its clock; null when there is none. */
    Future<@Nullable Instant> firstScore(Leaderboard leaderboard) {
        return pool.preparedQuery(FIRST_SCORE)
                .execute(Tuple.of(
                        EntryQuery.activities(leaderboard), leaderboard.zone().isAthletes()))
                .timeout(LONG_SECONDS, TimeUnit.SECONDS)
                .map(rows -> {
                    OffsetDateTime first = rows.iterator().next().getOffsetDateTime(0);
                    return first == null ? null : first.toInstant();
                });
    }

    /**
     * Notes the moment after which nothing received counts in these periods; what is noted stays.
     *
     * @return false when the leaderboard has other rules by now: nothing is noted then
     */
    Future<Boolean> note(Leaderboard leaderboard, List<Period> periods) {
        Tuple arguments = LeaderboardCatalog.rules(leaderboard)
                .addBoolean(leaderboard.zone().isAthletes())
                .addArrayOfString(periods.stream().map(Period::label).toArray(String[]::new))
                .addArrayOfOffsetDateTime(times(periods, Period::from))
                .addArrayOfOffsetDateTime(times(periods, Period::to));
        return inTransaction(connection -> connection
                .query("lock table write_gate in share mode")
                .execute()
                .timeout(LOCK_SECONDS, TimeUnit.SECONDS)
                .compose(locked -> connection.preparedQuery(SEAL_PERIODS).execute(arguments))
                .map(rows -> rows.size() > 0));
    }

    private static OffsetDateTime[] times(List<Period> periods, Function<Period, Instant> which) {
        return periods.stream()
                .map(period -> which.apply(period).atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
    }

    /** Some of the periods whose standings are not kept yet, the first ones first. */
    Future<List<Unfilled>> unfilled(String leaderboard) {
        return pool.preparedQuery(LIST_UNFILLED)
                .execute(Tuple.of(leaderboard))
                .timeout(LOCK_SECONDS, TimeUnit.SECONDS)
                .map(rows -> {
                    List<Unfilled> all = new ArrayList<>();
                    rows.forEach(row -> all.add(new Unfilled(
                            row.getLong("id"),
                            new Period(
                                    row.getString("label"),
                                    row.getOffsetDateTime("from_at").toInstant(),
                                    row.getOffsetDateTime("to_at").toInstant()),
                            row.getOffsetDateTime("sealed_at"),
                            activities(row))));
                    return all;
                });
    }

    private static @Nullable Set<String> activities(Row row) {
        String[] activities = row.getArrayOfStrings("activities");
        return activities == null ? null : Set.of(activities);
    }

    /** Keeps a period's standings. False when they are kept, or another node is at it: nothing happens then. */
    Future<Boolean> fill(long id, BoardPeriod board, OffsetDateTime sealedAt) {
        EntryQuery entries = EntryQuery.received(board, null, sealedAt);
        Tuple arguments = entries.arguments().addLong(id);
        String sql = FILL.replace("/* entries */", entries.sql()).replace("/* id */", "$" + arguments.size());
        return pool.preparedQuery(sql)
                .execute(arguments)
                .timeout(LONG_SECONDS, TimeUnit.SECONDS)
                .map(rows -> rows.rowCount() > 0);
    }

    /** Forgets what was noted of periods that a leaderboard does not have; nothing happens when it has other rules by now. */
    Future<Void> drop(Leaderboard leaderboard, List<Unfilled> some) {
        Tuple arguments = LeaderboardCatalog.rules(leaderboard)
                .addArrayOfLong(some.stream().map(Unfilled::id).toArray(Long[]::new));
        return pool.preparedQuery(DROP)
                .execute(arguments)
                .timeout(LOCK_SECONDS, TimeUnit.SECONDS)
                .mapEmpty();
    }

    /**
     * Says that every period up to a moment is sealed, when all their standings are kept; nothing happens when the
     * leaderboard has other rules by now.
     */
    Future<Void> advance(Leaderboard leaderboard, Instant to) {
        return pool.preparedQuery(ADVANCE)
                .execute(LeaderboardCatalog.rules(leaderboard).addOffsetDateTime(to.atOffset(ZoneOffset.UTC)))
                .timeout(LOCK_SECONDS, TimeUnit.SECONDS)
                .mapEmpty();
    }

    /**
     * Computes some entries of one sealed period anew that were corrected. By one node at a time, and read after they are
     * taken from the list: what is corrected later is listed again.
     *
     * @param without the periods to leave alone, by their ids
     * @param board makes what is to be computed
     * @return what became of it; nothing when there is none. Fails when none could be found
     */
    Future<Optional<Tried>> correctOne(Collection<Long> without, Function<DirtyPeriod, Optional<BoardPeriod>> board) {
        AtomicReference<@Nullable DirtyPeriod> found = new AtomicReference<>();
        return inTransaction(connection -> connection
                        .preparedQuery(TAKE_PERIOD)
                        .execute(Tuple.tuple().addArrayOfLong(without.toArray(Long[]::new)))
                        .compose(rows -> {
                            if (rows.size() == 0) {
                                return Future.succeededFuture(Optional.<Tried>empty());
                            }
                            Row row = rows.iterator().next();
                            DirtyPeriod dirty = new DirtyPeriod(
                                    row.getLong("id"),
                                    row.getString("leaderboard"),
                                    row.getString("label"),
                                    row.getOffsetDateTime("sealed_at"),
                                    activities(row));
                            found.set(dirty);
                            return board.apply(dirty)
                                    .map(known ->
                                            correct(connection, dirty, known).map(true))
                                    // This node does not know the leaderboard yet.
                                    .orElseGet(() -> Future.succeededFuture(false))
                                    .map(done -> Optional.of(new Tried(dirty, done, null)));
                        }))
                .recover(failure -> {
                    DirtyPeriod dirty = found.get();
                    return dirty == null
                            ? Future.failedFuture(failure)
                            : Future.succeededFuture(Optional.of(new Tried(dirty, false, failure)));
                });
    }

    private static Future<Void> correct(SqlConnection connection, DirtyPeriod dirty, BoardPeriod board) {
        return connection
                .preparedQuery(TAKE_USERS)
                .execute(Tuple.of(dirty.id(), USERS_AT_ONCE))
                .compose(rows -> {
                    List<String> users = new ArrayList<>();
                    rows.forEach(row -> users.add(row.getString(0)));
                    EntryQuery entries = EntryQuery.received(board, users, dirty.sealedAt());
                    return connection
                            .preparedQuery(entries.sql())
                            .execute(entries.arguments())
                            .map(Snapshot::lines)
                            .compose(lines -> connection
                                    .preparedQuery(CORRECT)
                                    .execute(Tuple.tuple()
                                            .addLong(dirty.id())
                                            .addArrayOfString(users.toArray(String[]::new))
                                            .addArrayOfString(lines.stream()
                                                    .map(Line::userId)
                                                    .toArray(String[]::new))
                                            .addArrayOfLong(lines.stream()
                                                    .map(Line::key)
                                                    .toArray(Long[]::new))));
                })
                .mapEmpty();
    }

    private <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        return pool.withTransaction(work).timeout(LONG_SECONDS, TimeUnit.SECONDS);
    }
}
