package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds rankings one after the other, so that PostgreSQL has only one large question to answer at a time. A board
 * waits here once, however often it is asked for; those of current periods come before those of past ones. Runs on one
 * event loop.
 */
final class RebuildQueue {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildQueue.class);
    private static final long RETRY_MILLIS = 300;
    private static final long MAX_RETRY_MILLIS = 5_000;

    private final Vertx vertx;
    private final Function<BoardPeriod, Future<Long>> rebuild;
    private final Supplier<Set<String>> current;
    private final Consumer<RankedBoard> onRebuilt;
    private final Map<RankedBoard, String> waiting = new LinkedHashMap<>();
    private boolean busy;
    private long retryMillis = RETRY_MILLIS;

    /**
     * Empty.
     *
     * @param rebuild makes one anew, and tells how many entries it has
     * @param current the names of those of periods that run now
     * @param onRebuilt hears of each that was put in place, or could not be: it has to be looked at again
     */
    RebuildQueue(
            Vertx vertx,
            Function<BoardPeriod, Future<Long>> rebuild,
            Supplier<Set<String>> current,
            Consumer<RankedBoard> onRebuilt) {
        this.vertx = vertx;
        this.rebuild = rebuild;
        this.current = current;
        this.onRebuilt = onRebuilt;
    }

    void add(RankedBoard board, String why) {
        waiting.putIfAbsent(board, why);
        next();
    }

    /** Nothing can be built now; whoever finds a ranking missing later asks again. */
    void clear() {
        waiting.clear();
    }

    int size() {
        return waiting.size();
    }

    private void next() {
        if (busy || waiting.isEmpty()) {
            return;
        }
        RankedBoard board = first();
        String why = waiting.remove(board);
        long began = System.nanoTime();
        busy = true;
        rebuild.apply(board.board()).onComplete(result -> {
            if (result.succeeded()) {
                retryMillis = RETRY_MILLIS;
                board.rebuilt();
                LOG.atInfo()
                        .addKeyValue("board", board.board().name())
                        .addKeyValue("why", why)
                        .addKeyValue("entries", result.result())
                        .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began))
                        .log("Rebuilt a ranking");
                onRebuilt.accept(board);
            } else {
                LOG.atWarn()
                        .addKeyValue("board", board.board().name())
                        .addKeyValue("why", result.cause().getMessage())
                        .log("Rebuilding failed");
                onRebuilt.accept(board);
            }
            pause(result.succeeded()).onComplete(rested -> {
                busy = false;
                next();
            });
        });
    }

    private RankedBoard first() {
        Set<String> running = current.get();
        return waiting.keySet().stream()
                .filter(board -> running.contains(board.board().name()))
                .findFirst()
                .orElseGet(() -> waiting.keySet().iterator().next());
    }

    private Future<Void> pause(boolean succeeded) {
        if (succeeded) {
            return Future.succeededFuture();
        }
        long millis = retryMillis;
        retryMillis = Math.min(MAX_RETRY_MILLIS, retryMillis * 2);
        return vertx.timer(millis).mapEmpty();
    }
}
