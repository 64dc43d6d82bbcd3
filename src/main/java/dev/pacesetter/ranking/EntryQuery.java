package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.TieClock;
import dev.pacesetter.settings.Resources;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entries of a leaderboard period as the scores make them: user id and packed key. */
record EntryQuery(String sql, Tuple arguments) {

    private static final Map<Mode, String> ALL = new EnumMap<>(Map.of(
            Mode.SUM, Resources.text("sql/ranking/entries_sum.sql"),
            Mode.BEST, Resources.text("sql/ranking/entries_best.sql"),
            Mode.COUNT, Resources.text("sql/ranking/entries_count.sql")));
    private static final Map<Mode, String> SOME = new EnumMap<>(Mode.class);

    static {
        // One formula for both: an optional condition on the users would keep PostgreSQL from using their index.
        ALL.forEach((mode, sql) -> SOME.put(mode, sql.replace("/* and whose */", "and user_id = any($7::text[])")));
    }

    /** All entries. */
    static EntryQuery all(BoardPeriod board) {
        return new EntryQuery(sql(ALL, board), arguments(board));
    }

    /** The entries of some users; those without a score there have none. */
    static EntryQuery of(BoardPeriod board, Collection<String> users) {
        return new EntryQuery(sql(SOME, board), arguments(board).addArrayOfString(users.toArray(String[]::new)));
    }

    private static String sql(Map<Mode, String> byMode, BoardPeriod board) {
        return byMode.getOrDefault(board.leaderboard().mode(), "");
    }

    private static Tuple arguments(BoardPeriod board) {
        TieClock ticks = board.clock();
        return counted(board, Tuple.tuple())
                .addLong(ticks.baseMillis())
                .addLong(ticks.stepMillis())
                .addLong((long) board.leaderboard().order().sign());
    }

    /** Adds which scores count: activities (null for all), from and to. */
    static Tuple counted(BoardPeriod board, Tuple arguments) {
        Leaderboard leaderboard = board.leaderboard();
        String @Nullable [] activities =
                leaderboard.takesAll() ? null : leaderboard.activities().toArray(String[]::new);
        return arguments
                .addArrayOfString(activities)
                .addOffsetDateTime(board.period().from().atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(board.period().to().atOffset(ZoneOffset.UTC));
    }
}
