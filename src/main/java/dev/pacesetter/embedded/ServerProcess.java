package dev.pacesetter.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A server process that a pid file tells of. Ids are used again, so a process counts only if its executable lies in our
 * own data directory: no other server of this machine is ever taken for it.
 *
 * @param pid its id
 * @param home the data directory; a real path
 * @param name how the executable's file name begins
 */
record ServerProcess(long pid, Path home, String name) {

    private static final long POLL_MS = 10;

    /** The running process whose id is the file's first line. */
    static Optional<ServerProcess> find(Path pidFile, Path home, String name) {
        try {
            String firstLine =
                    Files.readString(pidFile).lines().findFirst().orElse("").strip();
            return Optional.of(new ServerProcess(Long.parseLong(firstLine), home, name))
                    .filter(ServerProcess::isRunning);
        } catch (IOException | NumberFormatException noProcess) {
            return Optional.empty();
        }
    }

    /** Not a zombie either, which has no executable any more. */
    boolean isRunning() {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(Path::of)
                .filter(executable -> executable.startsWith(home)
                        && executable.getFileName().toString().startsWith(name))
                .isPresent();
    }

    /** Sends the signal and waits for the end; whether it came in time. */
    boolean stop(String signal, Duration timeout) {
        signal(signal);
        long deadline = System.nanoTime() + timeout.toNanos();
        while (isRunning()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            pause();
        }
        return true;
    }

    /** Sends a signal such as {@code INT}. The shell's own kill: a small image may have no other. */
    void signal(String signal) {
        try {
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid + " 2>/dev/null")
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new EmbeddedStoreException("Cannot signal process " + pid, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static EmbeddedStoreException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EmbeddedStoreException("Interrupted", e);
    }
}
