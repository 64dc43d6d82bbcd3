package dev.pacesetter.live;

import dev.pacesetter.metrics.Histograms;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What is measured of sending changes to viewers. */
final class LiveMeters {

    private final Counter messages;
    private final Counter skipped;
    private final Counter tooSlow;
    private final Timer published;

    LiveMeters(MeterRegistry meters) {
        messages = counter(meters, "pacesetter.live.messages", "Messages sent to sockets");
        skipped = counter(meters, "pacesetter.live.skipped", "Messages not sent, as the socket had too much unsent");
        tooSlow = counter(meters, "pacesetter.live.stuck", "Sockets closed, as they took nothing");
        published = Histograms.times(
                meters, "pacesetter.live.published", "From the first change that viewers have not seen to its message");
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    void sent() {
        messages.increment();
    }

    void skipped() {
        skipped.increment();
    }

    void closedAsStuck() {
        tooSlow.increment();
    }

    /** Published what has changed at that time of {@link System#nanoTime}. */
    void published(long changedNanos) {
        published.record(Math.max(0, System.nanoTime() - changedNanos), TimeUnit.NANOSECONDS);
    }
}
