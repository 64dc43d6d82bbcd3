package dev.pacesetter.settings;

/**
 * Watching screens.
 *
 * @param topN entries of a leaderboard that are sent
 * @param messagesPerSecond most messages a second for one leaderboard
 * @param maxQueueBytes bytes a socket may have unsent, past which it is skipped until it drains
 * @param sendBufferBytes what the kernel may hold for a socket, besides; as asked of it, which takes up to twice that
 * @param personalPerSecond standings read a second for those who follow their own; the rest waits its turn
 * @param groupReadsPerSecond readings of groups a second for those who watch one; the rest waits its turn
 * @param maxSockets sockets open at the same time, past which more are refused
 * @param maxSocketsPerAddress those of one client's address
 * @param maxRegistrations addresses that one socket may be registered for at the same time
 * @param maxFrameBytes of the largest frame that a socket may send: a token has to fit
 * @param framesPerSecond frames that a socket may send for long; for a short while it may send more
 */
public record LiveSettings(
        int topN,
        int messagesPerSecond,
        int maxQueueBytes,
        int sendBufferBytes,
        int personalPerSecond,
        int groupReadsPerSecond,
        int maxSockets,
        int maxSocketsPerAddress,
        int maxRegistrations,
        int maxFrameBytes,
        int framesPerSecond) {

    /** Reads them out of the section {@code live}. */
    public static LiveSettings read(Section in) {
        return new LiveSettings(
                in.integer("topN", 1, 1_000),
                in.integer("messagesPerSecond", 1, 1_000),
                in.integer("maxQueueBytes", 1_024, 1_073_741_824),
                in.integer("sendBufferBytes", 4_096, 16_777_216),
                in.integer("personalPerSecond", 1, 1_000_000),
                in.integer("groupReadsPerSecond", 1, 1_000_000),
                in.integer("maxSockets", 1, 10_000_000),
                in.integer("maxSocketsPerAddress", 1, 10_000_000),
                in.integer("maxRegistrations", 1, 1_000),
                in.integer("maxFrameBytes", 1_024, 65_536),
                in.integer("framesPerSecond", 1, 1_000_000));
    }
}
