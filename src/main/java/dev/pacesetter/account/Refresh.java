package dev.pacesetter.account;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something to be read anew now and then: one reading at a time, and for those who miss something not too often. */
final class Refresh {

    private final Supplier<Future<Void>> read;
    private final long pauseNanos;
    private final LongSupplier nanoTime;

    private @Nullable Future<Void> reading;
    private Future<Void> last = Future.succeededFuture();
    private long began;

    Refresh(Supplier<Future<Void>> read, Duration pause, LongSupplier nanoTime) {
        this.read = read;
        this.pauseNanos = pause.toNanos();
        this.nanoTime = nanoTime;
        began = nanoTime.getAsLong() - pauseNanos;
    }

    /** Reads, or waits for whoever is reading. */
    synchronized Future<Void> now() {
        if (reading != null) {
            return reading;
        }
        began = nanoTime.getAsLong();
        Future<Void> started = read.get();
        last = started;
        if (!started.isComplete()) {
            reading = started;
            started.onComplete(done -> over());
        }
        return started;
    }

    /** The same, unless the last reading began within the pause; then its outcome is as good as another's. */
    synchronized Future<Void> ifDue() {
        return reading != null || nanoTime.getAsLong() - began >= pauseNanos ? now() : last;
    }

    private synchronized void over() {
        reading = null;
    }
}
