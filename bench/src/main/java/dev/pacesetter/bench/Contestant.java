package dev.pacesetter.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of those compared: a server on fresh stores of its own. Closing it ends all of them. */
final class Contestant implements AutoCloseable {

    static final String KEY = "ps_admin_only-for-benchmarks-0123";
    private static final Pattern LISTENING = Pattern.compile("listening on (\\d+)");
    private static final Pattern PACESETTER = Pattern.compile("Pacesetter is at http://[^:]+:(\\d+)");
    private static final Pattern STORES = Pattern.compile("stores at \\S+ redis://[^:]+:(\\d+)");
    private static final Pattern URIS = Pattern.compile("stores at (\\S+) (\\S+)");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Server stores;
    private final Path home;
    private final Map<String, String> environment;
    private final Pattern ready;
    private final List<String> command;
    final String postgres;
    final String redis;
    private Server server;

    private Contestant(
            Server stores, Path home, Map<String, String> environment, Pattern ready, List<String> command, Matcher uris) {
        this.stores = stores;
        this.home = home;
        this.environment = environment;
        this.ready = ready;
        this.command = command;
        this.postgres = uris.group(1);
        this.redis = uris.group(2);
    }

    static Contestant tutorial(Path bench) throws IOException {
        Server stores = stores(bench);
        Matcher uris = stores.find(URIS);
        Contestant tutorial = new Contestant(
                stores, Files.createTempDirectory("bench"), Map.of(), LISTENING,
                List.of("node", bench.resolve("tutorial/server.js").toString(), uris.group(1), uris.group(2)), uris);
        tutorial.start();
        return tutorial;
    }

    static Contestant pacesetter(Path bench, int boards, Map<String, String> settings) throws IOException {
        Server stores = stores(bench);
        Matcher uris = stores.find(URIS);
        Map<String, String> environment = new HashMap<>(Map.of(
                "PACESETTER_HTTP_PORT", "0",
                "PACESETTER_AUTH_ADMINKEY", KEY,
                "PACESETTER_POSTGRES_URI", uris.group(1),
                "PACESETTER_REDIS_URI", uris.group(2),
                "PACESETTER_LEADERBOARDS", bench.resolve("boards/" + boards + ".json").toString()));
        environment.putAll(settings);
        Contestant pacesetter = new Contestant(
                stores, Files.createTempDirectory("bench"), environment, PACESETTER,
                List.of("java", "-Xmx1g", "-jar", jar(bench)), uris);
        pacesetter.start();
        return pacesetter;
    }

    static Server bare(Path bench, int bytes) throws IOException {
        return new Server(
                Files.createTempDirectory("bench"), Map.of(), LISTENING,
                List.of("java", "-Xmx1g", "-cp", classpath(), BareHttp.class.getName(), String.valueOf(bytes)));
    }

    private static Server stores(Path bench) throws IOException {
        Path home = Files.createTempDirectory("bench-stores");
        return new Server(
                home, Map.of(), STORES,
                List.of("java", "-Xmx128m", "-cp", jar(bench), bench.resolve("own/Stores.java").toString(),
                        home.resolve("data").toString()));
    }

    private static String jar(Path bench) {
        return bench.resolve("../target/pacesetter.jar").normalize().toString();
    }

    private static String classpath() {
        StringBuilder path = new StringBuilder();
        for (String part : System.getProperty("java.class.path").split(":")) {
            path.append(path.length() == 0 ? "" : ":").append(Path.of(part).toAbsolutePath());
        }
        return path.toString();
    }

    /** Runs one of the programs in {@code own/} to its end; returns what it printed. */
    static String own(Path bench, String program, String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(
                List.of("java", "-Xmx512m", "-cp", jar(bench), bench.resolve("own/" + program + ".java").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(program + " failed: " + out);
            }
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
        return out;
    }

    /** Starts the server; returns how many milliseconds that took until it said that it is ready. */
    long start() throws IOException {
        long began = System.nanoTime();
        server = new Server(home, environment, ready, command);
        while (ready == PACESETTER && status("/health/ready") != 200) {
            Server.pause(10);
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

    Server server() {
        return server;
    }

    /** The body, or nothing when there is none to be had. */
    String get(String path) {
        try {
            return HTTP.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString()).body();
        } catch (IOException | InterruptedException notNow) {
            return "";
        }
    }

    int status(String path) {
        try {
            return HTTP.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.discarding()).statusCode();
        } catch (IOException | InterruptedException notNow) {
            return 0;
        }
    }

    int post(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(uri(path))
                    .header("Authorization", "Bearer " + KEY)
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            return HTTP.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException | InterruptedException notNow) {
            return 0;
        }
    }

    /** Sends a body that must be taken. */
    void send(String method, String path, JsonObject body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
        try {
            String answer = HTTP.send(request, BodyHandlers.ofString()).body();
            if (answer.contains("urn:pacesetter:problem")) {
                throw new IOException(method + " " + path + ": " + answer);
            }
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port + path);
    }

    @Override
    public void close() throws IOException {
        server.close();
        stores.close();
    }
}
