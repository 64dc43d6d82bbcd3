package dev.pacesetter.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
final class Program {

    private Program() {}

    /**
     * Returns what it printed; what it says of errors is shown.
     *
     * @param seconds the most it may take
     * @throws IOException when it takes longer, or says that it failed
     */
    static String run(int seconds, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(process::destroyForcibly);
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException("status " + status + " of " + command + ", which had " + seconds + " s:\n" + out);
            }
            return out;
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        } finally {
            process.destroyForcibly();
        }
    }
}
