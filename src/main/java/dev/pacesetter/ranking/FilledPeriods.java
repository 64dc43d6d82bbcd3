package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Period;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
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
    private static final String FIRST_COUNTED = Resources.text("sql/ranking/first_counted.sql");
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
        return query(
                        FIND_SEALED,
                        Tuple.of(board.leaderboard().id(), board.period().label()))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** Of periods that are not sealed: the places of those that have scores that count, from 1. */
    Future<Set<Integer>> among(Leaderboard leaderboard, List<Period> periods) {
        Tuple arguments = Tuple.of(EntryQuery.activities(leaderboard))
                .addArrayOfOffsetDateTime(times(periods, Period::from))
                .addArrayOfOffsetDateTime(times(periods, Period::to))
                .addInteger((int) leaderboard.zone().margin().toMinutes());
        return query(FIND_FILLED, arguments).map(rows -> {
            Set<Integer> places = new HashSet<>();
            rows.forEach(row -> places.add(row.getInteger(0)));
            return places;
        });
    }

    /** A moment before which, by its clock, the leaderboard has no score; null when it has none. */
    Future<@Nullable Instant> first(Leaderboard leaderboard) {
        return query(FIRST_COUNTED, Tuple.of(EntryQuery.activities(leaderboard)))
                .map(rows -> {
                    OffsetDateTime first = rows.iterator().next().getOffsetDateTime(0);
                    return first == null
                            ? null
                            : first.toInstant().minus(leaderboard.zone().margin());
                });
    }

    private Future<RowSet<Row>> query(String sql, Tuple arguments) {
        return pool.preparedQuery(sql).execute(arguments).timeout(STATEMENT_SECONDS, TimeUnit.SECONDS);
    }

    private static OffsetDateTime[] times(List<Period> periods, Function<Period, Instant> which) {
        return periods.stream()
                .map(period -> which.apply(period).atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
    }
}
