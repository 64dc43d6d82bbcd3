package dev.pacesetter.bench;

import io.vertx.core.Future;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waiting for something, never without an end. */
final class Waits {

    private static final int POLL_MILLIS = 10;
    private static final int FUTURE_SECONDS = 60;

    private Waits() {}

    /** Waits until it is so; fails after so many seconds. */
    static void until(String what, int seconds, BooleanSupplier condition) throws IOException {
        if (!within(seconds * 1_000L, condition)) {
            throw new IOException("not within " + seconds + " s: " + what);
        }
    }

    /** Whether it comes to be so within some time. */
    static boolean within(long millis, BooleanSupplier condition) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Server.pause(POLL_MILLIS);
        }
        return true;
    }

    static <T> T result(Future<T> future) throws IOException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(FUTURE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException failed) {
            throw new IOException(failed);
        }
    }
}
