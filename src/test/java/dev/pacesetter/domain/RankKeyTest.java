package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RankKeyTest {

    private record Reached(int value, int tick) {}

    @Property
    void shouldUnpackWhatWasPackedAndFitADouble(
            @ForAll @IntRange(min = 0) int value, @ForAll @IntRange(min = 0, max = TieClock.MAX_TICK) int tick) {
        for (Order order : Order.values()) {
            long key = RankKey.pack(order, value, tick);
            assertEquals(value, RankKey.value(order, key));
            assertEquals(tick, RankKey.tick(key));
            assertEquals(key, (long) (double) key);
        }
    }

    @Property
    void shouldSortAsTheRankingDoes(
            @ForAll @IntRange(min = 0) int oneValue,
            @ForAll @IntRange(min = 0, max = TieClock.MAX_TICK) int oneTick,
            @ForAll @IntRange(min = 0) int otherValue,
            @ForAll @IntRange(min = 0, max = TieClock.MAX_TICK) int otherTick) {
        for (Order order : Order.values()) {
            Comparator<Reached> byValue = Comparator.comparing(Reached::value);
            Comparator<Reached> ranking =
                    (order == Order.DESC ? byValue.reversed() : byValue).thenComparing(Reached::tick);
            assertEquals(
                    Integer.signum(ranking.compare(new Reached(oneValue, oneTick), new Reached(otherValue, otherTick))),
                    Long.signum(Long.compare(
                            RankKey.pack(order, oneValue, oneTick), RankKey.pack(order, otherValue, otherTick))));
        }
    }

    @Test
    void shouldHoldTheExtremes() {
        long most = RankKey.pack(Order.DESC, Score.MAX, 0);
        assertTrue(Math.abs(most) < 1L << 53);
        assertEquals(Score.MAX, RankKey.value(Order.DESC, most));
        assertEquals(0, RankKey.value(Order.DESC, RankKey.pack(Order.DESC, 0, TieClock.MAX_TICK)));
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        assertThrows(IllegalArgumentException.class, () -> RankKey.pack(Order.DESC, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> RankKey.pack(Order.DESC, 0, TieClock.MAX_TICK + 1));
        assertThrows(IllegalArgumentException.class, () -> RankKey.pack(Order.ASC, 0, -1));
    }
}
