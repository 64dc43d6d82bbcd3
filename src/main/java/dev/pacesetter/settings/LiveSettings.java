package dev.pacesetter.settings;

/**
 * Watching screens.
 *
 * @param topN entries of a leaderboard that are sent
 * @param messagesPerSecond most messages a second for one leaderboard
 * @param maxQueueBytes bytes a socket may have unsent, past which it is skipped until it drains
 * @param personalPerSecond standings read a second for those who follow their own; the rest waits its turn
 * @param maxSockets sockets open at the same time, past which more are refused
 */
public record LiveSettings(int topN, int messagesPerSecond, int maxQueueBytes, int personalPerSecond, int maxSockets) {

    /** Reads them out of the section {@code live}. */
    public static LiveSettings read(Section in) {
        return new LiveSettings(
                in.integer("topN", 1, 1_000),
                in.integer("messagesPerSecond", 1, 1_000),
                in.integer("maxQueueBytes", 1_024, 1_073_741_824),
                in.integer("personalPerSecond", 1, 1_000_000),
                in.integer("maxSockets", 1, 10_000_000));
    }
}
