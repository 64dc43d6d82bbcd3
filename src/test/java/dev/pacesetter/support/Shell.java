package dev.pacesetter.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Commands as somebody pastes them into a terminal: by bash, in one directory, with the variables of those before. */
public final class Shell {

    private static final Set<String> FOREIGN = Set.of("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");

    private final Path directory;
    private final Path state;
    private final String names;

    /** @param variables those that are kept for the next commands; functions are, too */
    public Shell(Path directory, Set<String> variables) {
        this.directory = directory;
        this.state = directory.resolve("state");
        this.names = String.join(" ", variables);
        try {
            Files.createFile(state);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** All that they write, errors included. */
    public String run(String commands) {
        String script = ". ./state\n" + commands + "\n{ declare -p " + names + "; declare -f; } > state 2> /dev/null\n";
        ProcessBuilder builder = new ProcessBuilder(List.of("bash", "-c", script))
                .directory(directory.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(FOREIGN);
        // No .curlrc.
        environment.put("HOME", directory.toString());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String written = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return written;
        } catch (IOException failure) {
            throw new UncheckedIOException("bash and curl are needed", failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
