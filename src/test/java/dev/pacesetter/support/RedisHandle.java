package dev.pacesetter.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

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

    /** Empties it while it runs. */
    default void flush() {
        command("FLUSHALL");
    }

    /** How many keys there are whose names match a pattern. */
    default long keys(String pattern) {
        return count("KEYS " + pattern);
    }

    /** The number that a command is answered by, or how many elements. */
    default long count(String line) {
        URI uri = URI.create(uri());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String count = lines.readLine();
            if (count == null || !(count.startsWith("*") || count.startsWith(":"))) {
                throw new IllegalStateException("Redis refuses " + line);
            }
            return Long.parseLong(count.substring(1));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Sends a command that is answered with a status. */
    default void command(String line) {
        URI uri = URI.create(uri());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            if (socket.getInputStream().read() != '+') {
                throw new IllegalStateException("Redis refuses " + line);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Keeps a snapshot of what it holds now for {@link #restartFromSnapshot}. */
    void save();

    /** Kills it, and starts it again with what it held at the last {@link #save}. */
    void restartFromSnapshot();

    /** Freezes it: connections stay open and nothing answers. */
    void pause();

    /** Goes on after {@link #pause}. */
    void resume();

    /** Stops it for good, whatever its state. */
    @Override
    void close();
}
