package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.support.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class RebuildQueueTest {

    private static final String SEED =
            """
            [{"id":"d","title":"Days","activities":["*"],"mode":"sum","period":"day"}]
            """;

    /** What happens one after the other, as on an event loop: nothing here waits for a timer. */
    private final Vertx vertx = Vertx.vertx();

    private final Leaderboard days = LeaderboardSeeds.parse(SEED).get(0);
    private final List<String> rebuilt = new CopyOnWriteArrayList<>();
    private final List<Promise<Long>> running = new ArrayList<>();
    private final RebuildQueue queue = new RebuildQueue(vertx, this::rebuild, () -> Set.of("d:2026-11-29"), done -> {});

    private Future<Long> rebuild(BoardPeriod board) {
        rebuilt.add(board.period().label());
        Promise<Long> end = Promise.promise();
        running.add(end);
        return end.future();
    }

    private void add(String day) {
        BoardPeriod board = new BoardPeriod(days, days.periodNamed(day).orElseThrow());
        queue.add(new RankedBoard(board, null, null, 10), "asked for");
    }

    @Test
    void shouldTakeCurrentPeriodsBeforeThoseThatWaitedLonger() {
        for (String day : List.of("2026-11-01", "2026-11-02", "2026-11-03", "2026-11-29", "2026-11-04")) {
            add(day);
        }
        assertEquals(4, queue.size());
        for (int i = 0; i < 5; i++) {
            running.get(i).complete(1L);
        }
        assertEquals(List.of("2026-11-01", "2026-11-29", "2026-11-02", "2026-11-03", "2026-11-04"), rebuilt);
        assertEquals(0, queue.size());
        Await.closed(vertx);
    }
}
