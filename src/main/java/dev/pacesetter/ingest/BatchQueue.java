package dev.pacesetter.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Scores that gather while a batch is in flight. Bounded: what does not fit is refused, not kept. */
final class BatchQueue {

    private final ArrayDeque<WaitingScore> waiting = new ArrayDeque<>();
    private final int capacity;
    private final int maxBatch;

    BatchQueue(int capacity, int maxBatch) {
        this.capacity = capacity;
        this.maxBatch = maxBatch;
    }

    /** Takes a score, unless full. */
    boolean offer(WaitingScore score) {
        return waiting.size() < capacity && waiting.add(score);
    }

    /** Puts scores whose batch must be written again back to the front; they had their place before. */
    void putBack(List<WaitingScore> batch) {
        for (int i = batch.size() - 1; i >= 0; i--) {
            waiting.addFirst(batch.get(i));
        }
    }

    /** Takes what makes the next batch: at most {@code limit}, or less when a batch is smaller. */
    List<WaitingScore> next(int limit) {
        int size = Math.min(Math.min(limit, maxBatch), waiting.size());
        List<WaitingScore> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            batch.add(waiting.remove());
        }
        return batch;
    }

    /** Empties it. */
    List<WaitingScore> takeAll() {
        List<WaitingScore> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }
}
