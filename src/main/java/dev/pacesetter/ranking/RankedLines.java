package dev.pacesetter.ranking;

import dev.pacesetter.bus.BusMessage.Names;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.RankKey;
import dev.pacesetter.domain.TieClock;
import dev.pacesetter.export.Export;
import dev.pacesetter.ranking.RankingStore.Line;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ranks entries as they come in list order, page after page: equal scores share a rank, the next one skips. */
final class RankedLines implements Export.Lines {

    private final Order order;
    private final TieClock ticks;
    private final Function<List<Line>, Future<Names>> names;

    private long position;
    private long rank;
    private int previous = -1;

    /** @param names finds those of a page */
    RankedLines(BoardPeriod board, Function<List<Line>, Future<Names>> names) {
        this.order = board.leaderboard().order();
        this.ticks = board.clock();
        this.names = names;
    }

    @Override
    public Future<List<List<@Nullable Object>>> of(RowSet<Row> rows) {
        List<Line> page = Snapshot.lines(rows);
        return names.apply(page).map(known -> {
            List<List<@Nullable Object>> lines = new ArrayList<>(page.size());
            page.forEach(line -> lines.add(line(line, known)));
            return lines;
        });
    }

    private List<@Nullable Object> line(Line line, Names known) {
        int value = RankKey.value(order, line.key());
        position++;
        if (value != previous) {
            rank = position;
        }
        previous = value;
        return Arrays.asList(
                rank,
                line.userId(),
                known.of(line.userId()),
                value,
                ticks.instant(RankKey.tick(line.key())).toString());
    }
}
