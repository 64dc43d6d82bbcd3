package dev.pacesetter.live;

import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.SnapshotReply;

/**
 * What one socket holds of one leaderboard: decides which frames it is sent. Frames come from two sides, published ones
 * and the answer to a question for a snapshot, and may cross; their sequence numbers decide.
 *
 * <pre>
 *   REGISTERING ──start()──► ASKING ──snapshot──► CURRENT ──full──► BEHIND
 *                            ▲  │ none yet           │ gap            │ catchUp()
 *                            │  ▼                    │                │
 *                            │ WAITING ──snapshot──► │                │
 *                            └───────────────────────┴────────────────┘
 * </pre>
 */
final class Viewer {

    /** What to do now. */
    enum Step {
        /** Nothing. */
        NOTHING,
        /** Send the frame. */
        WRITE,
        /** Ask for a snapshot, and tell {@link #answer} or {@link #failed} what came. */
        ASK
    }

    private enum State {
        REGISTERING,
        ASKING,
        WAITING,
        CURRENT,
        BEHIND
    }

    private static final long NONE = -1;

    private State state = State.REGISTERING;
    private long held = NONE;
    private long newest = NONE;

    /** It is registered. Returns whether that is news; then a snapshot is to be asked for. */
    boolean start() {
        if (started()) {
            return false;
        }
        state = State.ASKING;
        return true;
    }

    /** Whether it counts as a viewer. */
    boolean started() {
        return state != State.REGISTERING;
    }

    /**
     * A frame was published.
     *
     * @param full whether the socket has as much unsent as it may
     */
    Step offer(LiveFrame frame, boolean full) {
        newest = Math.max(newest, frame.sequence());
        if (!started() || frame.sequence() <= held) {
            return Step.NOTHING;
        }
        if (frame.isSnapshot() || (state == State.CURRENT && frame.base() == held)) {
            return take(frame, full);
        }
        if (state == State.ASKING || state == State.BEHIND) {
            return Step.NOTHING;
        }
        if (full) {
            state = State.BEHIND;
            return Step.NOTHING;
        }
        state = State.ASKING;
        return Step.ASK;
    }

    /** What came of asking. */
    Step answer(SnapshotReply reply, boolean full) {
        if (!(reply instanceof LiveFrame frame)) {
            if (state == State.ASKING) {
                state = State.WAITING;
            }
            return Step.NOTHING;
        }
        if (frame.sequence() < newest) {
            // A published delta overtook it and was passed over: it would be out of date with nothing to mend it.
            return state == State.ASKING ? Step.ASK : Step.NOTHING;
        }
        return frame.sequence() <= held ? Step.NOTHING : take(frame, full);
    }

    /** The question got no answer. */
    void failed() {
        if (state == State.ASKING) {
            state = State.BEHIND;
        }
    }

    /** The socket has room again. Returns whether a snapshot is to be asked for. */
    boolean catchUp() {
        if (state != State.BEHIND) {
            return false;
        }
        state = State.ASKING;
        return true;
    }

    private Step take(LiveFrame frame, boolean full) {
        if (full) {
            state = State.BEHIND;
            return Step.NOTHING;
        }
        state = State.CURRENT;
        held = frame.sequence();
        return Step.WRITE;
    }
}
