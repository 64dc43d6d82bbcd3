package dev.pacesetter.postgres;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries something again for as long as PostgreSQL is {@linkplain PostgresFailures#isDown down}. */
public final class PostgresWait {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresWait.class);
    private static final long MIN_PAUSE_MILLIS = 250;
    private static final long MAX_PAUSE_MILLIS = 5_000;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Context context;
    private final Promise<Void> stopped = Promise.promise();

    private long pauseMillis = MIN_PAUSE_MILLIS;
    private long timer = NO_TIMER;
    private final Outage outage = new Outage(LOG);

    /** Not yet begun. */
    public PostgresWait(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
    }

    /**
     * Makes an attempt, and further ones until one succeeds or fails for another reason.
     *
     * @param late takes a result that comes after the stop
     * @return of the last attempt; a {@link CancellationException} once this is stopped, while an attempt may go on
     */
    public <T> Future<T> until(Supplier<Future<T>> attempt, Consumer<T> late) {
        Promise<T> promise = Promise.promise();
        stopped.future().onComplete(stop -> promise.tryFail(new CancellationException("stopped while it waited")));
        context.runOnContext(begin -> attempt(attempt, promise, late));
        return promise.future();
    }

    /** Gives up. */
    public void stop() {
        stopped.tryComplete();
        context.runOnContext(go -> vertx.cancelTimer(timer));
    }

    /** Whether it was given up: an attempt should then do no more. */
    public boolean isStopped() {
        return stopped.future().isComplete();
    }

    private <T> void attempt(Supplier<Future<T>> attempt, Promise<T> promise, Consumer<T> late) {
        Future<T> result;
        try {
            result = attempt.get();
        } catch (RuntimeException defect) {
            result = Future.failedFuture(defect);
        }
        result.onComplete(done -> context.runOnContext(go -> {
            if (done.succeeded()) {
                if (!promise.tryComplete(done.result())) {
                    late.accept(done.result());
                } else {
                    outage.isOver();
                }
            } else if (!PostgresFailures.isDown(done.cause())) {
                promise.tryFail(done.cause());
            } else if (!isStopped()) {
                outage.goesOn(done.cause());
                pause(() -> attempt(attempt, promise, late));
            }
        }));
    }

    private void pause(Runnable next) {
        timer = vertx.setTimer(pauseMillis, id -> {
            if (!isStopped()) {
                next.run();
            }
        });
        pauseMillis = Math.min(MAX_PAUSE_MILLIS, pauseMillis * 2);
    }
}
