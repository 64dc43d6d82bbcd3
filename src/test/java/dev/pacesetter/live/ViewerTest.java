package dev.pacesetter.live;

import static dev.pacesetter.live.Viewer.Step.ASK;
import static dev.pacesetter.live.Viewer.Step.NOTHING;
import static dev.pacesetter.live.Viewer.Step.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.NoSnapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which frames a socket is sent, in whatever order they come. */
class ViewerTest {

    private static final boolean FULL = true;
    private static final boolean ROOM = false;

    private final Viewer viewer = new Viewer();

    @Test
    void shouldCountAsAViewerOnce() {
        assertFalse(viewer.started());
        assertTrue(viewer.start());
        assertTrue(viewer.started());
        assertFalse(viewer.start());
    }

    @Test
    void shouldSendTheSnapshotAndTheDeltasThatFollow() {
        viewer.start();
        assertEquals(WRITE, viewer.answer(snapshot(5), ROOM));
        assertEquals(WRITE, viewer.offer(delta(5, 6), ROOM));
        assertEquals(WRITE, viewer.offer(delta(6, 9), ROOM));
    }

    @Test
    void shouldPassOverDeltasBeforeTheSnapshot() {
        assertEquals(NOTHING, viewer.offer(delta(3, 4), ROOM));
        viewer.start();
        assertEquals(NOTHING, viewer.offer(delta(4, 5), ROOM));
        assertEquals(WRITE, viewer.answer(snapshot(5), ROOM));
        assertEquals(WRITE, viewer.offer(delta(5, 6), ROOM));
    }

    @Test
    void shouldDropWhatTheSnapshotAlreadyHolds() {
        viewer.start();
        assertEquals(WRITE, viewer.answer(snapshot(6), ROOM));
        assertEquals(NOTHING, viewer.offer(delta(4, 5), ROOM));
        assertEquals(NOTHING, viewer.offer(delta(5, 6), ROOM));
        assertEquals(NOTHING, viewer.offer(delta(5, 6), ROOM), "a duplicate");
        assertEquals(WRITE, viewer.offer(delta(6, 7), ROOM));
    }

    @Test
    void shouldAskAgainWhenADeltaOvertookTheSnapshot() {
        viewer.start();
        assertEquals(NOTHING, viewer.offer(delta(5, 6), ROOM));
        assertEquals(ASK, viewer.answer(snapshot(5), ROOM), "it would stay out of date until the next change");
        assertEquals(WRITE, viewer.answer(snapshot(6), ROOM));
    }

    @Test
    void shouldTakeThePublishedSnapshotWhenThereWasNoneYet() {
        viewer.start();
        assertEquals(NOTHING, viewer.answer(new NoSnapshot(), ROOM));
        assertEquals(WRITE, viewer.offer(snapshot(1), ROOM));
        assertEquals(WRITE, viewer.offer(delta(1, 2), ROOM));
    }

    @Test
    void shouldPreferAPublishedSnapshotToTheOlderAnswer() {
        viewer.start();
        assertEquals(WRITE, viewer.offer(snapshot(8), ROOM));
        assertEquals(NOTHING, viewer.answer(snapshot(7), ROOM));
        assertEquals(NOTHING, viewer.answer(snapshot(8), ROOM));
        assertEquals(WRITE, viewer.offer(delta(8, 9), ROOM));
    }

    @Test
    void shouldAskWhenADeltaIsMissing() {
        hold(5);
        assertEquals(ASK, viewer.offer(delta(6, 7), ROOM));
        assertEquals(NOTHING, viewer.offer(delta(7, 8), ROOM));
        assertEquals(WRITE, viewer.answer(snapshot(8), ROOM));
        assertEquals(WRITE, viewer.offer(delta(8, 9), ROOM));
    }

    @Test
    void shouldAskWhenADeltaComesInsteadOfThePromisedSnapshot() {
        viewer.start();
        viewer.answer(new NoSnapshot(), ROOM);
        assertEquals(ASK, viewer.offer(delta(3, 4), ROOM));
    }

    @Test
    void shouldTakeAnySnapshotThatIsNewer() {
        hold(5);
        assertEquals(WRITE, viewer.offer(snapshot(9), ROOM));
        assertEquals(NOTHING, viewer.offer(delta(5, 6), ROOM));
        assertEquals(WRITE, viewer.offer(delta(9, 10), ROOM));
    }

    @Test
    void shouldSkipAFullSocketAndSendOneFreshSnapshotOnceThereIsRoom() {
        hold(5);
        assertEquals(NOTHING, viewer.offer(delta(5, 6), FULL));
        assertEquals(NOTHING, viewer.offer(delta(6, 7), FULL));
        assertEquals(NOTHING, viewer.offer(delta(7, 8), ROOM), "half drained");
        assertTrue(viewer.catchUp());
        assertFalse(viewer.catchUp(), "it asks already");
        assertEquals(WRITE, viewer.answer(snapshot(8), ROOM));
        assertEquals(WRITE, viewer.offer(delta(8, 9), ROOM));
        assertFalse(viewer.catchUp());
    }

    @Test
    void shouldWaitOnWhenTheSocketIsFullAgain() {
        hold(5);
        viewer.offer(delta(5, 6), FULL);
        viewer.catchUp();
        assertEquals(NOTHING, viewer.answer(snapshot(6), FULL));
        assertTrue(viewer.catchUp());
        assertEquals(WRITE, viewer.answer(snapshot(6), ROOM));
    }

    @Test
    void shouldNotTakeALateAnswerThatMissesWhatWasSkipped() {
        hold(5);
        viewer.offer(delta(5, 6), FULL);
        viewer.catchUp();
        assertEquals(WRITE, viewer.offer(snapshot(7), ROOM));
        viewer.offer(delta(7, 8), FULL);
        viewer.offer(delta(8, 9), FULL);
        assertEquals(NOTHING, viewer.answer(snapshot(8), ROOM), "the answer to the first question");
        assertTrue(viewer.catchUp());
    }

    @Test
    void shouldAskLaterWhenThereWasNoAnswer() {
        viewer.start();
        viewer.failed();
        assertTrue(viewer.catchUp());
        assertEquals(WRITE, viewer.answer(snapshot(1), ROOM));
        viewer.failed();
        assertFalse(viewer.catchUp(), "an older question has no say");
    }

    /** Whatever crosses, is lost, comes twice or is skipped: what is sent fits, and in the end it is the newest. */
    @Test
    void shouldNeverSendWhatDoesNotFitAndAlwaysEndWithTheNewest() {
        for (int seed = 0; seed < 5_000; seed++) {
            new Crossing(new Random(seed)).run("seed " + seed);
        }
    }

    /** A publisher and a viewer, with two queues between them that are not in step. */
    private static final class Crossing {
        private final Random random;
        private final Viewer viewer = new Viewer();
        private final Deque<LiveFrame> published = new ArrayDeque<>();
        private final Deque<LiveFrame> answers = new ArrayDeque<>();
        private long newest = 1;
        private long client = -1;

        Crossing(Random random) {
            this.random = random;
        }

        void run(String name) {
            viewer.start();
            answers.add(snapshot(newest));
            for (int i = 0; i < 60; i++) {
                step(random.nextInt(8), random.nextInt(4) == 0, name);
            }
            while (!published.isEmpty() || !answers.isEmpty() || viewer.catchUp()) {
                if (published.isEmpty() && answers.isEmpty()) {
                    answers.add(snapshot(newest));
                }
                step(published.isEmpty() ? 4 : 2, false, name);
            }
            assertEquals(newest, client, name);
        }

        private void step(int kind, boolean full, String name) {
            switch (kind) {
                case 0, 1 -> {
                    long before = newest;
                    newest += 1 + random.nextInt(3);
                    LiveFrame frame = random.nextInt(6) == 0 ? snapshot(newest) : delta(before, newest);
                    published.add(frame);
                    if (random.nextInt(8) == 0) {
                        published.add(frame);
                    }
                }
                case 2, 3 -> {
                    LiveFrame frame = published.poll();
                    if (frame != null) {
                        act(viewer.offer(frame, full), frame, name);
                    }
                }
                case 4, 5 -> {
                    LiveFrame frame = answers.poll();
                    if (frame != null) {
                        act(viewer.answer(frame, full), frame, name);
                    }
                }
                case 6 -> {
                    if (viewer.catchUp()) {
                        answers.add(snapshot(newest));
                    }
                }
                default -> {
                    if (answers.poll() != null) {
                        viewer.failed();
                    }
                }
            }
        }

        private void act(Viewer.Step step, LiveFrame frame, String name) {
            if (step == WRITE) {
                assertTrue(frame.isSnapshot() || frame.base() == client, name);
                assertTrue(frame.sequence() > client, name);
                client = frame.sequence();
            } else if (step == ASK) {
                answers.add(snapshot(newest));
            }
        }
    }

    private void hold(long sequence) {
        viewer.start();
        assertEquals(WRITE, viewer.answer(snapshot(sequence), ROOM));
    }

    private static LiveFrame snapshot(long sequence) {
        return new LiveFrame("weekly", -1, sequence, "snapshot " + sequence);
    }

    private static LiveFrame delta(long base, long sequence) {
        return new LiveFrame("weekly", base, sequence, "delta " + sequence);
    }
}
