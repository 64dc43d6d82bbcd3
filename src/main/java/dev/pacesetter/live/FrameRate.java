package dev.pacesetter.live;

/** How fast one socket may send: so many frames a second, and a number of them at once after a quiet time. */
final class FrameRate {

    /** A page registers all it may at once, and again after a while. */
    static final int BURST = 60;

    private static final double MILLIS = 1_000;

    private final int perSecond;
    private final int burst;
    private double left;
    private long takenAt;

    /**
     * With the whole burst to spend: a second of frames, or {@link #BURST} if that is more.
     *
     * @param now milliseconds of a clock that never goes back
     */
    FrameRate(int perSecond, long now) {
        this.perSecond = perSecond;
        this.burst = Math.max(BURST, perSecond);
        this.left = burst;
        this.takenAt = now;
    }

    /** Takes a frame. Returns whether it may come now. */
    boolean take(long now) {
        left = Math.min(burst, left + (now - takenAt) * perSecond / MILLIS);
        takenAt = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
