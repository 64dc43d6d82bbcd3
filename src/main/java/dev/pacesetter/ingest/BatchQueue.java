package dev.pacesetter.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** What gathers while a batch is in flight. Bounded: what does not fit is refused, not kept. */
final class BatchQueue<T> {

    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private final int capacity;
    private final int maxBatch;
    /** How many of the next go out alone. */
    private int alone;

    BatchQueue(int capacity, int maxBatch) {
        this.capacity = capacity;
        this.maxBatch = maxBatch;
    }

    /** Takes one, unless full. */
    boolean offer(T one) {
        return waiting.size() < capacity && waiting.add(one);
    }

    /** Puts those whose batch must be written again back to the front; they had their place before. */
    void putBack(List<T> batch) {
        for (int i = batch.size() - 1; i >= 0; i--) {
            waiting.addFirst(batch.get(i));
        }
    }

    /** The same when one among them was refused: each goes out alone, so that it does not fail the others. */
    void putBackAlone(List<T> batch) {
        putBack(batch);
        alone = batch.size();
    }

    /** Takes what makes the next batch. */
    List<T> next() {
        int size = Math.min(alone > 0 ? 1 : maxBatch, waiting.size());
        alone = Math.max(0, alone - 1);
        List<T> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            batch.add(waiting.remove());
        }
        return batch;
    }

    /** Empties it. */
    List<T> takeAll() {
        List<T> all = List.copyOf(waiting);
        waiting.clear();
        alone = 0;
        return all;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }
}
