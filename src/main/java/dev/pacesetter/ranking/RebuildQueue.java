package dev.pacesetter.ranking;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds rankings one after the other, so that PostgreSQL has only one large question to answer at a time. A board
 * waits here once, however often it is asked for. Runs on one event loop.
 */
final class RebuildQueue {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildQueue.class);
    private static final long RETRY_MILLIS = 300;
    private static final long MAX_RETRY_MILLIS = 5_000;

    private final Vertx vertx;
    private final Rebuilder rebuilder;
    private final Consumer<RankedBoard> onRebuilt;
    private final Map<RankedBoard, String> waiting = new LinkedHashMap<>();
    private boolean busy;
    private long retryMillis = RETRY_MILLIS;

    /** @param onRebuilt hears of each that was put in place, or could not be: it has to be looked at again */
    RebuildQueue(Vertx vertx, Rebuilder rebuilder, Consumer<RankedBoard> onRebuilt) {
        this.vertx = vertx;
        this.rebuilder = rebuilder;
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
        Map.Entry<RankedBoard, String> first = waiting.entrySet().iterator().next();
        RankedBoard board = first.getKey();
        String why = first.getValue();
        long began = System.nanoTime();
        busy = true;
        waiting.remove(board);
        rebuilder.rebuild(board.board()).onComplete(result -> {
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

    private Future<Void> pause(boolean succeeded) {
        if (succeeded) {
            return Future.succeededFuture();
        }
        long millis = retryMillis;
        retryMillis = Math.min(MAX_RETRY_MILLIS, retryMillis * 2);
        return vertx.timer(millis).mapEmpty();
    }
}
