package dev.pacesetter.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;

/** Measures how much later than due a timer of its event loop runs. Deployed once for each event loop. */
public final class LoopDelay extends VerticleBase {

    private static final long PERIOD_MILLIS = 100;

    private final Timer delay;
    private long due;

    /** With the meters to tell. */
    public LoopDelay(MeterRegistry meters) {
        this.delay =
                Histograms.times(meters, "pacesetter.eventloop.delay", "How late an event loop gets to what is due");
    }

    @Override
    public Future<?> start() {
        due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);
        vertx.setTimer(PERIOD_MILLIS, id -> tick());
        return Future.succeededFuture();
    }

    private void tick() {
        delay.record(Math.max(0, System.nanoTime() - due), TimeUnit.NANOSECONDS);
        due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);
        vertx.setTimer(PERIOD_MILLIS, id -> tick());
    }
}
