package dev.pacesetter.settings;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What is kept on this machine.
 *
 * @param dir directory of the embedded stores and of the admin key made for them
 */
public record DataSettings(Path dir) {

    private static final Pattern PATH = Pattern.compile("[^\\x00-\\x1f]{1,4096}");

    /** Reads them out of the section {@code data}. */
    public static DataSettings read(Section in) {
        return new DataSettings(Path.of(in.text("dir", "a directory", PATH)));
    }
}
