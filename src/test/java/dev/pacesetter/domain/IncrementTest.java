package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class IncrementTest {

    @Property
    void shouldCommute(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 5) Integer> values, @ForAll long seed) {
        List<Increment> all = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            all.add(new Increment("u", values.get(i), i * 7 % 5));
        }
        List<Increment> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(seed));
        for (Mode mode : Mode.values()) {
            for (Order order : Order.values()) {
                assertEquals(together(all, mode, order), together(shuffled, mode, order), mode + " " + order);
            }
        }
    }

    private static Increment together(List<Increment> all, Mode mode, Order order) {
        return all.stream().reduce((one, other) -> one.and(other, mode, order)).orElseThrow();
    }

    @Test
    void shouldKeepTheFirstOfEqualBests() {
        Increment early = new Increment("u", 300, 5);
        Increment late = new Increment("u", 300, 9);
        assertEquals(early, late.and(early, Mode.BEST, Order.ASC));
        assertEquals(early, early.and(late, Mode.BEST, Order.DESC));
        Increment better = new Increment("u", 299, 11);
        assertEquals(better, early.and(better, Mode.BEST, Order.ASC));
        assertEquals(early, early.and(better, Mode.BEST, Order.DESC));
    }

    @Test
    void shouldHoldASumAtItsLimit() {
        Increment most = new Increment("u", Score.MAX, 1);
        assertEquals(new Increment("u", Score.MAX, 3), most.and(new Increment("u", 5, 3), Mode.SUM, Order.DESC));
    }
}
