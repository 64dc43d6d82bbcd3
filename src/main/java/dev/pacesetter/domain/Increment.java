package dev.pacesetter.domain;

/**
 * What one or more scores do to one entry. It commutes: in whatever order increments arrive, on whichever node, the
 * entry ends the same.
 *
 * @param userId whose entry
 * @param value what is added (sum, count), or offered (best)
 * @param tick when it was reached, by the period's {@link TieClock}
 */
public record Increment(String userId, int value, int tick) {

    /** Both in one. */
    public Increment and(Increment other, Mode mode, Order order) {
        return switch (mode) {
            case SUM, COUNT ->
                new Increment(
                        userId, (int) Math.min(Score.MAX, (long) value + other.value), Math.max(tick, other.tick));
            case BEST ->
                RankKey.pack(order, value, tick) <= RankKey.pack(order, other.value, other.tick) ? this : other;
        };
    }
}
