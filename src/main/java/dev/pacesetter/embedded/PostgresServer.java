package dev.pacesetter.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server of our own, on the loopback address, as durable as any other. All methods block. */
public final class PostgresServer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    /** A fast shutdown writes what is in memory. */
    private static final Duration FAST_STOP = Duration.ofSeconds(30);

    private static final Duration STOP = Duration.ofSeconds(5);

    /** No value may hold a blank: they go through a command line. */
    private static final Map<String, String> CONFIG = new TreeMap<>(Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            // Ids are spread all over their index: what does not fit is read and written again and again.
            "shared_buffers", "512MB",
            // The first change of a page after a checkpoint logs all of it.
            "max_wal_size", "4GB",
            "listen_addresses", "127.0.0.1",
            // No socket file in a directory that others use.
            "unix_socket_directories", "",
            "max_connections", "200",
            "timezone", "UTC",
            // Keeps the log small; which statement failed is in our own.
            "log_min_messages", "fatal"));

    private final int port;
    private final ServerProcess process;

    private PostgresServer(int port, ServerProcess process) {
        this.port = port;
        this.process = process;
    }

    /**
     * Starts it, after stopping the one that an earlier process may have left.
     *
     * @param home the data directory, which the caller has to itself; a real path
     * @param port to listen on
     * @throws EmbeddedStoreException when it does not start, with the end of its log
     */
    public static PostgresServer start(Path home, int port) {
        Path log = home.resolve("postgres.log");
        Path data = home.resolve("postgres");
        try {
            find(home).ifPresent(PostgresServer::stop);
            Files.write(log, new byte[0]);
            Path binaries = PostgresBinaries.unpack(home.resolve("bin/postgres"));
            List<String> unprivileged = unprivileged();
            if (!Files.exists(data)) {
                initialize(home, data, binaries, unprivileged, log);
            }
            String options = CONFIG.entrySet().stream()
                    .map(entry -> " -c " + entry.getKey() + "=" + entry.getValue())
                    .collect(Collectors.joining("", "-p " + port, ""));
            // Waits until this very server is ready, whatever else may answer on the port.
            run(
                    log,
                    unprivileged,
                    List.of(
                            binaries.resolve("pg_ctl").toString(),
                            "start",
                            "-w",
                            "-t",
                            Long.toString(START.toSeconds()),
                            "-D",
                            data.toString(),
                            "-l",
                            log.toString(),
                            "-o",
                            options));
            return new PostgresServer(port, find(home).orElseThrow(() -> failed(log, null)));
        } catch (IOException e) {
            throw failed(log, e);
        } catch (EmbeddedStoreException e) {
            find(home).ifPresent(PostgresServer::stop);
            throw e;
        }
    }

    /** The id of its first process, the parent of all others. */
    public long pid() {
        return process.pid();
    }

    /** Where it is: a {@code postgresql://…}. */
    public String uri() {
        return "postgresql://postgres@127.0.0.1:" + port + "/postgres";
    }

    /** Stops it by a fast shutdown. */
    @Override
    public void close() {
        stop(process);
    }

    private static Optional<ServerProcess> find(Path home) {
        return ServerProcess.find(home.resolve("postgres/postmaster.pid"), home, "postgres");
    }

    private static void stop(ServerProcess process) {
        if (!process.stop("INT", FAST_STOP) && !process.stop("QUIT", STOP) && !process.stop("KILL", STOP)) {
            throw new EmbeddedStoreException("The embedded PostgreSQL, process " + process.pid() + ", does not stop");
        }
    }

    /** Elsewhere first: a data directory is whole or not there. */
    private static void initialize(Path home, Path data, Path binaries, List<String> unprivileged, Path log)
            throws IOException {
        Path partial = home.resolve("postgres.partial");
        Directories.delete(partial);
        run(
                log,
                unprivileged,
                List.of(
                        binaries.resolve("initdb").toString(),
                        "--pgdata",
                        partial.toString(),
                        "--username",
                        "postgres",
                        "--auth",
                        "trust",
                        // Not the locale of whoever starts it first.
                        "--encoding",
                        "UTF8",
                        "--locale",
                        "C",
                        "--locale-provider",
                        "builtin",
                        "--builtin-locale",
                        "C.UTF-8"));
        Files.move(partial, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void run(Path log, List<String> prefix, List<String> command) throws IOException {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        Process process = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            if (!process.waitFor(START.toSeconds() * 2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw failed(log, null);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw ServerProcess.interrupted(e);
        }
        if (process.exitValue() != 0) {
            throw failed(log, null);
        }
    }

    /** What to put before a command, as PostgreSQL refuses to run as root: a user namespace, in which it is nobody. */
    private static List<String> unprivileged() throws IOException {
        Path self = Path.of("/proc/self");
        if (!Files.exists(self) || !Files.getAttribute(self, "unix:uid").equals(0)) {
            return List.of();
        }
        try {
            if (new ProcessBuilder("unshare", "-U", "true").start().waitFor() == 0) {
                return List.of("unshare", "-U");
            }
        } catch (IOException e) {
            // No such program: the same as when it may not.
        } catch (InterruptedException e) {
            throw ServerProcess.interrupted(e);
        }
        throw new EmbeddedStoreException("PostgreSQL refuses to run as root, and this system has no user namespace for"
                + " it: run as another user, or set postgres.uri (PACESETTER_POSTGRES_URI)");
    }

    private static EmbeddedStoreException failed(Path log, @Nullable IOException cause) {
        return new EmbeddedStoreException("The embedded PostgreSQL did not start: " + LogTail.of(log), cause);
    }
}
