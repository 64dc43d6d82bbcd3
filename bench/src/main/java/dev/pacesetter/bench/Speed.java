package dev.pacesetter.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Pacesetter as shipped beside the design of the tutorials and beside the limits that platform and stores set, in turns on
 * one machine, keys and authentication on, stores durable. Arguments: the bench directory, the number of rounds, cases.
 */
public final class Speed {

    private static final String SCORES = "/api/v1/scores";
    private static final String ENTRIES = "/api/v1/leaderboards/overall/entries";
    private static final int CONNECTIONS = 64;
    private static final int MANY = 256;
    private static final int ATHLETES = 10_000;
    private static final int[] VIEWERS = {0, 100, 1_000};
    private static final int WARM_SECONDS = 20;
    private static final int SECONDS = 8;
    private static final int MEMBERS = 1_000_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final Path bench;
    private final int rounds;
    private final Wrk wrk;
    private final Figures figures = new Figures();
    private final List<String> rows = new ArrayList<>();
    private int runs;

    private Speed(Path bench, int rounds) {
        this.bench = bench;
        this.rounds = rounds;
        this.wrk = new Wrk(bench.resolve("wrk"));
    }

    public static void main(String[] args) throws IOException {
        Speed speed = new Speed(Path.of(args[0]).toAbsolutePath().normalize(), Integer.parseInt(args[1]));
        for (String scenario : Arrays.asList(args).subList(2, args.length)) {
            for (int round = 0; round < speed.rounds; round++) {
                System.err.println("== " + scenario + ", round " + (round + 1));
                switch (scenario) {
                    case "writes" -> speed.writes();
                    case "limits" -> speed.limits();
                    case "boards" -> speed.boards();
                    case "latency" -> speed.latency();
                    case "batch" -> speed.batch();
                    case "reads" -> speed.reads(round);
                    case "groups" -> new GroupSpeed(speed.bench, speed.wrk, speed::note).run(round);
                    default -> throw new IllegalArgumentException(scenario);
                }
            }
            speed.report(scenario);
        }
        System.out.println("| what | target | figure |\n|---|---|---|");
        speed.rows.forEach(System.out::println);
        speed.vertx.close();
        System.exit(0);
    }

    private void report(String scenario) {
        switch (scenario) {
            case "writes" -> {
                for (int viewers : VIEWERS) {
                    String with = " writes/s, " + viewers + " viewers";
                    row("tutorial:" + with, "", figures.spread("tutorial" + viewers));
                    row("Pacesetter:" + with, "", figures.spread("ours" + viewers));
                    row("Pacesetter, answering with standings:" + with, "", figures.spread("full" + viewers));
                    String target = viewers == 0 ? "≥ 6" : viewers == 100 ? "≥ 25" : "≥ 150";
                    row("ratio," + with, target, figures.ratio("ours" + viewers, "tutorial" + viewers));
                    row("median of a write in ms, tutorial, Pacesetter, " + viewers + " viewers", "",
                            figures.spread("tutorialMs" + viewers) + ", " + figures.spread("oursMs" + viewers));
                }
                row("tutorial, Pacesetter, 256 connections: writes/s, 0 viewers", "",
                        figures.spread("tutorialMany") + ", " + figures.spread("oursMany"));
                row("ratio, 256 connections", "≥ 6", figures.ratio("oursMany", "tutorialMany"));
                row("bare Vert.x HTTP, the same body: answers/s", "", figures.spread("bare"));
                row("Pacesetter to bare HTTP", "≥ 40 %", figures.percent("ours0", "bare"));
                row("stores alone, rows/s: PostgreSQL, Redis", "",
                        figures.spread("postgresql") + ", " + figures.spread("redis"));
            }
            case "limits" -> row("stores alone, rows/s: PostgreSQL, Redis", "",
                    figures.spread("postgresql") + ", " + figures.spread("redis"));
            case "boards" -> {
                for (int boards : new int[] {1, 2, 4, 8}) {
                    row("Pacesetter: writes/s, each on " + boards + " boards", "", figures.spread("boards" + boards));
                }
                row("ratio, four boards to the tutorial's one", "≥ 3", figures.ratio("boards4", "tutorial0"));
            }
            case "latency" -> {
                row("arrivals/s", "the tutorial's own top rate", figures.spread("arrivals"));
                row("tutorial: p50, p99 in ms", "", figures.spread("tutorialP50") + ", " + figures.spread("tutorialP99"));
                row("Pacesetter: p50, p99 in ms", "", figures.spread("oursP50") + ", " + figures.spread("oursP99"));
                row("p99, ratio", "≤ 0.2", figures.ratio("oursP99", "tutorialP99"));
            }
            case "batch" -> {
                row("Pacesetter, batches of 1,000 lines: scores/s", "", figures.spread("batch"));
                row("PostgreSQL alone, the same insert: rows/s", "", figures.spread("postgresqlBatch"));
                row("ratio", "≥ 50 %", figures.percent("batch", "postgresqlBatch"));
            }
            case "groups" -> {
                for (int size : GroupSpeed.SIZES) {
                    row("group of " + size + ": top 100, one entry: reads/s", "",
                            figures.spread("top" + size) + ", " + figures.spread("one" + size));
                    row("group of " + size + ": the first read in ms", "", figures.spread("first" + size));
                }
                for (int kept : GroupSpeed.KEPT) {
                    row("writes/s, " + kept + " groups of 100,000 kept that every writer is in", "",
                            figures.spread("writes" + kept));
                }
            }
            default -> reportReads();
        }
    }

    private void reportReads() {
        for (int members : new int[] {10_000, 100_000, MEMBERS}) {
            for (String what : new String[] {"top 100", "top 100, unchanged (304)", "one entry", "around", "deep page"}) {
                row(members + " members, " + what + ": reads/s", "", figures.spread(what + members));
            }
            row(members + " members, one entry with one connection: median ms", "", figures.spread("oneMs" + members));
        }
        row("tutorial, top 100 of 1,000,000: reads/s", "", figures.spread("tutorialTop"));
        row("bare HTTP, as many bytes: reads/s", "", figures.spread("bareTop"));
        row("top 100 to the tutorial's", "≥ 5", figures.ratio("top 100" + MEMBERS, "tutorialTop"));
        row("top 100 to bare HTTP", "≥ 60 %", figures.percent("top 100" + MEMBERS, "bareTop"));
        row("one entry's time at 1,000,000 to 10,000", "≤ 2", figures.ratio("oneMs" + MEMBERS, "oneMs10000"));
        row("rebuild of 1,000,000 while reading: seconds", "≤ 20", figures.spread("rebuild"));
        row("reads answered meanwhile/s", "", figures.spread("readsInRebuild"));
        row("Redis memory a member in bytes", "", figures.spread("redisBytes"));
        row("start with stores up, until ready: seconds, empty database, with 1,000,000 members", "≤ 3",
                figures.spread("start") + ", " + figures.spread("startFull"));
    }

    private void row(String what, String target, String figure) {
        String row = "| " + what + " | " + target + " | " + figure + " |";
        rows.add(row);
        System.err.println(row);
    }

    private void note(String name, double figure) {
        System.err.printf("%s %.2f%n", name, figure);
        figures.add(name, figure);
    }

    private void writes() throws IOException {
        try (Contestant tutorial = Contestant.tutorial(bench)) {
            post(tutorial.port(), WARM_SECONDS / 2, "/scores", "", "");
            note("tutorialMany", post(tutorial.port(), MANY, SECONDS, "/scores", "", "").perSecond());
            for (int viewers : VIEWERS) {
                watched(Viewers.Protocol.SOCKET_IO, tutorial.port(), viewers, () -> {
                    Wrk.Result result = post(tutorial.port(), SECONDS, "/scores", "", "");
                    note("tutorial" + viewers, result.perSecond());
                    note("tutorialMs" + viewers, result.medianMillis());
                });
            }
        }
        try (Contestant ours = Contestant.pacesetter(bench, 1, Map.of())) {
            post(ours.port(), WARM_SECONDS, SCORES, Contestant.KEY, "return=minimal");
            post(ours.port(), WARM_SECONDS / 2, SCORES, Contestant.KEY, "");
            note("oursMany", post(ours.port(), MANY, SECONDS, SCORES, Contestant.KEY, "return=minimal").perSecond());
            for (int viewers : VIEWERS) {
                watched(Viewers.Protocol.BRIDGE, ours.port(), viewers, () -> {
                    Wrk.Result result = post(ours.port(), SECONDS, SCORES, Contestant.KEY, "return=minimal");
                    note("ours" + viewers, result.perSecond());
                    note("oursMs" + viewers, result.medianMillis());
                    note("full" + viewers, post(ours.port(), SECONDS, SCORES, Contestant.KEY, "").perSecond());
                });
            }
            limits(ours);
        }
        try (Server bare = Contestant.bare(bench, 0)) {
            post(bare.port, SECONDS, SCORES, Contestant.KEY, "");
            note("bare", post(bare.port, SECONDS, SCORES, Contestant.KEY, "").perSecond());
        }
    }

    /** The statement and the script alone: whether they are still those of the program shows in seconds. */
    private void limits() throws IOException {
        try (Contestant ours = Contestant.pacesetter(bench, 1, Map.of())) {
            limits(ours);
        }
    }

    private void limits(Contestant ours) throws IOException {
        for (String limit : Contestant.own(bench, "Limits", ours.postgres, ours.redis).strip().split("\n")) {
            note(limit.split(" ")[0], Double.parseDouble(limit.split(" ")[1]));
        }
    }

    private void boards() throws IOException {
        for (int boards : new int[] {1, 2, 4, 8}) {
            try (Contestant ours = Contestant.pacesetter(bench, boards, Map.of())) {
                post(ours.port(), WARM_SECONDS, SCORES, Contestant.KEY, "return=minimal");
                note("boards" + boards, post(ours.port(), SECONDS, SCORES, Contestant.KEY, "return=minimal").perSecond());
            }
        }
        if (!figures.has("tutorial0")) {
            try (Contestant tutorial = Contestant.tutorial(bench)) {
                post(tutorial.port(), WARM_SECONDS / 2, "/scores", "", "");
                note("tutorial0", post(tutorial.port(), SECONDS, "/scores", "", "").perSecond());
            }
        }
    }

    private void latency() throws IOException {
        long rate;
        try (Contestant tutorial = Contestant.tutorial(bench)) {
            post(tutorial.port(), WARM_SECONDS / 2, "/scores", "", "");
            rate = Math.round(post(tutorial.port(), SECONDS, "/scores", "", "").perSecond());
            note("arrivals", rate);
            fixed("tutorial", tutorial.port(), "/scores", Map.of("Content-Type", "application/json"), rate);
        }
        try (Contestant ours = Contestant.pacesetter(bench, 1, Map.of())) {
            post(ours.port(), WARM_SECONDS, SCORES, Contestant.KEY, "");
            fixed("ours", ours.port(), SCORES,
                    Map.of("Content-Type", "application/json", "Authorization", "Bearer " + Contestant.KEY), rate);
        }
    }

    private void fixed(String name, int port, String path, Map<String, String> headers, long rate) {
        FixedRate load = new FixedRate(port, path, headers, rate);
        await(vertx.deployVerticle(load));
        Server.pause(5_000);
        load.measure();
        Server.pause(15_000);
        note(name + "P50", load.latency.getValueAtPercentile(50) / 1e3);
        note(name + "P99", load.latency.getValueAtPercentile(99) / 1e3);
        if (load.bad.get() > 0) {
            System.err.println(name + ": " + load.bad.get() + " were refused or failed");
        }
        await(vertx.undeploy(load.deploymentID()));
    }

    private void batch() throws IOException {
        try (Contestant ours = Contestant.pacesetter(bench, 1, Map.of())) {
            String[] arguments = {SCORES + "/batch", Contestant.KEY, String.valueOf(ATHLETES), run()};
            wrk.run(ours.port(), 1, 4, WARM_SECONDS, "batch.lua", arguments);
            arguments[3] = run();
            note("batch", 1_000 * wrk.run(ours.port(), 1, 4, SECONDS, "batch.lua", arguments).perSecond());
            String limits = Contestant.own(bench, "Limits", ours.postgres, ours.redis);
            note("postgresqlBatch", Double.parseDouble(limits.replaceAll("(?s).*postgresql (\\d+).*", "$1")));
        }
    }

    private void reads(int round) throws IOException {
        int page;
        try (Contestant ours = Contestant.pacesetter(bench, 1, Map.of())) {
            ours.stop();
            note("start", ours.start() / 1e3);
            double empty = redisBytes(ours);
            int filled = 0;
            for (int members : new int[] {10_000, 100_000, MEMBERS}) {
                Contestant.own(bench, "Fill", "pacesetter", ours.postgres, String.valueOf(filled + 1), String.valueOf(members));
                filled = members;
                double took = rebuild(ours, members);
                if (members == MEMBERS) {
                    note("rebuild", took);
                }
                for (Map.Entry<String, String> read : paths(members).entrySet()) {
                    get(ours.port(), read.getValue(), members, round == 0 ? SECONDS : 2);
                    note(read.getKey() + members, get(ours.port(), read.getValue(), members, SECONDS / 2).perSecond());
                }
                note("top 100, unchanged (304)" + members, unchanged(ours));
                note("oneMs" + members,
                        wrk.run(ours.port(), 1, 1, SECONDS / 2, "get.lua", ENTRIES + "/runner-#", String.valueOf(members))
                                .medianMillis());
            }
            note("redisBytes", (redisBytes(ours) - empty) / MEMBERS);
            page = ours.get(ENTRIES + "?limit=100").length();
            ours.stop();
            note("startFull", ours.start() / 1e3);
        }
        try (Contestant tutorial = Contestant.tutorial(bench)) {
            Contestant.own(bench, "Fill", "tutorial", tutorial.redis, "1", String.valueOf(MEMBERS));
            get(tutorial.port(), "/leaderboard", MEMBERS, SECONDS);
            note("tutorialTop", get(tutorial.port(), "/leaderboard", MEMBERS, SECONDS).perSecond());
        }
        try (Server bare = Contestant.bare(bench, page)) {
            get(bare.port, "/", MEMBERS, SECONDS);
            note("bareTop", get(bare.port, "/", MEMBERS, SECONDS).perSecond());
        }
    }

    private static Map<String, String> paths(int members) {
        Map<String, String> paths = new HashMap<>();
        paths.put("top 100", ENTRIES + "?limit=100");
        paths.put("one entry", ENTRIES + "/runner-#");
        paths.put("around", ENTRIES + "/runner-#?around=5");
        paths.put("deep page", ENTRIES + "?limit=100&offset=" + (members - 200));
        return paths;
    }

    /** How many conditional reads a second, of a board that nobody changes. */
    private double unchanged(Contestant ours) throws IOException {
        return wrk.run(ours.port(), 2, CONNECTIONS, SECONDS / 2, "unchanged.lua", ENTRIES + "?limit=100").perSecond();
    }

    private double rebuild(Contestant ours, int members) throws IOException {
        long began = System.nanoTime();
        String epoch = new JsonObject(ours.get(ENTRIES + "?limit=1")).getString("epoch");
        ours.post("/api/v1/leaderboards/overall/rebuild");
        long reads = 0;
        while (true) {
            String text = ours.get(ENTRIES + "?limit=100");
            JsonObject now = text.startsWith("{") ? new JsonObject(text) : new JsonObject();
            if (now.containsKey("entries")) {
                reads++;
            }
            if (now.getLong("total", 0L) >= members && !epoch.equals(now.getString("epoch"))) {
                double seconds = (System.nanoTime() - began) / 1e9;
                if (members == MEMBERS) {
                    note("readsInRebuild", reads / seconds);
                }
                return seconds;
            }
            Server.pause(5);
        }
    }

    private static double redisBytes(Contestant of) throws IOException {
        String[] parts = of.redis.replace("redis://", "").split("[:/]");
        try (java.net.Socket socket = new java.net.Socket(parts[0], Integer.parseInt(parts[1]))) {
            socket.getOutputStream().write("INFO memory\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            StringBuilder text = new StringBuilder();
            byte[] some = new byte[8_192];
            while (!text.toString().contains("used_memory_dataset:")) {
                int read = socket.getInputStream().read(some);
                text.append(new String(some, 0, read, java.nio.charset.StandardCharsets.US_ASCII));
            }
            return Double.parseDouble(text.toString().replaceAll("(?s).*used_memory:(\\d+).*", "$1"));
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Does it while so many watch. */
    private void watched(Viewers.Protocol protocol, int port, int viewers, Step step) throws IOException {
        List<Counters> groups = new ArrayList<>();
        Tally tally = new Tally();
        for (int i = 0; viewers > 0 && i < 2; i++) {
            Counters group = new Counters(protocol, port, "leaderboard.overall", viewers / 2, 500, tally);
            groups.add(group);
            await(vertx.deployVerticle(group));
        }
        until("all watch", () -> groups.stream().mapToInt(group -> group.watching.get()).sum() == viewers);
        step.run();
        if (viewers > 0 && tally.messages.sum() == 0) {
            throw new IOException("viewers saw nothing");
        }
        for (Counters group : groups) {
            await(vertx.undeploy(group.deploymentID()));
        }
    }

    private Wrk.Result post(int port, int seconds, String path, String key, String prefer) throws IOException {
        return post(port, CONNECTIONS, seconds, path, key, prefer);
    }

    private Wrk.Result post(int port, int connections, int seconds, String path, String key, String prefer)
            throws IOException {
        Wrk.Result result = wrk.run(
                port, 2, connections, seconds, "post.lua", path, key, prefer, String.valueOf(ATHLETES), run());
        if (result.bad() > 0) {
            System.err.println(result.bad() + " answers were no success");
        }
        return result;
    }

    private Wrk.Result get(int port, String path, int members, int seconds) throws IOException {
        Wrk.Result result = wrk.run(port, 2, CONNECTIONS, seconds, "get.lua", path, String.valueOf(members));
        if (result.bad() > 0) {
            throw new IOException(result.bad() + " failed of " + path);
        }
        return result;
    }

    private String run() {
        return "r" + runs++;
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private static void until(String what, BooleanSupplier condition) {
        for (int i = 0; i < 3_000; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Server.pause(20);
        }
        throw new IllegalStateException("not within a minute: " + what);
    }
}
