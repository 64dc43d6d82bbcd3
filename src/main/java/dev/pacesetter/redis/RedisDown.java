package dev.pacesetter.redis;

/** Redis cannot be reached; whether the last command ran is not known. */
public final class RedisDown extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With what is wrong. */
    public RedisDown(String message) {
        super(message, null, false, false);
    }
}
