package dev.pacesetter.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One of those compared: a server on fresh stores of its own. Closing it ends all of them. */
final class Contestant implements AutoCloseable {

    static final String KEY = "ps_admin_only-for-benchmarks-0123";
    private static final Pattern LISTENING = Pattern.compile("listening on (?<port>\\d+)");
    private static final Pattern PACESETTER = Pattern.compile("Pacesetter is at http://[^:]+:(?<port>\\d+)");
    private static final int START_SECONDS = 120;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private final OwnStores stores;
    private final Path bench;
    private final Map<String, String> environment;
    private final Pattern ready;
    private final List<String> command;
    private final String table;
    /** Where it takes scores, and the key that it asks for, if any. */
    final String scores;

    final String key;
    private Server server;
    private long acknowledged;
    private long perhaps;

    private Contestant(
            Path bench, OwnStores stores, Map<String, String> environment, Pattern ready, List<String> command,
            String table, String scores, String key) {
        this.bench = bench;
        this.stores = stores;
        this.environment = environment;
        this.ready = ready;
        this.command = command;
        this.table = table;
        this.scores = scores;
        this.key = key;
    }

    static Contestant tutorial(Path bench) throws IOException {
        OwnStores stores = OwnStores.start(bench);
        return started(new Contestant(
                bench, stores, Map.of("NODE_ENV", "production"), LISTENING,
                List.of("node", bench.resolve("tutorial/server.js").toString(), stores.postgres(), stores.redis()),
                "workout_score", "/scores", ""));
    }

    static Contestant pacesetter(Path bench, int boards, Map<String, String> settings) throws IOException {
        OwnStores stores = OwnStores.start(bench);
        Map<String, String> environment = new HashMap<>(Map.of(
                "PACESETTER_HTTP_PORT", "0",
                "PACESETTER_AUTH_ADMINKEY", KEY,
                "PACESETTER_POSTGRES_URI", stores.postgres(),
                "PACESETTER_REDIS_URI", stores.redis(),
                "PACESETTER_LEADERBOARDS", bench.resolve("boards/" + boards + ".json").toString()));
        environment.putAll(settings);
        return started(new Contestant(
                bench, stores, environment, PACESETTER, List.of("java", "-Xmx1g", "-jar", OwnStores.jar(bench)),
                "score", "/api/v1/scores", KEY));
    }

    private static Contestant started(Contestant contestant) throws IOException {
        try {
            contestant.start();
            return contestant;
        } catch (IOException | RuntimeException failed) {
            contestant.close();
            throw failed;
        }
    }

    /** The platform alone. */
    static Server bare(Path bench, int bytes) throws IOException {
        return new Server(
                Server.directory(bench), Map.of(), LISTENING,
                List.of("java", "-Xmx1g", "-cp", classpath(), BareHttp.class.getName(), String.valueOf(bytes)));
    }

    private static String classpath() {
        StringBuilder path = new StringBuilder();
        for (String part : System.getProperty("java.class.path").split(":")) {
            path.append(path.length() == 0 ? "" : ":").append(Path.of(part).toAbsolutePath());
        }
        return path.toString();
    }

    /** Starts the server; returns how many milliseconds that took until it said that it is ready. */
    long start() throws IOException {
        long began = System.nanoTime();
        server = new Server(Server.directory(bench), environment, ready, command);
        if (ready == PACESETTER) {
            Waits.until("it is ready", START_SECONDS, () -> status("/health/ready") == 200 || !server.isAlive());
            if (!server.isAlive()) {
                throw new IOException("it ended before it was ready");
            }
        }
        return (System.nanoTime() - began) / 1_000_000;
    }

    /** Ends the server alone. */
    void stop() throws IOException {
        server.close();
    }

    int port() {
        return server.port;
    }

    OwnStores stores() {
        return stores;
    }

    /** Puts members where it reads them. */
    void fill(int from, int to) throws IOException {
        boolean ours = ready == PACESETTER;
        stores.own(
                "Fill", ours ? "pacesetter" : "tutorial", ours ? stores.postgres() : stores.redis(),
                String.valueOf(from), String.valueOf(to));
        if (ours) {
            acknowledged(to - from + 1, 0);
        }
    }

    /**
     * Notes scores that were taken.
     *
     * @param more how many more may have been, unknown to who sent them
     */
    void acknowledged(long rows, long more) {
        acknowledged += rows;
        perhaps += more;
    }

    /** Compares what is stored with what was acknowledged: a rate of writes that are not there is none. */
    void checkRows() throws IOException {
        long rows = Long.parseLong(stores.own("Ask", stores.postgres(), "select count(*) from " + table).strip());
        System.err.printf("%s: %d rows, %d acknowledged, %d in doubt%n", table, rows, acknowledged, perhaps);
        if (rows < acknowledged || rows > acknowledged + perhaps) {
            throw new IOException(
                    table + " has " + rows + " rows, acknowledged were " + acknowledged + ", in doubt " + perhaps);
        }
    }

    /** The body; nothing when there is none to be had just now. */
    String tryGet(String path) {
        try {
            return HTTP.send(request(path).build(), BodyHandlers.ofString()).body();
        } catch (IOException | InterruptedException notNow) {
            return "";
        }
    }

    /** The body of a good answer. */
    String get(String path) throws IOException {
        return taken(request(path));
    }

    int status(String path) {
        try {
            return HTTP.send(request(path).build(), BodyHandlers.discarding()).statusCode();
        } catch (IOException | InterruptedException notNow) {
            return 0;
        }
    }

    /** Has the leaderboard made anew, which goes on after the answer. */
    void rebuild() throws IOException {
        taken(request("/api/v1/leaderboards/overall/rebuild").POST(BodyPublishers.noBody()));
    }

    /** Sends a body that must be taken. */
    void send(String method, String path, JsonObject body) throws IOException {
        taken(request(path).header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.encode())));
    }

    private static String taken(HttpRequest.Builder builder) throws IOException {
        HttpRequest request = builder.header("Authorization", "Bearer " + KEY).build();
        try {
            var answer = HTTP.send(request, BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IOException(request + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + path)).timeout(PATIENCE);
    }

    @Override
    public void close() throws IOException {
        try (OwnStores last = stores) {
            if (server != null) {
                server.close();
            }
        }
    }
}
