package dev.pacesetter.support;

/** A Redis server for one test, to be harmed at will. All methods block until it is done. */
public interface RedisHandle extends AutoCloseable {

    /** Where it is, also after a new start: a {@code redis://…}. */
    String uri();

    /** Shuts it down in order; its data is gone. */
    void stop();

    /** As {@link #stop}, without a warning. */
    void kill();

    /** Starts it again, empty, on the same port. */
    void start();

    /** Freezes it: connections stay open and nothing answers. */
    void pause();

    /** Goes on after {@link #pause}. */
    void resume();

    /** Stops it for good, whatever its state. */
    @Override
    void close();
}
