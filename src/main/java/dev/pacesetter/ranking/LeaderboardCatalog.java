package dev.pacesetter.ranking;

import dev.pacesetter.bus.BusMessage.Act;
import dev.pacesetter.domain.DayLimits;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.domain.Review;
import dev.pacesetter.domain.Sealing;
import dev.pacesetter.domain.Zone;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The leaderboards there are, kept in PostgreSQL, held in memory. */
public final class LeaderboardCatalog implements Supplier<Leaderboards> {

    private static final String LIST = Resources.text("sql/ranking/list_leaderboards.sql");
    private static final String SEED = Resources.text("sql/ranking/seed_leaderboard.sql");

    private static final String CREATE = Resources.text("sql/ranking/create_leaderboard.sql");
    private static final String LOCK = Resources.text("sql/ranking/lock_leaderboard.sql");
    private static final String CHANGE = Resources.text("sql/ranking/change_leaderboard.sql");
    private static final String LIST_LIMITS = Resources.text("sql/ranking/list_limits.sql");
    private static final String PUT_LIMIT = Resources.text("sql/ranking/put_limit.sql");
    private static final String DELETE_LIMIT = Resources.text("sql/ranking/delete_limit.sql");
    private static final String DELETE = Resources.text("sql/ranking/delete_leaderboard.sql");
    private static final String NOTE = Resources.text("sql/ranking/note_act.sql");
    private static final long STATEMENT_SECONDS = 5;

    /** The most that are kept: each is read every half second, and applied to with every score that it takes. */
    static final int MOST = 500;

    private final Pool pool;
    private final AtomicLong begun = new AtomicLong();
    private long taken;
    private volatile Leaderboards current = new Leaderboards(List.of());
    private volatile Runnable onChanged = () -> {};

    /** With a pool to read by. */
    public LeaderboardCatalog(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Leaderboards get() {
        return current;
    }

    /** Reads them; when there are none at all, stores the seeds first. */
    public Future<Leaderboards> load(List<Leaderboard> seeds) {
        return read().compose(found -> {
            if (!found.all().isEmpty() || seeds.isEmpty()) {
                return Future.succeededFuture(found);
            }
            Future<Void> turn = Future.succeededFuture();
            for (Leaderboard seed : seeds) {
                turn = turn.compose(done -> seed(seed));
            }
            return turn.compose(done -> read());
        });
    }

    private Future<Leaderboards> read() {
        long turn = begun.incrementAndGet();
        return bounded(pool.preparedQuery(LIST_LIMITS).execute()).compose(limited -> {
            DayLimits limits = limits(limited);
            return bounded(pool.preparedQuery(LIST).execute()).map(rows -> {
                List<Leaderboard> all = new ArrayList<>();
                rows.forEach(row -> all.add(leaderboard(row)));
                return take(turn, all, limits);
            });
        });
    }

    /** Of a read that began before another one, and ends after it, nothing is taken: it would undo what that one has seen. */
    private Leaderboards take(long turn, List<Leaderboard> all, DayLimits limits) {
        boolean others;
        synchronized (this) {
            if (turn < taken) {
                return current;
            }
            taken = turn;
            others = !all.equals(List.copyOf(current.all()));
            if (others || !limits.equals(current.limits())) {
                current = new Leaderboards(all, limits);
            }
        }
        if (others) {
            onChanged.run();
        }
        return current;
    }

    /** What to do when there are others than before; on any thread. */
    void whenChanged(Runnable action) {
        onChanged = action;
    }

    /** Looks whether another node has changed some. */
    Future<Leaderboards> refresh() {
        return read();
    }

    /** Stores a new one, and notes by whom. False when its id is taken, or there are too many. */
    Future<Boolean> create(Leaderboard made, Act act) {
        return written(pool.withTransaction(connection -> connection
                .preparedQuery(CREATE)
                .execute(row(made).addInteger(MOST))
                .compose(rows -> noted(connection, rows, act, "make-leaderboard", made.id(), null, made))));
    }

    /**
     * Stores another definition under an id, and notes by whom. False when there is none of that id, or what is sealed
     * forbids it.
     */
    Future<Boolean> change(Leaderboard to, Act act) {
        return written(
                pool.withTransaction(connection -> locked(connection, to.id()).compose(was -> connection
                        .preparedQuery(CHANGE)
                        .execute(row(to))
                        .compose(rows -> noted(connection, rows, act, "change-leaderboard", to.id(), was, to)))));
    }

    /** Removes one, and notes by whom; the scores stay. False when there is none of that id. */
    Future<Boolean> delete(String id, Act act) {
        return written(pool.withTransaction(connection -> locked(connection, id).compose(was -> connection
                .preparedQuery(DELETE)
                .execute(Tuple.of(id))
                .compose(rows -> noted(connection, rows, act, "delete-leaderboard", id, was, null)))));
    }

    /** Notes that a ranking is to be made anew, which is not done here. */
    Future<Void> noteRebuild(String id, Act act) {
        return bounded(note(pool, act, "rebuild-leaderboard", id, null, null));
    }

    /** Limits what users may do of an activity in a day, and notes by whom. False when there are too many limits. */
    Future<Boolean> limit(String activity, DayLimits.Limit limit, Act act) {
        return written(
                stored(PUT_LIMIT, Tuple.of(activity, limit.scores(), limit.total(), MOST, act.actor(), act.reason())));
    }

    /** Limits an activity no longer, and notes by whom. False when it was not. */
    Future<Boolean> unlimit(String activity, Act act) {
        return written(stored(DELETE_LIMIT, Tuple.of(activity, act.actor(), act.reason())));
    }

    private static Future<@Nullable Leaderboard> locked(SqlClient connection, String id) {
        return connection.preparedQuery(LOCK).execute(Tuple.of(id)).map(rows -> {
            for (Row row : rows) {
                return leaderboard(row);
            }
            return null;
        });
    }

    /** Whether there is anything to note; noted then, in the same transaction. */
    private static Future<Boolean> noted(
            SqlClient connection,
            RowSet<Row> rows,
            Act act,
            String action,
            String id,
            @Nullable Leaderboard was,
            @Nullable Leaderboard became) {
        return rows.size() == 0
                ? Future.succeededFuture(false)
                : note(connection, act, action, id, was, became).map(true);
    }

    private static Future<Void> note(
            SqlClient client,
            Act act,
            String action,
            String id,
            @Nullable Leaderboard was,
            @Nullable Leaderboard became) {
        return client.preparedQuery(NOTE)
                .execute(Tuple.of(act.actor(), action, id, act.reason(), definition(was), definition(became)))
                .mapEmpty();
    }

    private static @Nullable JsonObject definition(@Nullable Leaderboard one) {
        return one == null ? null : LeaderboardJson.definition(one);
    }

    private static DayLimits limits(RowSet<Row> rows) {
        Map<String, DayLimits.Limit> limits = new HashMap<>();
        rows.forEach(row -> limits.put(row.getString(0), new DayLimits.Limit(row.getInteger(1), row.getLong(2))));
        return new DayLimits(limits);
    }

    private Future<Boolean> stored(String sql, Tuple arguments) {
        return pool.preparedQuery(sql).execute(arguments).map(rows -> rows.size() > 0);
    }

    /** What was written is read at once, here; the other nodes see it when they look. */
    private Future<Boolean> written(Future<Boolean> writing) {
        return bounded(writing).compose(done -> read().map(done));
    }

    private static <T> Future<T> bounded(Future<T> statement) {
        return statement.timeout(STATEMENT_SECONDS, TimeUnit.SECONDS);
    }

    private Future<Void> seed(Leaderboard seed) {
        return pool.preparedQuery(SEED).execute(row(seed)).mapEmpty();
    }

    private static Tuple row(Leaderboard seed) {
        PeriodRule.@Nullable Fixed fixed = seed.period() instanceof PeriodRule.Fixed rule ? rule : null;
        return Tuple.tuple()
                .addString(seed.id())
                .addString(seed.title())
                .addArrayOfString(seed.activities().stream().sorted().toArray(String[]::new))
                .addString(word(seed.mode()))
                .addString(word(seed.order()))
                .addString(seed.period().kind())
                .addOffsetDateTime(fixed == null ? null : fixed.from().atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(fixed == null ? null : fixed.to().atOffset(ZoneOffset.UTC))
                .addString(seed.zone().name())
                .addString(seed.unit())
                .addShort((short) seed.decimals())
                .addInteger(seed.minScore())
                .addInteger(seed.maxScore())
                .addString(word(seed.visibility()))
                .addInteger(seed.review().below())
                .addInteger(seed.review().above())
                .addInteger(seed.sealing().graceHours());
    }

    /** What decides which periods it has, and who stands in them: id, activities, mode, order, period, bounds, zone. */
    static Tuple rules(Leaderboard one) {
        PeriodRule.@Nullable Fixed fixed = one.period() instanceof PeriodRule.Fixed rule ? rule : null;
        return Tuple.tuple()
                .addString(one.id())
                .addArrayOfString(one.activities().toArray(String[]::new))
                .addString(word(one.mode()))
                .addString(word(one.order()))
                .addString(one.period().kind())
                .addOffsetDateTime(fixed == null ? null : fixed.from().atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(fixed == null ? null : fixed.to().atOffset(ZoneOffset.UTC))
                .addString(one.zone().name());
    }

    private static Leaderboard leaderboard(Row row) {
        return new Leaderboard(
                row.getString("id"),
                row.getString("title"),
                Set.copyOf(Arrays.asList(row.getArrayOfStrings("activities"))),
                Mode.valueOf(constant(row.getString("mode"))),
                Order.valueOf(constant(row.getString("rank_order"))),
                PeriodRule.of(row.getString("period"), instant(row, "period_from"), instant(row, "period_to")),
                Zone.of(row.getString("time_zone")),
                row.getString("unit"),
                row.getShort("decimals"),
                row.getInteger("min_score"),
                row.getInteger("max_score"),
                Leaderboard.Visibility.valueOf(constant(row.getString("visibility"))),
                new Review(row.getInteger("review_below"), row.getInteger("review_above")),
                new Sealing(row.getInteger("grace_hours"), sealedTo(row), row.getLong("sealed_revision")));
    }

    private static Instant sealedTo(Row row) {
        Instant sealed = instant(row, "sealed_to");
        return sealed == null ? Instant.EPOCH : sealed;
    }

    private static @Nullable Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String constant(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
