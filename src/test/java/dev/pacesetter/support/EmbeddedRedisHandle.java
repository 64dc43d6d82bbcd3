package dev.pacesetter.support;

import dev.pacesetter.embedded.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** A process of this machine. */
final class EmbeddedRedisHandle implements RedisHandle {

    private final Path home;
    private RedisServer server;
    private boolean running = true;

    EmbeddedRedisHandle(Path home) {
        this.home = home;
        this.server = RedisServer.start(home, FreePort.next());
    }

    @Override
    public String uri() {
        return server.uri();
    }

    @Override
    public synchronized void stop() {
        running = false;
        server.close();
    }

    @Override
    public synchronized void kill() {
        running = false;
        signal("KILL");
        // Waits for the end.
        server.close();
    }

    @Override
    public synchronized void start() {
        if (running) {
            throw new IllegalStateException("It runs");
        }
        server = RedisServer.start(home, server.port());
        running = true;
    }

    @Override
    public synchronized void save() {
        command("SAVE");
        try {
            Files.move(home.resolve("dump.rdb"), home.resolve("snapshot"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void restartFromSnapshot() {
        kill();
        try {
            // Where Redis looks for one when it starts.
            Path dump = home.resolve("dump.rdb");
            Files.copy(home.resolve("snapshot"), dump, StandardCopyOption.REPLACE_EXISTING);
            start();
            Files.delete(dump);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void pause() {
        signal("STOP");
    }

    @Override
    public synchronized void resume() {
        signal("CONT");
    }

    @Override
    public synchronized void close() {
        if (running) {
            kill();
        }
        delete();
    }

    private void delete() {
        try (Stream<Path> files = Files.exists(home) ? Files.walk(home) : Stream.of()) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        try {
            int status = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + server.pid())
                    .inheritIO()
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
            if (status != 0) {
                throw new IllegalStateException("kill -" + signal + " has failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
