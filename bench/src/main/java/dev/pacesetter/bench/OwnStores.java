package dev.pacesetter.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Fresh stores of one contestant, durable, and the programs of {@code own/} that work on them. */
final class OwnStores implements AutoCloseable {

    private static final Pattern READY =
            Pattern.compile("stores at (?<postgres>\\S+) (?<redis>redis://[^:]+:(?<port>\\d+)\\S*) (?<what>.+)\\R");
    private static final int OWN_SECONDS = 300;

    /** What the last ones said of themselves. */
    private static String what = "none";

    private final Path bench;
    private final Server server;

    private OwnStores(Path bench, Server server) {
        this.bench = bench;
        this.server = server;
    }

    /** @throws IOException when they do not start, or would lose what they acknowledged */
    static OwnStores start(Path bench) throws IOException {
        Path home = Server.directory(bench);
        OwnStores stores = new OwnStores(bench, new Server(
                home, Map.of(), READY,
                List.of("java", "-Xmx128m", "-cp", jar(bench), bench.resolve("own/Stores.java").toString(),
                        home.resolve("data").toString())));
        what = stores.server.said.group("what");
        if (!what.contains("fsync on, synchronous_commit on")) {
            stores.close();
            throw new IOException("not durable: " + what);
        }
        return stores;
    }

    /** Versions, settings and file system of the stores that were started last. */
    static String what() {
        return what;
    }

    String postgres() {
        return server.said.group("postgres");
    }

    String redis() {
        return server.said.group("redis");
    }

    static String jar(Path bench) {
        return bench.resolve("../target/pacesetter.jar").normalize().toString();
    }

    /** Runs one of the programs in {@code own/} to its end; returns what it printed. */
    String own(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("java", "-Xmx512m", "-cp", jar(bench), bench.resolve("own/" + program + ".java").toString()));
        command.addAll(List.of(arguments));
        return Program.run(OWN_SECONDS, command);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
