package dev.pacesetter.domain;

/**
 * A value and its tie-break tick packed into one number whose ascending order is the ranking order.
 *
 * <p>{@code key = sign × value × 2²² + tick}: the value takes 31 bits, the tick 22, together the 53 that a double, and
 * so a Redis sorted set, holds exactly. The sign is negative where larger is better, so one code path serves both
 * orders, and equal keys fall to the member's bytes, which is the user id.
 */
public final class RankKey {

    /** How many bits the tick takes. */
    public static final int TICK_BITS = 22;

    private static final long SPAN = 1L << TICK_BITS;

    private RankKey() {}

    /** Packs a value of 0 to {@link Score#MAX} and a tick of 0 to {@link TieClock#MAX_TICK}. */
    public static long pack(Order order, int value, int tick) {
        if (value < 0 || tick < 0 || tick > TieClock.MAX_TICK) {
            throw new IllegalArgumentException("value or tick out of range: " + value + ", " + tick);
        }
        return (long) order.sign() * value * SPAN + tick;
    }

    /** Whether a key holds a better value than another, whichever order both were packed by. */
    public static boolean isBetter(long key, long than) {
        return Math.floorDiv(key, SPAN) < Math.floorDiv(than, SPAN);
    }

    /** The value in a key. */
    public static int value(Order order, long key) {
        return (int) (order.sign() * Math.floorDiv(key, SPAN));
    }

    /** The tick in a key. */
    public static int tick(long key) {
        return (int) Math.floorMod(key, SPAN);
    }
}
