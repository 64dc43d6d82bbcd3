package dev.pacesetter.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.BusMessage.Act;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.bus.BusMessage.TakeBack;
import dev.pacesetter.domain.Score;
import dev.pacesetter.ingest.WaitingQueues.Kind;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WaitingQueuesTest {

    private static final int MANY = 30;
    private final WaitingQueues waiting = new WaitingQueues(new BatchQueue<>(MANY, 1), new BatchQueue<>(MANY, 1));

    private static WaitingScore score() {
        Score score = new Score(UUID.randomUUID(), "ada", "run", 1, Instant.EPOCH);
        return new WaitingScore(new Submit(score, false, true, false, null, false));
    }

    private static WaitingTakeBack takeBack() {
        return new WaitingTakeBack(new TakeBack(UUID.randomUUID(), null, "delete", new Act("key:a", null)));
    }

    private static WaitingWork work() {
        return new WaitingWork("ada", (store, stream, batch) -> Future.failedFuture("never run"));
    }

    private Kind take() {
        Kind kind = waiting.next();
        BatchQueue<?> from =
                switch (kind) {
                    case SCORES -> waiting.scores();
                    case TAKE_BACKS -> waiting.takeBacks();
                    case WORK -> waiting.work();
                };
        assertEquals(1, from.next().size(), kind + " has none");
        return kind;
    }

    @Test
    void shouldLetNoKindWaitLongForTheOthers() {
        for (int i = 0; i < MANY; i++) {
            assertTrue(waiting.scores().offer(score()));
            assertTrue(waiting.takeBacks().offer(takeBack()));
            assertTrue(waiting.work().offer(work()));
        }
        List<Kind> turns = new ArrayList<>();
        while (!waiting.isEmpty()) {
            turns.add(take());
        }
        assertEquals(3 * MANY, turns.size());
        // As long as all three wait, none is left out of four turns.
        for (int i = 0; i + 4 <= 2 * MANY; i++) {
            assertEquals(Set.of(Kind.values()), Set.copyOf(turns.subList(i, i + 4)), "from turn " + i);
        }
    }

    @Test
    void shouldGiveTheTurnToWhateverWaitsAlone() {
        for (int i = 0; i < 3; i++) {
            waiting.work().offer(work());
            assertEquals(Kind.WORK, take());
            waiting.takeBacks().offer(takeBack());
            assertEquals(Kind.TAKE_BACKS, take());
            waiting.scores().offer(score());
            assertEquals(Kind.SCORES, take());
        }
    }

    @Test
    void shouldTellEverybodyThatTheStorageIsDown() {
        WaitingScore score = score();
        WaitingTakeBack takeBack = takeBack();
        WaitingWork work = work();
        waiting.scores().offer(score);
        waiting.takeBacks().offer(takeBack);
        waiting.work().offer(work);

        waiting.tellAllThatStorageIsDown();

        assertEquals(new StorageDown(), score.answer().result());
        assertEquals(new StorageDown(), takeBack.answer().future().result());
        assertEquals(new StorageDown(), work.answer().future().result());
        assertTrue(waiting.isEmpty());
    }
}
