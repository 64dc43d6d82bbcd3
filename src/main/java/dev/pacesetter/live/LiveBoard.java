package dev.pacesetter.live;

import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.NoSnapshot;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.SnapshotReply;
import dev.pacesetter.domain.TopDelta;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One watched leaderboard, or one among a group's members: decides when to read it again and what to tell its viewers. Does nothing by itself; times
 * are milliseconds of any one clock that never goes back.
 *
 * <pre>
 *            changed()             due() = 0: begin()             read(page): a frame, or nothing new
 *   at rest ───────────► to be read ────────────────► being read ────────────────────────► at rest
 *                            ▲                            │ changed() meanwhile, failed(), a stale page, or one without names
 *                            └────────────────────────────┘
 * </pre>
 *
 * <p>A read begins no sooner than one slot after the last one ended, so messages are at least a slot apart, and a change
 * after a quiet time is read at once.
 *
 * <p>Viewers hold the version of the last message. A change that they cannot see (below the top, the total the same)
 * sends nothing, and the next delta's base stays the version they hold: the chain has no gap, and a large board whose
 * top is quiet costs nothing.
 */
final class LiveBoard {

    private static final long FIRST_BACKOFF_MILLIS = 250;
    private static final long LONGEST_BACKOFF_MILLIS = 5_000;
    /** What answers with an older version for so long is no straggler: the store itself went back. */
    private static final long PATIENCE_MILLIS = 2_000;

    private final Topic topic;
    private final long slotMillis;
    private final LongSupplier sequence;

    private boolean stale = true;
    private boolean reading;
    private boolean withdrawn;
    private long restsFrom;
    private long restMillis;
    private int failures;
    /** Reads in a row that brought ids for names. */
    private int unnamed;

    private @Nullable Long olderSince;
    private long newestVersion;
    private @Nullable Page shown;
    private long shownSequence;
    private @Nullable LiveFrame snapshot;

    /**
     * A board that nobody has been told anything of.
     *
     * @param messagesPerSecond the most that it may read and send
     * @param sequence the next sequence number, each larger than all before
     */
    LiveBoard(Topic topic, int messagesPerSecond, LongSupplier sequence) {
        this.topic = topic;
        this.slotMillis = (1_000L + messagesPerSecond - 1) / messagesPerSecond;
        this.sequence = sequence;
    }

    Topic topic() {
        return topic;
    }

    /** It may have changed. */
    void changed() {
        stale = true;
        restMillis = Math.min(restMillis, slotMillis);
    }

    /** How long until it is to be read, 0 for now; empty when it need not be, or is being read. */
    OptionalLong due(long now) {
        if (!stale || reading || withdrawn) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(restMillis == 0 ? 0 : Math.max(0, restsFrom + restMillis - now));
    }

    /** A read begins: every change up to now will be seen by it. */
    void begin() {
        reading = true;
        stale = false;
    }

    /** The read could not be done. What viewers hold stays; it will be tried again, less and less often. */
    void failed(long now) {
        stale = true;
        end(now, backoff(failures++));
    }

    private static long backoff(int times) {
        return Math.min(LONGEST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(times, 10));
    }

    /** The read is done. Returns what viewers are to be told, if anything. */
    @Nullable LiveFrame read(Page page, long now) {
        end(now, slotMillis);
        if (withdrawn) {
            return null;
        }
        if (page.named()) {
            unnamed = 0;
        } else {
            // Shown as it is, and looked at again: no change of the ranking will tell when its names can be read.
            stale = true;
            restMillis = Math.max(slotMillis, backoff(unnamed++));
        }
        Page before = shown;
        if (before == null
                || !before.period().equals(page.period())
                || !before.epoch().equals(page.epoch())) {
            return restart(page);
        }
        if (page.version() < newestVersion) {
            return older(page, now);
        }
        reached(page);
        TopDelta delta = TopDelta.between(before.entries(), page.entries());
        if (delta.isEmpty() && page.total() == before.total()) {
            return null;
        }
        return show(page, next -> Frames.delta(topic, page, delta, before.version(), shownSequence, next));
    }

    /** Either an answer that was overtaken, or the store lost what it had and may never come to this version again. */
    private @Nullable LiveFrame older(Page page, long now) {
        if (olderSince == null) {
            olderSince = now;
        }
        if (now - olderSince >= PATIENCE_MILLIS) {
            return restart(page);
        }
        failed(now);
        return null;
    }

    private LiveFrame restart(Page page) {
        reached(page);
        LiveFrame frame = show(page, next -> Frames.snapshot(topic, page, next));
        snapshot = frame;
        return frame;
    }

    private void reached(Page page) {
        failures = 0;
        olderSince = null;
        newestVersion = page.version();
    }

    private LiveFrame show(Page page, LongFunction<LiveFrame> encode) {
        LiveFrame frame = encode.apply(sequence.getAsLong());
        shown = page;
        shownSequence = frame.sequence();
        snapshot = null;
        return frame;
    }

    private void end(long now, long rest) {
        reading = false;
        restsFrom = now;
        restMillis = rest;
    }

    /** What all viewers hold, for a new one. Encoded once, however many come. */
    SnapshotReply snapshot() {
        if (shown == null) {
            return new NoSnapshot();
        }
        if (snapshot == null) {
            snapshot = Frames.snapshot(topic, shown, shownSequence);
        }
        return snapshot;
    }

    /**
     * Compares with what should be shown: a period may have ended with no score coming in.
     *
     * @param period the label of the current period; null when nobody may watch this board, which its viewers are told
     *     once
     * @return what viewers are to be told, if anything
     */
    @Nullable LiveFrame expect(@Nullable String period) {
        if (period == null) {
            return withdraw();
        }
        if (withdrawn) {
            withdrawn = false;
            stale = true;
        }
        if (shown != null && !shown.period().equals(period)) {
            stale = true;
        }
        return null;
    }

    private @Nullable LiveFrame withdraw() {
        if (withdrawn) {
            return null;
        }
        withdrawn = true;
        shown = null;
        snapshot = null;
        return Frames.withdrawn(topic, sequence.getAsLong());
    }
}
