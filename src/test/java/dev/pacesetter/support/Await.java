package dev.pacesetter.support;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Waiting for conditions, never for time. */
public final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Await() {}

    /** The result of a future. */
    public static <T> T result(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("no result within " + PATIENCE, late);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    /**
     * Ends an instance of Vert.x. Its last event loop may be gone before it can tell (a RejectedExecutionException, and
     * the future never completes), so what has to be over must be awaited before: undeployments, clients.
     */
    public static void closed(Vertx vertx) {
        vertx.close();
    }

    /** Waits until a condition holds. A probe that throws has not held yet. */
    public static void until(String what, Supplier<Boolean> condition) {
        until(what, PATIENCE, condition);
    }

    /** As {@link #until(String, Supplier)}, for what may take longer. */
    public static void until(String what, Duration patience, Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        Throwable last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (condition.get()) {
                    return;
                }
            } catch (RuntimeException | AssertionError notYet) {
                last = notYet;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new AssertionError(stopped);
            }
        }
        throw new AssertionError("not within " + patience + ": " + what, last);
    }
}
