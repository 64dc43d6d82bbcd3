package dev.pacesetter.support;

import dev.pacesetter.embedded.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A PostgreSQL server for one test, as durable as any, to be harmed at will. All methods block until it is done. */
public final class PostgresHandle implements AutoCloseable {

    private final Path home;
    private final int port;
    private PostgresServer server;
    private boolean running = true;

    /** Starts one with an empty database. */
    public PostgresHandle() {
        try {
            home = Files.createDirectories(Path.of("target", "stores"))
                    .toRealPath()
                    .resolve("postgres-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
            Files.createDirectories(home);
            port = FreePort.next();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server = PostgresServer.start(home, port);
    }

    /** Where it is, also after a new start. */
    public String uri() {
        return "postgresql://postgres:none@127.0.0.1:" + port + "/postgres";
    }

    public int port() {
        return port;
    }

    /** Ends all of its processes at once, as a power cut does. */
    public synchronized void kill() {
        running = false;
        long pid = server.pid();
        signal("KILL");
        server.close();
        // A zombie still counts as a postmaster that holds the data directory.
        Await.until("process " + pid + " is gone", () -> ProcessHandle.of(pid).isEmpty());
    }

    /** Starts it again on what it had written. */
    public synchronized void start() {
        server = PostgresServer.start(home, port);
        running = true;
    }

    /** Freezes it: connections stay open and nothing answers. */
    public synchronized void pause() {
        signal("STOP");
    }

    /** Goes on after {@link #pause}. */
    public synchronized void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            String pid = String.valueOf(server.pid());
            String all = pid + " $(cat /proc/" + pid + "/task/" + pid + "/children)";
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + all + " 2>/dev/null")
                    .start()
                    .onExit()
                    .join();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public synchronized void close() {
        if (running) {
            resume();
            kill();
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
