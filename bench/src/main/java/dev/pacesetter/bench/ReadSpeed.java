package dev.pacesetter.bench;

import static dev.pacesetter.bench.Run.MINIMAL;
import static dev.pacesetter.bench.Run.SECONDS;
import static dev.pacesetter.bench.Run.WARM_SECONDS;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads of boards of several sizes, rebuilding and starting with them; the tutorial's, and the platform's without stores. */
final class ReadSpeed implements Case {

    private static final String ENTRIES = "/api/v1/leaderboards/overall/entries";
    private static final String TOP = ENTRIES + "?limit=100";
    private static final int[] SIZES = {Run.MEMBERS / 100, Run.MEMBERS / 10, Run.MEMBERS};
    private static final int MEMBERS = Run.MEMBERS;
    private static final int REBUILD_SECONDS = 120;
    private static final int WRITES_A_SECOND = 1_000;

    private final Run run;
    /** Bytes of a top 100, as near as makes no difference. */
    private int page = 10_000;

    ReadSpeed(Run run) {
        this.run = run;
    }

    @Override
    public void measure(int round) throws IOException {
        Run.inTurns(round, () -> ours(round), this::tutorial, this::bare);
    }

    private void ours(int round) throws IOException {
        try (Contestant ours = Contestant.pacesetter(run.bench, 1, Map.of())) {
            ours.stop();
            run.note("start", ours.start() / 1e3);
            double empty = redisBytes(ours);
            int filled = 0;
            for (int members : SIZES) {
                ours.fill(filled + 1, members);
                filled = members;
                rebuild(ours, members);
                reads(ours, members, round == 0 ? SECONDS : 2);
            }
            run.note("redisBytes", (redisBytes(ours) - empty) / MEMBERS);
            page = ours.get(TOP).length();
            ours.stop();
            run.note("startFull", ours.start() / 1e3);
            // Until it has compiled again what it does all the time.
            run.get(ours.port(), TOP, MEMBERS, SECONDS);
            written("ours", ours, TOP);
            ours.checkRows();
        }
    }

    private void reads(Contestant ours, int members, int warmSeconds) throws IOException {
        if (members == SIZES[0]) {
            // By a program that has only just started.
            run.get(ours.port(), TOP, members, WARM_SECONDS / 2);
        }
        for (Map.Entry<String, String> read : paths().entrySet()) {
            // A hundred fit behind every offset.
            int atMost = read.getKey().equals("deep") ? members - 100 : members;
            run.get(ours.port(), read.getValue(), atMost, warmSeconds);
            run.note(read.getKey() + members, run.get(ours.port(), read.getValue(), atMost, SECONDS / 2).perSecond());
        }
        String connections = String.valueOf(Run.CONNECTIONS / 2);
        run.note("unchanged" + members,
                run.wrk.run(ours.port(), 2, Run.CONNECTIONS, SECONDS / 2, "unchanged.lua", TOP, connections).perSecond());
        run.note("oneMs" + members,
                run.wrk.run(ours.port(), 1, 1, SECONDS / 2, "get.lua", ENTRIES + "/runner-#", String.valueOf(members))
                        .medianMillis());
    }

    private void tutorial() throws IOException {
        try (Contestant tutorial = Contestant.tutorial(run.bench)) {
            tutorial.fill(1, MEMBERS);
            run.get(tutorial.port(), "/leaderboard", MEMBERS, SECONDS / 2);
            run.note("tutorialTop", run.get(tutorial.port(), "/leaderboard", MEMBERS, SECONDS).perSecond());
            written("tutorial", tutorial, "/leaderboard");
            tutorial.checkRows();
        }
    }

    private void bare() throws IOException {
        try (Server bare = Contestant.bare(run.bench, page)) {
            run.get(bare.port, "/", MEMBERS, SECONDS / 2);
            run.note("bareTop", run.get(bare.port, "/", MEMBERS, SECONDS).perSecond());
        }
    }

    private static Map<String, String> paths() {
        Map<String, String> paths = new LinkedHashMap<>();
        paths.put("top", TOP);
        paths.put("one", ENTRIES + "/runner-#");
        paths.put("around", ENTRIES + "/runner-#?around=5");
        paths.put("deep", TOP + "&offset=#");
        return paths;
    }

    /** Reads of a board that changes all the time: what a node keeps of it is of no use for long. */
    private void written(String name, Contestant to, String path) throws IOException {
        String prefer = to.key.isEmpty() ? "" : MINIMAL;
        run.post(to, WARM_SECONDS / 2, prefer);
        FixedRate writes = new FixedRate(to, prefer, WRITES_A_SECOND, run.name());
        Waits.result(run.vertx.deployVerticle(writes));
        run.get(to.port(), path, MEMBERS, SECONDS);
        writes.measure();
        run.note(name + "Written", run.get(to.port(), path, MEMBERS, SECONDS).perSecond());
        FixedRate.Result result = writes.finish();
        Waits.result(run.vertx.undeploy(writes.deploymentID()));
        System.err.println(name + ": " + result);
        run.note(name + "Writes", result.perSecond());
        run.note(name + "WritesLost", result.lost());
        to.acknowledged(result.acknowledged(), result.inDoubt());
    }

    private void rebuild(Contestant ours, int members) throws IOException {
        long began = System.nanoTime();
        String epoch = new JsonObject(ours.get(ENTRIES + "?limit=1")).getString("epoch");
        ours.rebuild();
        long[] reads = {0};
        Waits.until("all " + members + " are ranked anew", REBUILD_SECONDS, () -> {
            String text = ours.tryGet(TOP);
            JsonObject now = text.startsWith("{") ? new JsonObject(text) : new JsonObject();
            reads[0] += now.containsKey("entries") ? 1 : 0;
            return now.getLong("total", 0L) >= members && !epoch.equals(now.getString("epoch"));
        });
        if (members == MEMBERS) {
            double seconds = (System.nanoTime() - began) / 1e9;
            run.note("rebuild", seconds);
            run.note("readsInRebuild", reads[0] / seconds);
        }
    }

    private static double redisBytes(Contestant of) throws IOException {
        String[] parts = of.stores().redis().replace("redis://", "").split("[:/]");
        try (Socket socket = new Socket(parts[0], Integer.parseInt(parts[1]))) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("INFO memory\r\n".getBytes(StandardCharsets.US_ASCII));
            StringBuilder text = new StringBuilder();
            byte[] some = new byte[8_192];
            while (!text.toString().contains("used_memory_dataset:")) {
                int read = socket.getInputStream().read(some);
                if (read < 0) {
                    throw new IOException("no memory figures from Redis: " + text);
                }
                text.append(new String(some, 0, read, StandardCharsets.US_ASCII));
            }
            return Double.parseDouble(text.toString().replaceAll("(?s).*used_memory:(\\d+).*", "$1"));
        }
    }

    @Override
    public void report() {
        Figures figures = run.figures;
        for (int members : SIZES) {
            String of = String.format("%,d members, ", members);
            run.row(of + "top 100: reads/s", "", figures.spread("top" + members));
            run.row(of + "top 100, unchanged (304): reads/s", "", figures.spread("unchanged" + members));
            run.row(of + "one entry: reads/s", "", figures.spread("one" + members));
            run.row(of + "five neighbours each side: reads/s", "", figures.spread("around" + members));
            run.row(of + "100 from an offset at random: reads/s", "", figures.spread("deep" + members));
            run.row(of + "one entry with one connection: median ms", "", figures.spread("oneMs" + members));
        }
        String all = String.format("%,d", MEMBERS);
        run.row("tutorial, top 100 of " + all + ": reads/s", "", figures.spread("tutorialTop"));
        run.row("bare HTTP, as many bytes: reads/s", "", figures.spread("bareTop"));
        run.row("top 100 of a board that nobody changes, to the tutorial's", "≥ 5",
                figures.ratio("top" + MEMBERS, "tutorialTop"));
        run.row("top 100 to bare HTTP", "≥ 60 %", figures.percent("top" + MEMBERS, "bareTop"));
        String written = "top 100 of " + all + " while 1,000 writes/s arrive: ";
        run.row(written + "reads/s, tutorial, Pacesetter", "",
                figures.spread("tutorialWritten") + ", " + figures.spread("oursWritten"));
        run.row(written + "writes/s taken, tutorial, Pacesetter", "1,000, 1,000",
                figures.spread("tutorialWrites") + ", " + figures.spread("oursWrites"));
        run.row(written + "writes refused, failed, not sent or not answered, tutorial, Pacesetter", "0, 0",
                figures.spread("tutorialWritesLost") + ", " + figures.spread("oursWritesLost"));
        run.row(written + "reads, ratio", "", figures.ratio("oursWritten", "tutorialWritten"));
        run.row("one entry's time at " + all + " to a hundredth of that", "≤ 2", figures.ratio("oneMs" + MEMBERS, "oneMs" + SIZES[0]));
        run.row("rebuild of " + all + " while reading: seconds", "≤ 20", figures.spread("rebuild"));
        run.row("reads answered meanwhile/s", "", figures.spread("readsInRebuild"));
        run.row("Redis memory a member in bytes", "", figures.spread("redisBytes"));
        run.row("start with stores up, until ready: seconds, empty database, with " + all + " members", "≤ 3",
                figures.spread("start") + ", " + figures.spread("startFull"));
    }
}
