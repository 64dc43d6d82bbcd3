package dev.pacesetter.embedded;

import java.util.Locale;

/** The machine we are on, in Redis's and Go's words: {@code linux} or {@code darwin}, {@code amd64} or {@code arm64}. */
final class Platform {

    static final String OS = os(System.getProperty("os.name").toLowerCase(Locale.ROOT));
    static final String PROCESSOR = processor(System.getProperty("os.arch"));

    private Platform() {}

    private static String os(String name) {
        return name.startsWith("mac") ? "darwin" : name;
    }

    private static String processor(String name) {
        return switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }
}
