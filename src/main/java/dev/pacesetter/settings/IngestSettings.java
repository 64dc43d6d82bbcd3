package dev.pacesetter.settings;

/**
 * Taking scores in.
 *
 * @param writers persistence verticles, each with its own stream
 * @param maxBatch scores written by one statement
 * @param maxWaiting scores that may wait for a writer, past which they are refused
 * @param batchSeconds how long a request with a score a line may take to come, in all
 * @param maxAgeDays scores older than this are refused
 * @param futureSeconds how far a phone's clock may be ahead
 */
public record IngestSettings(
        int writers, int maxBatch, int maxWaiting, int batchSeconds, int maxAgeDays, int futureSeconds) {

    /** Reads them out of the section {@code ingest}. */
    public static IngestSettings read(Section in) {
        return new IngestSettings(
                in.integer("writers", 1, 64),
                in.integer("maxBatch", 1, 10_000),
                in.integer("maxWaiting", 1, 10_000_000),
                in.integer("batchSeconds", 1, 86_400),
                in.integer("maxAgeDays", 1, 36_500),
                in.integer("futureSeconds", 0, 86_400));
    }
}
