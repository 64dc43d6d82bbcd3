package dev.pacesetter.live;

import dev.pacesetter.metrics.Histograms;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What is measured of sending changes to viewers. */
final class LiveMeters {

    private final Counter messages;
    private final Counter skipped;
    private final Timer published;
    private final Map<Closing, Counter> closed = new EnumMap<>(Closing.class);
    private final Timer seen;
    private final AtomicInteger viewers = new AtomicInteger();
    private final AtomicInteger followers = new AtomicInteger();

    LiveMeters(MeterRegistry meters) {
        for (Closing why : Closing.values()) {
            closed.put(
                    why,
                    Counter.builder("pacesetter.live.closed")
                            .description("Sockets closed from this side, by why")
                            .tag("reason", why.tag())
                            .register(meters));
        }
        messages = counter(meters, "pacesetter.live.messages", "Messages sent to sockets");
        skipped = counter(meters, "pacesetter.live.skipped", "Messages not sent, as the socket had too much unsent");
        published = Histograms.times(
                meters, "pacesetter.live.published", "From the first change that viewers have not seen to its message");
        seen = Histograms.times(
                meters,
                "pacesetter.score.published",
                "From the commit of a score on this node to the first message to viewers here that shows it");
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    /** Shows how many watch; for one of a node. */
    void watch(MeterRegistry meters) {
        gauge(meters, "leaderboard", viewers);
        gauge(meters, "user", followers);
    }

    private static void gauge(MeterRegistry meters, String of, AtomicInteger count) {
        Gauge.builder("pacesetter.live.viewers", count, AtomicInteger::get)
                .description("Registrations, of all sockets together, by what is watched")
                .tag("of", of)
                .strongReference(true)
                .register(meters);
    }

    void viewers(int change) {
        viewers.addAndGet(change);
    }

    void followers(int change) {
        followers.addAndGet(change);
    }

    void sent() {
        messages.increment();
    }

    void skipped() {
        skipped.increment();
    }

    void closed(Closing why) {
        Objects.requireNonNull(closed.get(why)).increment();
    }

    /** Published what has changed at that time of {@link System#nanoTime}. */
    void published(long changedNanos) {
        published.record(Math.max(0, System.nanoTime() - changedNanos), TimeUnit.NANOSECONDS);
    }

    /** Viewers see what is that old, in nanoseconds; empty: nothing that was timed. */
    void seen(OptionalLong age) {
        age.ifPresent(nanos -> seen.record(nanos, TimeUnit.NANOSECONDS));
    }
}
