package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.StorageDown;

/** What waits to be written, of three kinds that take turns, so that none waits for the others for ever. */
final class WaitingQueues {

    private static final int MAX_WORK = 1_000;

    /** What may be next. */
    enum Kind {
        SCORES,
        TAKE_BACKS,
        WORK
    }

    private final BatchQueue<WaitingScore> scores;
    private final BatchQueue<WaitingTakeBack> takeBacks;
    private final BatchQueue<WaitingWork> work = new BatchQueue<>(MAX_WORK, 1);
    private boolean scoresNext = true;
    private boolean workNext;

    WaitingQueues(BatchQueue<WaitingScore> scores, BatchQueue<WaitingTakeBack> takeBacks) {
        this.scores = scores;
        this.takeBacks = takeBacks;
    }

    BatchQueue<WaitingScore> scores() {
        return scores;
    }

    BatchQueue<WaitingTakeBack> takeBacks() {
        return takeBacks;
    }

    /** Whatever else changes scores, each in a transaction of its own. */
    BatchQueue<WaitingWork> work() {
        return work;
    }

    boolean isEmpty() {
        return scores.isEmpty() && takeBacks.isEmpty() && work.isEmpty();
    }

    /** Whose turn it is, of those that wait; there must be one. */
    Kind next() {
        workNext = !work.isEmpty() && (workNext || (scores.isEmpty() && takeBacks.isEmpty()));
        if (workNext) {
            workNext = false;
            return Kind.WORK;
        }
        workNext = true;
        boolean isScores = takeBacks.isEmpty() || (scoresNext && !scores.isEmpty());
        scoresNext = !isScores;
        return isScores ? Kind.SCORES : Kind.TAKE_BACKS;
    }

    /** Answers everybody, and forgets them. */
    void tellAllThatStorageIsDown() {
        scores.takeAll().forEach(one -> one.tell(new StorageDown()));
        takeBacks.takeAll().forEach(one -> one.tell(new StorageDown()));
        work.takeAll().forEach(one -> one.tell(new StorageDown()));
    }
}
