package dev.pacesetter.ranking;

/** Redis cannot be reached; whether the last command ran is not known. */
final class RedisDown extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisDown(String message) {
        super(message, null, false, false);
    }
}
