package dev.pacesetter.live;

import java.util.function.LongSupplier;

/**
 * What one socket has not sent yet. The bridge asks no socket whether it keeps up, and only the raw WebSocket could
 * answer; so every write is counted until it is done, the same for all transports.
 *
 * <p>It is full from {@code most} on, and has room again below half of that. Sizes are in characters.
 */
final class SendQueue {

    private final Outlet socket;
    private final int most;
    private final LongSupplier clock;
    private Runnable room = () -> {};
    private int unsent;
    private long movedAt;

    /**
     * Nothing unsent.
     *
     * @param socket sends
     * @param most how much may be unsent
     * @param clock milliseconds that never go back
     */
    SendQueue(Outlet socket, int most, LongSupplier clock) {
        this.socket = socket;
        this.most = most;
        this.clock = clock;
    }

    /** What to do when there is room again after it was full. */
    void whenRoomy(Runnable action) {
        room = action;
    }

    /** Whether everything was sent. */
    boolean isEmpty() {
        return unsent == 0;
    }

    /** The clock's time. */
    long now() {
        return clock.getAsLong();
    }

    /** Whether nothing more is to be sent now. */
    boolean full() {
        return unsent >= most;
    }

    /** Whether it is at most half full. */
    boolean roomy() {
        return unsent <= most / 2;
    }

    /** Whether something is unsent and nothing went out for that long. */
    boolean stuck(long forMillis) {
        return unsent > 0 && clock.getAsLong() - movedAt >= forMillis;
    }

    /** Sends. */
    void write(String text) {
        Outgoing alone = new Outgoing(text);
        write(alone);
        alone.release();
    }

    /** Sends what others may be sent, too. */
    void write(Outgoing text) {
        if (unsent == 0) {
            movedAt = clock.getAsLong();
        }
        int size = text.text().length();
        unsent += size;
        socket.send(text, () -> sent(size));
    }

    private void sent(int size) {
        boolean wasRoomy = roomy();
        unsent -= size;
        movedAt = clock.getAsLong();
        if (!wasRoomy && roomy()) {
            room.run();
        }
    }
}
