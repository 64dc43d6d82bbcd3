package dev.pacesetter.bench;

import static dev.pacesetter.bench.Run.MINIMAL;
import static dev.pacesetter.bench.Run.WARM_SECONDS;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.stream.IntStream;

/** What it costs to rank among groups of several sizes on a board of a million, for readers, and for writers of it. */
final class GroupSpeed implements Case {

    /** The last small one, and the first large one, lie beside each other. */
    private static final int[] SIZES = {10, 100, 249, 250, 10_000, 100_000};

    private static final int[] KEPT = {0, 1, 4, 16};
    private static final int MEMBERS = Run.MEMBERS;
    private static final int AT_ONCE = 1_000;
    private static final int SECONDS = 4;
    private static final int FILL_SECONDS = 120;
    private static final String ENTRIES = "/api/v1/leaderboards/overall/entries";

    private final Run run;

    GroupSpeed(Run run) {
        this.run = run;
    }

    @Override
    public void measure(int round) throws IOException {
        Map<String, String> settings = Map.of("PACESETTER_HTTP_MAXBODYBYTES", "131072");
        try (Contestant ours = Contestant.pacesetter(run.bench, 1, settings)) {
            ours.fill(1, MEMBERS);
            ours.rebuild();
            Waits.until("all " + MEMBERS + " are ranked", FILL_SECONDS, () -> {
                String text = ours.tryGet(ENTRIES + "?limit=1");
                return text.startsWith("{") && new JsonObject(text).getLong("total", 0L) >= MEMBERS;
            });
            for (int size : SIZES) {
                String group = "g" + size;
                make(ours, group, size);
                long began = System.nanoTime();
                ours.get(ENTRIES + "?limit=1&group=" + group);
                run.note("groupFirst" + size, (System.nanoTime() - began) / 1e6);
                read(ours, "groupTop" + size, ENTRIES + "?limit=100&group=" + group, size, round);
                read(ours, "groupOne" + size, ENTRIES + "/runner-#?group=" + group, size, round);
            }
            writes(ours);
            ours.checkRows();
        }
    }

    private void writes(Contestant ours) throws IOException {
        int made = 0;
        for (int kept : KEPT) {
            for (; made < kept; made++) {
                make(ours, "kept" + made, 100_000);
            }
            for (int i = 0; i < kept; i++) {
                ours.get(ENTRIES + "?limit=1&group=kept" + i);
            }
            run.post(ours, kept == 0 ? WARM_SECONDS : SECONDS, MINIMAL);
            run.note("groupWrites" + kept, run.post(ours, 2 * SECONDS, MINIMAL).perSecond());
        }
    }

    private void read(Contestant ours, String name, String path, int size, int round) throws IOException {
        run.get(ours.port(), path, size, round == 0 ? SECONDS : 1);
        run.note(name, run.get(ours.port(), path, size, SECONDS).perSecond());
    }

    private static void make(Contestant ours, String group, int size) throws IOException {
        String path = "/api/v1/groups/" + group;
        ours.send("PUT", path, new JsonObject().put("visibility", "public"));
        for (int from = 1; from <= size; from += AT_ONCE) {
            JsonArray users = new JsonArray(IntStream.range(from, Math.min(from + AT_ONCE, size + 1))
                    .mapToObj(i -> "runner-" + i)
                    .toList());
            ours.send("PATCH", path + "/members", new JsonObject().put("add", users));
        }
    }

    @Override
    public void report() {
        Figures figures = run.figures;
        for (int size : SIZES) {
            run.row("group of " + size + ": top 100, one entry: reads/s", "",
                    figures.spread("groupTop" + size) + ", " + figures.spread("groupOne" + size));
            run.row("group of " + size + ": the first read in ms", "", figures.spread("groupFirst" + size));
        }
        for (int kept : KEPT) {
            run.row("writes/s with `return=minimal`, " + kept + " groups of 100,000 kept that every writer is in", "",
                    figures.spread("groupWrites" + kept));
        }
    }
}
