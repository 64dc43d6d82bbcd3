package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.TieClock;
import dev.pacesetter.domain.Zone;
import dev.pacesetter.settings.Resources;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a leaderboard period as the scores make them, or as it was sealed: user id and packed key. One formula a mode, for all entries
 * and for some: conditions that are there but do not hold would keep PostgreSQL from using an index.
 */
record EntryQuery(String sql, Tuple arguments) {

    private static final Map<Mode, String> FORMULAS = new EnumMap<>(Map.of(
            Mode.SUM, Resources.text("sql/ranking/entries_sum.sql"),
            Mode.BEST, Resources.text("sql/ranking/entries_best.sql"),
            Mode.COUNT, Resources.text("sql/ranking/entries_count.sql")));

    private static final String OF_SOME = Resources.text("sql/ranking/entries_of_some.sql");
    private static final String SEALED = Resources.text("sql/ranking/entries_sealed.sql");

    /** All entries. */
    static EntryQuery all(BoardPeriod board) {
        return of(board, null);
    }

    /** The same entries, as the list has them: the first on top. */
    EntryQuery inListOrder() {
        return new EntryQuery(sql + "\norder by key, user_id collate \"C\"", arguments);
    }

    /**
     * All entries, or those of some users, of scores received by a moment; one that its owner has changed since came when
     * that was.
     */
    static EntryQuery received(BoardPeriod board, @Nullable Collection<String> users, OffsetDateTime by) {
        EntryQuery query = scored(board, users);
        Tuple arguments = query.arguments().addOffsetDateTime(by);
        return new EntryQuery(
                query.sql()
                        .replace("/* and received */", "and greatest(received_at, changed_at) <= $" + arguments.size()),
                arguments);
    }

    /** The entries of some users; those without a score there have none. */
    static EntryQuery of(BoardPeriod board, @Nullable Collection<String> users) {
        return board.isSealed() ? kept(board, users) : scored(board, users);
    }

    private static EntryQuery kept(BoardPeriod board, @Nullable Collection<String> users) {
        Tuple arguments = Tuple.of(board.leaderboard().id(), board.period().label());
        if (users == null) {
            return new EntryQuery(SEALED, arguments);
        }
        return new EntryQuery(
                SEALED.replace("/* and whose */", "and e.user_id = any($3::text[])"),
                arguments.addArrayOfString(users.toArray(String[]::new)));
    }

    private static EntryQuery scored(BoardPeriod board, @Nullable Collection<String> users) {
        TieClock ticks = board.clock();
        Tuple arguments = counted(board, Tuple.tuple())
                .addLong(ticks.baseMillis())
                .addLong(ticks.stepMillis())
                .addLong((long) board.leaderboard().order().sign());
        String sql = when(FORMULAS.getOrDefault(board.leaderboard().mode(), ""), board, 2);
        if (users != null) {
            arguments.addArrayOfString(users.stream().distinct().toArray(String[]::new));
            sql = OF_SOME.replace("/* users */", "$" + arguments.size())
                    .replace("/* entries */", sql.replace("/* and whose */", "and user_id = asked.athlete"));
        }
        return new EntryQuery(sql, arguments);
    }

    /** Those that it takes, null for all. */
    static String @Nullable [] activities(Leaderboard leaderboard) {
        return leaderboard.takesAll() ? null : leaderboard.activities().toArray(String[]::new);
    }

    /**
     * Adds which scores count: activities (null for all), from and to. In athletes' own time from and to are wider by what
     * a clock can be away from UTC, and {@link #when} says which of these scores it is.
     */
    static Tuple counted(BoardPeriod board, Tuple arguments) {
        Leaderboard leaderboard = board.leaderboard();
        Duration margin = leaderboard.zone().margin();
        Instant from = board.period().from().minus(margin);
        Instant to = board.period().to().plus(margin);
        return arguments
                .addArrayOfString(activities(leaderboard))
                .addOffsetDateTime(from.atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(to.atOffset(ZoneOffset.UTC));
    }

    /**
     * A query with the athletes' clocks in it, where they decide.
     *
     * @param from which parameter {@link #counted} put the begin in; the end follows it
     */
    static String when(String sql, BoardPeriod board, int from) {
        if (!board.leaderboard().zone().isAthletes()) {
            return sql;
        }
        String margin = "interval '" + Zone.FURTHEST.toHours() + " hours'";
        String local = "occurred_at + coalesce(utc_offset, 0) * interval '1 minute'";
        return sql.replace(
                "/* and when */",
                "and " + local + " >= $" + from + "::timestamptz + " + margin + " and " + local + " < $" + (from + 1)
                        + "::timestamptz - " + margin);
    }
}
