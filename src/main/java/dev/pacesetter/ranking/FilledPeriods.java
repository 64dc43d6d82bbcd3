package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Period;
import dev.pacesetter.domain.Zone;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which periods somebody stands in, by look-ups in PostgreSQL: there is no end of those in which nobody does. */
final class FilledPeriods {

    private static final String FIND_FILLED = Resources.text("sql/ranking/find_filled.sql");
    private static final String FIND_SEALED = Resources.text("sql/ranking/find_sealed.sql");
    private static final long STATEMENT_SECONDS = 5;

    private final Pool pool;

    FilledPeriods(Pool pool) {
        this.pool = pool;
    }

    /** Whether somebody may stand in a period. */
    Future<Boolean> contain(BoardPeriod board) {
        return board.isSealed()
                ? sealed(board)
                : among(board.leaderboard(), List.of(board.period())).map(places -> !places.isEmpty());
    }

    private Future<Boolean> sealed(BoardPeriod board) {
        return pool.preparedQuery(FIND_SEALED)
                .execute(Tuple.of(board.leaderboard().id(), board.period().label()))
                .timeout(STATEMENT_SECONDS, TimeUnit.SECONDS)
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** Of periods that are not sealed: the places of those that have scores that count, from 1. */
    Future<Set<Integer>> among(Leaderboard leaderboard, List<Period> periods) {
        Tuple arguments = Tuple.of(activities(leaderboard))
                .addArrayOfOffsetDateTime(times(periods, Period::from))
                .addArrayOfOffsetDateTime(times(periods, Period::to))
                .addInteger((int) margin(leaderboard));
        return pool.preparedQuery(FIND_FILLED)
                .execute(arguments)
                .timeout(STATEMENT_SECONDS, TimeUnit.SECONDS)
                .map(rows -> {
                    Set<Integer> places = new HashSet<>();
                    rows.forEach(row -> places.add(row.getInteger(0)));
                    return places;
                });
    }

    /** How many minutes the clocks of its athletes may differ from UTC; 0 when they do not matter. */
    static long margin(Leaderboard leaderboard) {
        return leaderboard.zone().isAthletes() ? Zone.FURTHEST.toMinutes() : 0;
    }

    /** Those that it takes, null for all. */
    static String @Nullable [] activities(Leaderboard leaderboard) {
        return leaderboard.takesAll() ? null : leaderboard.activities().toArray(String[]::new);
    }

    private static OffsetDateTime[] times(List<Period> periods, Function<Period, Instant> which) {
        return periods.stream()
                .map(period -> which.apply(period).atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
    }
}
