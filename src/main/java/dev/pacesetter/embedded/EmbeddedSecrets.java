package dev.pacesetter.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The secrets that are made for whoever has set none. */
public final class EmbeddedSecrets {

    private static final String PREFIX = "ps_admin_";
    private static final int RANDOM_CHARACTERS = 32;
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{16,256}");

    private EmbeddedSecrets() {}

    /**
     * An admin key.
     *
     * @param key in the clear
     * @param isNew whether it was made just now, so that its owner has to be told once
     */
    public record AdminKey(String key, boolean isNew) {
        @Override
        public String toString() {
            return "AdminKey[key=***, isNew=" + isNew + "]";
        }
    }

    /**
     * Reads the admin key out of {@code admin.key}, or makes one and keeps it there, for the owner's eyes alone. Blocks;
     * to be called by the one process that has the data directory.
     *
     * @param dataDir made when missing
     * @throws EmbeddedStoreException when the file cannot be read or written, or holds something else
     */
    public static AdminKey adminKey(Path dataDir) {
        Path file = dataDir.resolve("admin.key");
        try {
            String key = Files.readString(file).strip();
            if (!KEY.matcher(key).matches()) {
                throw new EmbeddedStoreException(
                        file.toAbsolutePath() + " holds no admin key: delete it to have a new one made");
            }
            return new AdminKey(key, false);
        } catch (NoSuchFileException none) {
            return make(dataDir, file);
        } catch (IOException e) {
            throw new EmbeddedStoreException("Cannot read the admin key in " + file.toAbsolutePath(), e);
        }
    }

    private static AdminKey make(Path dataDir, Path file) {
        String key = PREFIX
                + new SecureRandom()
                        .ints(RANDOM_CHARACTERS, 0, ALPHABET.length())
                        .mapToObj(i -> ALPHABET.substring(i, i + 1))
                        .collect(Collectors.joining());
        try {
            // A temporary file is readable by its owner alone from the first moment on.
            Path partial = Files.createTempFile(Files.createDirectories(dataDir), "admin", ".partial");
            Files.writeString(partial, key + "\n");
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            return new AdminKey(key, true);
        } catch (IOException e) {
            throw new EmbeddedStoreException("Cannot keep the admin key in " + file.toAbsolutePath(), e);
        }
    }
}
