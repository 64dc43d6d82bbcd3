package dev.pacesetter.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;

/**
 * A Redis server of our own, on the loopback address, that keeps nothing. It runs as a daemon: an interrupt typed at the
 * terminal must not stop it before us. All methods block.
 */
public final class RedisServer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration STOP = Duration.ofSeconds(5);
    /** One that was killed may hold its port for a moment after it has gone from the list of processes. */
    private static final Duration PORT = Duration.ofSeconds(1);

    private static final int PING_MS = 500;

    private final int port;
    private final ServerProcess process;

    private RedisServer(int port, ServerProcess process) {
        this.port = port;
        this.process = process;
    }

    /**
     * Starts one, after stopping the one that an earlier start in the same place may have left.
     *
     * @param home directory for the executable, the pid file and the log, for one server alone
     * @param port to listen on
     * @throws EmbeddedStoreException when it does not start, with the end of its log
     */
    public static RedisServer start(Path home, int port) {
        try {
            Path place = Files.createDirectories(home).toRealPath();
            Path pidFile = place.resolve("redis.pid");
            find(place).ifPresent(RedisServer::stop);
            Files.deleteIfExists(pidFile);
            Path log = place.resolve("redis.log");
            Path executable = extract(place.resolve("bin"));
            List<String> command = List.of(
                    executable.toString(),
                    "--bind",
                    "127.0.0.1",
                    "--port",
                    Integer.toString(port),
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                    "--daemonize",
                    "yes",
                    "--pidfile",
                    pidFile.toString(),
                    "--logfile",
                    log.toString(),
                    "--loglevel",
                    "warning",
                    "--dir",
                    place.toString());
            long deadline = System.nanoTime() + PORT.toNanos();
            do {
                Files.write(log, new byte[0]);
                run(command);
                ServerProcess process = awaitReady(place, port, log);
                if (process != null) {
                    return new RedisServer(port, process);
                }
                ServerProcess.pause();
            } while (System.nanoTime() < deadline);
            throw new EmbeddedStoreException(
                    "The embedded Redis did not start on port " + port + ": " + LogTail.of(log));
        } catch (IOException e) {
            throw new EmbeddedStoreException("The embedded Redis did not start in " + home, e);
        }
    }

    /** Where it is: a {@code redis://…}. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** The TCP port it listens on. */
    public int port() {
        return port;
    }

    /** The id of its process. */
    public long pid() {
        return process.pid();
    }

    /** Stops it; without effect when it has stopped already. */
    @Override
    public void close() {
        stop(process);
    }

    private static void stop(ServerProcess process) {
        if (!process.stop("TERM", STOP) && !process.stop("KILL", STOP)) {
            throw new EmbeddedStoreException("The embedded Redis, process " + process.pid() + ", does not stop");
        }
    }

    private static Optional<ServerProcess> find(Path home) {
        return ServerProcess.find(home.resolve("redis.pid"), home, "redis-server");
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.onExit().join();
    }

    /** The process once it answers; null when its port is taken. */
    private static @Nullable ServerProcess awaitReady(Path home, int port, Path log) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < deadline) {
            // It writes the pid file once it listens, so the answer is its own and not another server's.
            Optional<ServerProcess> process = find(home);
            if (process.isPresent() && answers(port)) {
                return process.get();
            }
            if (Files.readString(log).contains("Failed listening")) {
                return null;
            }
            ServerProcess.pause();
        }
        find(home).ifPresent(RedisServer::stop);
        throw new EmbeddedStoreException("The embedded Redis did not start on port " + port + ": " + LogTail.of(log));
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PING_MS);
            socket.setSoTimeout(PING_MS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Once a version: the library's own way leaves a copy in the temporary directory at each start. */
    private static Path extract(Path directory) throws IOException {
        String name = "redis-server-" + RedisExecProvider.redisVersion + "-" + Platform.OS + "-" + Platform.PROCESSOR;
        Path executable = directory.resolve(name);
        if (Files.isExecutable(executable)) {
            return executable;
        }
        Files.createDirectories(directory);
        Path partial = directory.resolve(name + ".partial");
        try (InputStream in = RedisExecProvider.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new EmbeddedStoreException("There is no embedded Redis for " + Platform.OS + " on "
                        + Platform.PROCESSOR + ": set redis.uri (PACESETTER_REDIS_URI)");
            }
            Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
        }
        if (!partial.toFile().setExecutable(true)) {
            throw new IOException("Cannot make " + partial + " executable");
        }
        return Files.move(partial, executable, StandardCopyOption.ATOMIC_MOVE);
    }
}
