package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.RankKey;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.ranking.RankingStore.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SelectionTest {

    private static Line line(String user, int value, int tick) {
        return new Line(user, RankKey.pack(Order.DESC, value, tick));
    }

    private static List<String> users(Slice slice) {
        return slice.lines().stream().map(Line::userId).toList();
    }

    private static final Selection ALL = new Selection(
            "e",
            7,
            List.of(line("low", 1, 0), line("b", 5, 2), line("a", 5, 2), line("early", 5, 1), line("top", 9, 9)));

    @Test
    void shouldOrderByValueThenTimeThenUser() {
        Slice page = ALL.page(0, 10);

        assertEquals(List.of("top", "early", "a", "b", "low"), users(page));
        assertEquals(5, page.total());
        assertEquals(0, page.better());
        assertEquals(7, page.version());
    }

    @Test
    void shouldCountWhoIsBetterThanAPagesFirst() {
        assertEquals(1, ALL.page(2, 2).better());
        assertEquals(List.of("a", "b"), users(ALL.page(2, 2)));
        assertEquals(List.of(), users(ALL.page(5, 2)));
        assertEquals(List.of(), users(ALL.page(999_999_999, 200)));
        assertEquals(List.of(), users(ALL.page(0, 0)));
    }

    @Test
    void shouldFindAnEntryWithItsNeighbours() {
        Slice around = ALL.around("b", 1);

        assertEquals(List.of("a", "b", "low"), users(around));
        assertEquals(2, around.offset());
        assertEquals(1, around.better());
        assertEquals(RankKey.pack(Order.DESC, 9, 9), around.next());
        assertNull(ALL.around("top", 3).next());
        assertEquals(List.of(), users(ALL.around("nobody", 3)));
        assertEquals(-1, ALL.around("nobody", 3).offset());
    }

    @Test
    void shouldAgreeWithCountingOneByOne() {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            List<Line> lines = new ArrayList<>();
            for (int i = random.nextInt(30); i >= 0; i--) {
                lines.add(line("u" + i, random.nextInt(6), random.nextInt(3)));
            }
            Collections.shuffle(lines, random);
            Selection all = new Selection("e", 1, lines);
            for (Line one : lines) {
                long better = lines.stream()
                        .filter(other -> RankKey.value(Order.DESC, other.key()) > RankKey.value(Order.DESC, one.key()))
                        .count();
                assertEquals(better, all.around(one.userId(), 0).better());
            }
        }
    }
}
