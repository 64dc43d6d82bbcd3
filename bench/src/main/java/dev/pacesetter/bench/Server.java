package dev.pacesetter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server under load, in a process of its own. */
final class Server implements AutoCloseable {

    private static final long START_SECONDS = 120;

    private final ProcessBuilder builder;
    private final Path log;
    private final Pattern ready;
    private Process process;
    final int port;

    /** @param ready what it logs when it listens; the first group is its port */
    Server(Path directory, Map<String, String> environment, Pattern ready, List<String> command) throws IOException {
        this.ready = ready;
        log = Files.createTempFile(directory, "server-", ".log");
        builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
        port = Integer.parseInt(await().group(1));
    }

    private Matcher await() throws IOException {
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

    /** What it printed, found again. */
    Matcher find(Pattern said) throws IOException {
        Matcher matcher = said.matcher(Files.readString(log));
        if (!matcher.find()) {
            throw new IOException(Files.readString(log));
        }
        return matcher;
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
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
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
