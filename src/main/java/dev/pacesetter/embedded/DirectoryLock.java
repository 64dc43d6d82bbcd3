package dev.pacesetter.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a data directory for this process, until closed or until the process is gone, however it goes. */
final class DirectoryLock implements AutoCloseable {

    /** Asked first: opening and closing the file a second time would drop the lock that this process has on it. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param directory exists; its real path
     * @throws EmbeddedStoreException when another has it
     */
    static DirectoryLock acquire(Path directory) {
        if (!HELD.add(directory)) {
            throw held(directory, "");
        }
        boolean acquired = false;
        try {
            Path file = directory.resolve("lock");
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw held(directory, Files.readString(file).strip());
            }
            channel.truncate(0);
            channel.write(
                    StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
            acquired = true;
            return new DirectoryLock(directory, channel);
        } catch (IOException e) {
            throw new EmbeddedStoreException("Cannot lock the data directory " + directory, e);
        } finally {
            if (!acquired) {
                HELD.remove(directory);
            }
        }
    }

    private static EmbeddedStoreException held(Path directory, String pid) {
        return new EmbeddedStoreException("another Pacesetter" + (pid.isEmpty() ? "" : " (process " + pid + ")")
                + " is running on data directory " + directory
                + ": stop it, or set data.dir (PACESETTER_DATA_DIR) to another one");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new EmbeddedStoreException("Cannot unlock the data directory " + directory, e);
        } finally {
            HELD.remove(directory);
        }
    }
}
