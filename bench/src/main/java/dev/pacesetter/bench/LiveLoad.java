package dev.pacesetter.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.ToLongBiFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Puts viewers before a Pacesetter as shipped, on fresh stores of its own, and writes scores meanwhile. Every viewer
 * applies every message and must hold the server's own board at the end.
 *
 * <p>Arguments: {@code <pacesetter.jar> <socketio directory> <scenario> [<scenario> …]}.
 */
public final class LiveLoad {

    private static final String KEY = "ps_admin_only-for-benchmarks-0123";
    private static final String BOARD = "overall";
    private static final Pattern AT = Pattern.compile("Pacesetter is at http://[^:]+:(?<port>\\d+)");
    private static final Pattern LISTENING = Pattern.compile("listening on (?<port>\\d+)");
    private static final Pattern SOCKETS = Pattern.compile("(?m)^pacesetter_live_sockets\\S* (\\S+)$");
    /** Held, as levels of loggers that nobody holds are forgotten. */
    private static final Logger VERTX_LOG = Logger.getLogger("io.vertx");
    private static final int TOP = 100;
    /**
     * Until the virtual machines have compiled what they do all the time: on two slow cores that takes them as much as the
     * load itself, and what waits meanwhile would be measured instead.
     */
    private static final long WARM_MILLIS = Long.getLong("bench.warmSeconds", 60) * 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            // An offer of HTTP/2 looks to Socket.IO like one of its own upgrades.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final Path jar;
    private final Path socketIo;
    private final Path fanOut;
    private final List<String> rows = new ArrayList<>();

    private LiveLoad(Path jar, Path socketIo) {
        this.jar = jar;
        this.socketIo = socketIo;
        this.fanOut = socketIo.resolveSibling("own").resolve("OwnBridge.java");
    }

    public static void main(String[] args) {
        // Ten thousand sockets that a kill broke off would be told one by one.
        VERTX_LOG.setLevel(Level.OFF);
        int status = 0;
        try {
            measure(args);
        } catch (IOException | RuntimeException failed) {
            failed.printStackTrace();
            status = 1;
        }
        // Event loops would live on; and servers that are still open end with this process.
        System.exit(status);
    }

    private static void measure(String[] args) throws IOException {
        LiveLoad load = new LiveLoad(Path.of(args[0]).toAbsolutePath(), Path.of(args[1]).toAbsolutePath());
        for (String scenario : Arrays.asList(args).subList(2, args.length)) {
            System.err.println("== " + scenario);
            switch (scenario) {
                case "latency" -> load.latency(1_000, 2_000, 1_000, 20);
                case "bytes" -> load.bytes();
                case "many" -> load.many(Integer.getInteger("bench.viewers", 10_000), 100, 20);
                case "restart" -> load.restart(Integer.getInteger("bench.viewers", 10_000), 100);
                case "vanish" -> load.vanish(Integer.getInteger("bench.minutes", 60));
                case "compare" -> load.compare(1_000, Integer.getInteger("bench.rounds", 3));
                default -> throw new IllegalArgumentException("no such scenario: " + scenario);
            }
        }
        System.out.println("| what | target | figure |\n|---|---|---|");
        load.rows.forEach(System.out::println);
    }

    private void row(String what, String target, String figure) {
        String row = "| " + what + " | " + target + " | " + figure + " |";
        rows.add(row);
        System.err.println(row);
    }

    private Server pacesetter(String... settings) throws IOException {
        Path directory = Server.directory(socketIo.resolveSibling(""));
        Map<String, String> environment = new java.util.HashMap<>(
                Map.of("PACESETTER_HTTP_PORT", "0", "PACESETTER_AUTH_ADMINKEY", KEY));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        Server server = new Server(directory, environment, AT, List.of("java", "-Xmx" + System.getProperty("bench.heap", "1g"), "-jar", jar.toString()));
        until("it is ready", () -> status(server.port, "/health/ready") == 200);
        return server;
    }

    /** Viewers on a board that is written to. */
    private final class Session implements AutoCloseable {
        final Server server;
        final Tally tally = new Tally();
        final AtomicIntegerArray totals;
        final List<Viewers> groups = new ArrayList<>();
        volatile Writers writers;

        Session(Server server, int athletes) throws IOException {
            this.server = server;
            this.totals = new AtomicIntegerArray(athletes);
            // Everybody who will score has a line and a total that is known.
            Writers first = new Writers(server.port, KEY, 2_000, athletes, totals);
            await(vertx.deployVerticle(first));
            until("everybody has scored", () -> first.accepted.get() >= athletes);
            first.rest(vertx);
            until("all is answered", () -> first.unanswered() == 0);
        }

        void view(int count, int perSecond) {
            ToLongBiFunction<String, Long> due = (user, total) -> {
                Writers now = writers;
                return now == null ? 0 : now.due(user, total);
            };
            for (int i = 0; i < 2; i++) {
                Viewers group = new Viewers(
                        Viewers.Protocol.BRIDGE,
                        server.port,
                        "leaderboard." + BOARD,
                        count / 2,
                        perSecond / 2,
                        tally,
                        due);
                groups.add(group);
                await(vertx.deployVerticle(group));
            }
            until("all watch", () -> watching() == count);
        }

        int watching() {
            return groups.stream().mapToInt(group -> group.watching.get()).sum();
        }

        void write(long perSecond) {
            writers = new Writers(server.port, KEY, perSecond, totals.length(), totals);
            await(vertx.deployVerticle(writers));
        }

        void rest() {
            writers.rest(vertx);
            until("all is answered", () -> writers.unanswered() == 0);
        }

        /** How many do not hold the server's board within some time. */
        long wrong(long patienceMillis) throws IOException {
            long deadline = System.nanoTime() + patienceMillis * 1_000_000;
            long wrong;
            do {
                Server.pause(200);
                List<String> expected = expected(server.port);
                wrong = 0;
                for (Viewers group : groups) {
                    wrong += await(group.wrong(expected));
                }
            } while (wrong > 0 && System.nanoTime() < deadline);
            return wrong;
        }

        @Override
        public void close() throws IOException {
            for (Viewers group : groups) {
                await(vertx.undeploy(group.deploymentID()));
            }
            server.close();
        }
    }

    private void latency(int viewers, long writes, int athletes, int seconds) throws IOException {
        try (Session session = new Session(pacesetter(), athletes)) {
            session.view(viewers, 1_000);
            session.write(writes / 4);
            Server.pause(WARM_MILLIS / 2);
            session.rest();
            session.write(writes);
            Server.pause(WARM_MILLIS / 2);
            session.tally.time(true);
            long messages = session.tally.messages.sum();
            long bytes = session.tally.bytes.sum();
            long accepted = session.writers.accepted.get();
            Server.pause(seconds * 1_000L);
            session.tally.time(false);
            messages = session.tally.messages.sum() - messages;
            bytes = session.tally.bytes.sum() - bytes;
            accepted = session.writers.accepted.get() - accepted;
            session.rest();
            long wrong = session.wrong(20_000);
            String load = viewers + " viewers, " + writes + " writes/s: ";
            row(load + "accepted a second", "", String.valueOf(accepted / seconds));
            row(load + "messages delivered a second", "", String.valueOf(messages / seconds));
            row(load + "megabytes a second", "", String.format("%.1f", bytes / 1e6 / seconds));
            row(load + "post to screen p50, p90, p99, max in ms", "p99 < 250", percentiles(session.tally));
            row(load + "refused or failed posts, gaps, closed, wrong at the end", "0, 0, 0, 0",
                    (session.writers.refused.get() + session.writers.failed.get()) + ", " + session.tally.gaps.sum() + ", "
                            + session.tally.closed.sum() + ", " + wrong);
        }
    }

    private static String percentiles(Tally tally) {
        return String.format(
                "%.0f, %.0f, %.0f, %.0f",
                tally.latency.getValueAtPercentile(50) / 1e3,
                tally.latency.getValueAtPercentile(90) / 1e3,
                tally.latency.getValueAtPercentile(99) / 1e3,
                tally.latency.getMaxValue() / 1e3);
    }

    private void bytes() throws IOException {
        try (Session session = new Session(pacesetter(), TOP)) {
            session.view(10, 100);
            session.wrong(10_000);
            long snapshot = session.tally.snapshotBytes.sum() / session.tally.snapshots.sum();
            long before = session.tally.messages.sum();
            long bytes = session.tally.bytes.sum();
            session.write(1);
            until("a delta", () -> session.tally.messages.sum() >= before + 10);
            long delta = (session.tally.bytes.sum() - bytes) / (session.tally.messages.sum() - before);
            session.rest();
            row("bytes of a snapshot of " + TOP + ", of a delta where one moves", "a tenth", snapshot + ", " + delta);
        }
    }

    private void many(int viewers, long writes, int seconds) throws IOException {
        try (Session session = new Session(pacesetter(), 1_000)) {
            session.write(writes);
            Server.pause(5_000);
            long before = session.server.residentKb();
            long began = System.nanoTime();
            session.view(viewers, 1_500);
            long connected = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            Server.pause(WARM_MILLIS / 2);
            session.tally.time(true);
            long messages = session.tally.messages.sum();
            Server.pause(seconds * 1_000L);
            messages = session.tally.messages.sum() - messages;
            long after = session.server.residentKb();
            session.rest();
            long wrong = session.wrong(30_000);
            String load = viewers + " viewers, " + writes + " writes/s: ";
            row(load + "seconds to connect all", "", String.format("%.1f", connected / 1e3));
            row(load + "wrong at the end, gaps, closed", "0, 0, 0",
                    wrong + ", " + session.tally.gaps.sum() + ", " + session.tally.closed.sum());
            row(load + "KB of process memory a viewer", "< 40", String.format("%.1f", (after - before) / (double) viewers));
            row(load + "messages delivered a second", "", String.valueOf(messages / seconds));
            row(load + "post to screen p50, p90, p99, max in ms", "", percentiles(session.tally));
        }
    }

    private void restart(int viewers, long writes) throws IOException {
        try (Session session = new Session(pacesetter(), 1_000)) {
            session.write(writes);
            session.view(viewers, 1_500);
            Server.pause(3_000);
            session.server.crash();
            long began = System.nanoTime();
            until("all have noticed", () -> session.tally.closed.sum() >= viewers);
            until("it is ready", () -> status(session.server.port, "/health/ready") == 200);
            long ready = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            until("all watch again", () -> session.watching() >= viewers);
            long watching = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            session.writers.rest(vertx);
            until("all is answered", () -> session.writers.unanswered() == 0);
            long wrong = session.wrong(30_000);
            long correct = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            row(viewers + " viewers after kill -9: seconds until ready, all watch, all found correct; wrong",
                    "< 30; 0",
                    String.format("%.1f, %.1f, %.1f; %d", ready / 1e3, watching / 1e3, correct / 1e3, wrong));
        }
    }

    /** Viewers who come, watch for a moment and are gone without a word, for a long time. */
    private void vanish(int minutes) throws IOException {
        try (Session session = new Session(pacesetter(), TOP)) {
            session.view(10, 100);
            session.write(20);
            Vanishing vanishing = new Vanishing(session.server.port, "leaderboard." + BOARD, 40);
            await(vertx.deployVerticle(vanishing));
            Server.pause(60_000);
            long before = session.server.residentKb();
            Server.pause((minutes - 1) * 60_000L);
            await(vertx.undeploy(vanishing.deploymentID()));
            until("nobody is left but those who stayed", () -> gauge(session.server.port) == 10);
            session.rest();
            row(vanishing.gone.get() + " viewers who came and vanished in " + minutes + " minutes: sockets left", "10",
                    String.format("%.0f", gauge(session.server.port)));
            row("megabytes of process memory after the first minute, at the end", "flat",
                    before / 1024 + ", " + session.server.residentKb() / 1024);
            row("wrong among those who stayed", "0", String.valueOf(session.wrong(10_000)));
        }
    }

    private static double gauge(int port) {
        try {
            Matcher gauge = SOCKETS.matcher(get(port, "/metrics"));
            return gauge.find() ? Double.parseDouble(gauge.group(1)) : -1;
        } catch (IOException notNow) {
            return -1;
        }
    }

    /** The same content to as many viewers, each server as fast as it can, in turns. */
    private void compare(int viewers, int rounds) throws IOException {
        double[] ours = new double[rounds];
        double[] whole = new double[rounds];
        double[] stock = new double[rounds];
        double[] socketIos = new double[rounds];
        String body = Files.writeString(Files.createTempFile("delta", ".json"), oneDelta().encode())
                .toString();
        // The servers run in directories of their own.
        String classpath = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .collect(Collectors.joining(":"));
        for (int round = 0; round < rounds; round++) {
            ours[round] = saturated(
                    Viewers.Protocol.BRIDGE, viewers,
                    List.of("java", "-Xmx1g", "-cp", jar.toString(), fanOut.toString(), body));
            stock[round] = saturated(
                    Viewers.Protocol.STOCK, viewers,
                    List.of("java", "-Xmx1g", "-cp", classpath, StockBridge.class.getName(), body));
            socketIos[round] = saturated(
                    Viewers.Protocol.SOCKET_IO, viewers,
                    List.of("node", socketIo.resolve("server.js").toString(), body));
            whole[round] = saturatedWhole(viewers);
            System.err.printf(
                    "round %d: %.0f, %.0f, %.0f, %.0f%n",
                    round, ours[round], stock[round], socketIos[round], whole[round]);
        }
        String what = "messages delivered a second to " + viewers + " viewers, median of " + rounds + ": ";
        row(what + "Pacesetter's bridge", "", spread(ours));
        row(what + "stock event-bus bridge", "", spread(stock));
        row(what + "Socket.IO", "", spread(socketIos));
        row("ratio to the stock bridge, to Socket.IO", ">= 2, >= 2",
                String.format("%.1f, %.1f", median(ours) / median(stock), median(ours) / median(socketIos)));
        row("entries delivered a second, scores posted to all of Pacesetter, median of " + rounds, "", spread(whole));
    }

    /**
     * Scores come faster than messages can go out. Several are in one message then, so entries are counted: as many
     * messages with one entry each are what the alternatives would have to send.
     */
    private double saturatedWhole(int viewers) throws IOException {
        try (Session session = new Session(pacesetter("PACESETTER_LIVE_MESSAGESPERSECOND", "1000"), TOP)) {
            return saturated(Viewers.Protocol.BRIDGE, viewers, session.server, rate -> {
                if (rate == 0) {
                    session.rest();
                } else {
                    session.write(rate);
                }
            });
        }
    }

    /** As ours are when one entry has moved. */
    private static JsonObject oneDelta() {
        return new JsonObject()
                .put("type", "delta")
                .put("leaderboard", BOARD)
                .put("period", "all-time")
                .put("epoch", "ffc855f2-d72f")
                .put("base", 100_001)
                .put("version", 100_002)
                .put("total", 100)
                .put("changed", new JsonArray().add(new JsonObject()
                        .put("userId", "runner-17")
                        .put("name", "runner-17")
                        .put("score", 142)
                        .put("reachedAt", "2026-11-23T12:09:23.600Z")))
                .put("removed", new JsonArray());
    }

    private double saturated(Viewers.Protocol protocol, int viewers, List<String> command) throws IOException {
        try (Server server = new Server(Server.directory(socketIo.resolveSibling("")), Map.of(), LISTENING, command)) {
            return saturated(protocol, viewers, server, rate -> status(server.port, "/rate/" + rate));
        }
    }

    /** The most that is delivered a second at any of some rates of change. */
    private double saturated(Viewers.Protocol protocol, int viewers, Server server, LongConsumer publish) {
        Tally tally = new Tally();
        List<Counters> groups = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Counters group =
                    new Counters(protocol, server.port, "leaderboard." + BOARD, viewers / 2, 500, tally);
            groups.add(group);
            await(vertx.deployVerticle(group));
        }
        until("all watch", () -> groups.stream().mapToInt(group -> group.watching.get()).sum() == viewers);
        double best = 0;
        for (long rate : new long[] {50, 100, 200, 400, 800}) {
            publish.accept(rate);
            Server.pause(3_000);
            double delivered = delivered(tally);
            System.err.printf("%s at %d/s: %.0f a second%n", protocol, rate, delivered);
            best = Math.max(best, delivered);
            publish.accept(0);
            // What waits goes out first: nobody is measured by what was published before.
            long before;
            do {
                before = tally.messages.sum();
                Server.pause(300);
            } while (tally.messages.sum() > before);
        }
        for (Counters group : groups) {
            await(vertx.undeploy(group.deploymentID()));
        }
        return best;
    }

    private static double delivered(Tally tally) {
        long before = tally.entries.sum();
        long began = System.nanoTime();
        Server.pause(4_000);
        return (tally.entries.sum() - before) * 1e9 / (System.nanoTime() - began);
    }

    private static String spread(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return String.format("%.0f (%.0f–%.0f)", median(figures), sorted[0], sorted[sorted.length - 1]);
    }

    private static double median(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static List<String> expected(int port) throws IOException {
        JsonArray entries = new JsonObject(get(port, "/api/v1/leaderboards/" + BOARD + "/entries?limit=" + TOP))
                .getJsonArray("entries");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            JsonObject entry = entries.getJsonObject(i);
            lines.add(entry.getLong("rank") + " " + entry.getString("userId") + " " + entry.getString("name") + " "
                    + entry.getLong("score") + " " + entry.getString("reachedAt"));
        }
        return lines;
    }

    private static String get(int port, String path) throws IOException {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .timeout(PATIENCE)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    private static int status(int port, String path) {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .timeout(PATIENCE)
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException | InterruptedException notYet) {
            return 0;
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return Waits.result(future);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void until(String what, BooleanSupplier condition) {
        try {
            Waits.until(what, 120, condition);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
