package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose turn it is to be looked at again. */
class PassesTest {

    private final Passes passes = new Passes();
    private final BridgeSocket socket = new BridgeSocket(
            null, new Audience(), passes, null, null, new SendQueue((text, done) -> {}, 1, () -> 0), null);

    private List<Pass> held(int count) {
        List<Pass> all = IntStream.range(0, count)
                .mapToObj(i -> new Pass("a" + i, null, new Principal.Key(Role.INGEST, "k" + i), "key", false))
                .toList();
        all.forEach(pass -> passes.add(pass, socket, 0));
        return all;
    }

    @Test
    void shouldNotLookAtMoreThanItMayAndAtEachInTurn() {
        List<Pass> all = held(5);
        assertEquals(List.of(), passes.due(999, 1_000, 2));
        assertEquals(all.subList(0, 2), passes.due(1_000, 1_000, 2));
        assertEquals(all.subList(2, 4), passes.due(1_001, 1_000, 2));
        assertEquals(all.subList(4, 5), passes.due(1_002, 1_000, 2));
        assertEquals(List.of(), passes.due(1_999, 1_000, 2));
        assertEquals(all.subList(0, 2), passes.due(2_000, 1_000, 2));
    }

    /** However many there are, each is looked at within the minute. */
    @Test
    void shouldLookAtAsManyAsItTakesForEachToHaveItsTurn() {
        held(12_000);
        assertEquals(200, passes.share(60_000, 200));
        held(15_001);
        assertEquals(451, passes.share(60_000, 200));
        Set<Pass> seen = new HashSet<>();
        for (long second = 60; second < 120; second++) {
            seen.addAll(passes.due(second * 1_000, 60_000, passes.share(60_000, 200)));
        }
        assertEquals(27_001, seen.size());
        for (long second = 120; second < 180; second++) {
            seen.removeAll(passes.due(second * 1_000, 60_000, passes.share(60_000, 200)));
        }
        assertEquals(Set.of(), seen);
    }

    @Test
    void shouldForgetWhatIsHeldNoMore() {
        List<Pass> all = held(2);
        passes.remove(all.get(0));
        assertEquals(List.of(all.get(1)), passes.due(1_000, 1_000, 9));
        assertEquals(List.of(), passes.of("key:k0"));
        assertEquals(List.of(all.get(1)), passes.of("key:k1"));
    }
}
