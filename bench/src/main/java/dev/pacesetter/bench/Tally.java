package dev.pacesetter.bench;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What viewers have received, all together. */
final class Tally {

    final LongAdder messages = new LongAdder();
    /** Entries that a message said have changed, where that is counted. */
    final LongAdder entries = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder snapshots = new LongAdder();
    final LongAdder snapshotBytes = new LongAdder();
    final LongAdder gaps = new LongAdder();
    final LongAdder closed = new LongAdder();
    /** From when a score was due to be sent until a viewer had it on the screen, in microseconds. */
    final Histogram latency = new ConcurrentHistogram(60_000_000, 3);

    private volatile boolean timing;

    /** Measures latency from now on, or no longer. */
    void time(boolean on) {
        timing = on;
    }

    void received(int size, boolean snapshot, long dueNanos) {
        messages.increment();
        bytes.add(size);
        if (snapshot) {
            snapshots.increment();
            snapshotBytes.add(size);
        } else if (timing && dueNanos > 0) {
            latency.recordValue(Math.min(60_000_000, Math.max(0, (System.nanoTime() - dueNanos) / 1_000)));
        }
    }
}
