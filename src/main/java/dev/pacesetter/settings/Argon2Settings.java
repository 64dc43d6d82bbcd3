package dev.pacesetter.settings;

/**
 * The cost of a password hash (Argon2id) and how many are worked on.
 *
 * @param memoryKiB memory of one hash
 * @param iterations passes over it
 * @param threads hashes computed at the same time
 * @param maxWaiting hashes that may wait for their turn, past which sign-ins are refused
 */
public record Argon2Settings(int memoryKiB, int iterations, int threads, int maxWaiting) {

    static Argon2Settings read(Section in) {
        return new Argon2Settings(
                in.integer("memoryKiB", 8, 4_194_304),
                in.integer("iterations", 1, 1_000),
                in.integer("threads", 1, 64),
                in.integer("maxWaiting", 1, 100_000));
    }
}
