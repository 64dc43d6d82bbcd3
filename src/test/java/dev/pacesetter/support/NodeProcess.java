package dev.pacesetter.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node as operators run it: the runnable jar in a process of its own, to be killed at will. */
public final class NodeProcess implements AutoCloseable {

    /** Among the settings: how large its heap may be. */
    public static final String HEAP = "HEAP";

    private static final Pattern ADDRESS = Pattern.compile("Pacesetter is at http://localhost:(\\d+)");
    private static final Pattern REDIS = Pattern.compile("redis=\"(redis://[^\"]+)\"");

    private final Process process;
    private final Path log;

    private NodeProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts one with settings in its environment; returns when it is ready.
     *
     * @param directory where it runs and logs
     */
    public static NodeProcess start(Path directory, Map<String, String> environment, String... arguments) {
        NodeProcess node = launch(directory, environment, arguments);
        Await.until(
                "the process is ready",
                () -> !node.process.isAlive()
                        || node.api().get("/health/ready", null).status() == 200);
        if (!node.process.isAlive()) {
            throw new IllegalStateException("the process ended: " + node.log());
        }
        return node;
    }

    /** Starts one, and does not wait for it. */
    public static NodeProcess launch(Path directory, Map<String, String> environment, String... arguments) {
        Path jar = Path.of(System.getProperty("pacesetter.jar", "target/pacesetter.jar"));
        if (!Files.exists(jar)) {
            throw new IllegalStateException("No " + jar + ": run this test by mvn verify, or mvn package first");
        }
        try {
            List<String> command = new ArrayList<>(List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-Xmx" + environment.getOrDefault(HEAP, "512m"),
                    // Quick to start, which is what most of its life is here.
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-jar",
                    jar.toAbsolutePath().toString()));
            command.addAll(List.of(arguments));
            Path log = Files.createTempFile(directory, "node-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("PACESETTER_HTTP_PORT", "0");
            // All that tests call, they call from this machine; RateLimitIT is about limits.
            builder.environment().put("PACESETTER_HTTP_TRUSTEDPROXIES", "");
            builder.environment().put("PACESETTER_LIMITS_EXEMPTADDRESSES", "127.0.0.1,::1");
            builder.environment().putAll(environment);
            return new NodeProcess(builder.start(), log);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Where it listens. */
    public int port() {
        return Integer.parseInt(find(ADDRESS));
    }

    /** Where its embedded Redis is. */
    public String redisUri() {
        return find(REDIS);
    }

    private String find(Pattern pattern) {
        Matcher matcher = pattern.matcher(log());
        if (!matcher.find()) {
            throw new IllegalStateException("not yet in the log: " + pattern);
        }
        return matcher.group(1);
    }

    public String base() {
        return "http://127.0.0.1:" + port();
    }

    public Api api() {
        return new Api(base());
    }

    /** All that it has logged. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Has its heap hold only what lives. */
    public void collectGarbage() {
        try {
            Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
            new ProcessBuilder(jcmd.toString(), String.valueOf(process.pid()), "GC.run")
                    .start()
                    .waitFor(20, TimeUnit.SECONDS);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly();
        waitFor();
    }

    /** Ends it as {@code kill} does; returns the exit code. */
    public int stop() {
        process.destroy();
        return waitFor();
    }

    /** The exit code, once it has ended by itself. */
    public int waitFor() {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the process does not end: " + log());
            }
            return process.exitValue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }
}
