package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class SendQueueTest {

    private final Deque<Runnable> writes = new ArrayDeque<>();
    private long now;
    private int rooms;
    private final SendQueue queue = new SendQueue(this::send, 100, () -> now);

    SendQueueTest() {
        queue.whenRoomy(() -> rooms++);
    }

    @Test
    void shouldBeFullFromTheLimitOnAndRoomyAgainAtHalf() {
        assertTrue(queue.roomy());
        queue.write("x".repeat(60));
        assertFalse(queue.full());
        queue.write("x".repeat(50));
        assertTrue(queue.full());

        done();
        assertFalse(queue.full());
        assertTrue(queue.roomy());
        assertEquals(1, rooms);
        done();
        assertEquals(1, rooms, "told once");
    }

    @Test
    void shouldBeStuckOnlyWhenNothingMoves() {
        assertFalse(queue.stuck(30));
        now = 1_000;
        assertFalse(queue.stuck(30), "nothing to send");
        queue.write("a");
        queue.write("b");
        queue.write("c");
        now = 1_029;
        assertFalse(queue.stuck(30));
        done();
        now = 1_058;
        queue.write("d");
        assertFalse(queue.stuck(30), "slow, but it moves");
        now = 1_059;
        assertTrue(queue.stuck(30), "writing more is no progress");
    }

    private void send(Outgoing text, Runnable done) {
        writes.add(done);
    }

    private void done() {
        writes.remove().run();
    }
}
