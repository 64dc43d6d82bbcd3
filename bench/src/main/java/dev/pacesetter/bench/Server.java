package dev.pacesetter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server under load, in a process and a directory of its own. Closing it ends the one and deletes the other; so does
 * the end of this process, be it by a failure or by Ctrl-C.
 */
final class Server implements AutoCloseable {

    private static final long START_SECONDS = 120;
    /** PostgreSQL writes what it holds in memory; who is killed before leaves it running. */
    private static final long STOP_SECONDS = 90;

    private static final Deque<Server> OPEN = new ArrayDeque<>();
    private static boolean ending;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Server::closeAll, "close servers"));
    }

    private final ProcessBuilder builder;
    private final Path directory;
    private final Path log;
    private Process process;
    /** What it said when it was ready. */
    final Matcher said;

    final int port;

    /**
     * @param directory its own, made when missing
     * @param ready what it logs when it listens; the group {@code port} is its port
     */
    Server(Path directory, Map<String, String> environment, Pattern ready, List<String> command) throws IOException {
        this.directory = Files.createDirectories(directory);
        log = Files.createTempFile(directory, "server-", ".log");
        builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        synchronized (OPEN) {
            if (ending) {
                throw new IOException("the run has been stopped");
            }
            process = builder.start();
            OPEN.push(this);
        }
        try {
            said = await(ready);
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
        port = Integer.parseInt(said.group("port"));
    }

    /**
     * A new directory where servers keep their data: on the disk of the program, as /tmp may be memory, where nothing is
     * ever durable.
     */
    static Path directory(Path bench) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(bench.resolve("target/stores")), "");
    }

    private static void closeAll() {
        List<Server> newestFirst;
        synchronized (OPEN) {
            ending = true;
            newestFirst = List.copyOf(OPEN);
        }
        for (Server server : newestFirst) {
            try {
                server.close();
            } catch (IOException e) {
                System.err.println("left behind: " + server.directory + ": " + e);
            }
        }
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
    }

    private Matcher await(Pattern ready) throws IOException {
        for (long i = 0; i < START_SECONDS * 20; i++) {
            Matcher matcher = ready.matcher(Files.readString(log));
            if (matcher.find()) {
                return matcher;
            }
            if (!process.isAlive()) {
                break;
            }
            pause(50);
        }
        throw new IOException("did not start:\n" + Files.readString(log));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kilobytes of memory that the process has now. */
    long residentKb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmRSS");
    }

    /** Ends it without a warning and starts it again on the same port. */
    void crash() throws IOException {
        process.destroyForcibly();
        process.onExit().join();
        builder.environment().put("PACESETTER_HTTP_PORT", String.valueOf(port));
        process = builder.start();
    }

    @Override
    public synchronized void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        synchronized (OPEN) {
            OPEN.remove(this);
        }
        delete();
    }

    private void delete() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(directory)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
