package dev.pacesetter.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** What it costs to rank among groups of several sizes on a board of a million, for readers, and for writers of it. */
final class GroupSpeed {

    /** The last small one, and the first large one, lie beside each other. */
    static final int[] SIZES = {10, 100, 249, 250, 10_000, 100_000};

    static final int[] KEPT = {0, 1, 4, 16};
    private static final int MEMBERS = 1_000_000;
    private static final int AT_ONCE = 1_000;
    private static final int SECONDS = 4;
    private static final int ATHLETES = 10_000;
    private static final String ENTRIES = "/api/v1/leaderboards/overall/entries";

    private final Path bench;
    private final Wrk wrk;
    private final BiConsumer<String, Double> note;

    GroupSpeed(Path bench, Wrk wrk, BiConsumer<String, Double> note) {
        this.bench = bench;
        this.wrk = wrk;
        this.note = note;
    }

    void run(int round) throws IOException {
        Map<String, String> settings = Map.of("PACESETTER_HTTP_MAXBODYBYTES", "131072");
        try (Contestant ours = Contestant.pacesetter(bench, 1, settings)) {
            Contestant.own(bench, "Fill", "pacesetter", ours.postgres, "1", String.valueOf(MEMBERS));
            ours.post("/api/v1/leaderboards/overall/rebuild");
            while (new JsonObject(ours.get(ENTRIES + "?limit=1")).getLong("total", 0L) < MEMBERS) {
                Server.pause(100);
            }
            for (int size : SIZES) {
                String group = "g" + size;
                make(ours, group, size);
                long began = System.nanoTime();
                ours.get(ENTRIES + "?limit=1&group=" + group);
                note.accept("first" + size, (System.nanoTime() - began) / 1e6);
                read(ours, "top" + size, ENTRIES + "?limit=100&group=" + group, size, round);
                read(ours, "one" + size, ENTRIES + "/runner-#?group=" + group, size, round);
            }
            int made = 0;
            for (int kept : KEPT) {
                for (; made < kept; made++) {
                    make(ours, "kept" + made, 100_000);
                }
                for (int i = 0; i < kept; i++) {
                    ours.get(ENTRIES + "?limit=1&group=kept" + i);
                }
                String[] post = {"/api/v1/scores", Contestant.KEY, "return=minimal", String.valueOf(ATHLETES), "r" + round + kept};
                wrk.run(ours.port(), 2, 64, kept == 0 ? 20 : SECONDS, "post.lua", post);
                post[4] += "m";
                note.accept("writes" + kept, wrk.run(ours.port(), 2, 64, 2 * SECONDS, "post.lua", post).perSecond());
            }
        }
    }

    private void read(Contestant ours, String name, String path, int size, int round) throws IOException {
        wrk.run(ours.port(), 2, 64, round == 0 ? SECONDS : 1, "get.lua", path, String.valueOf(size));
        note.accept(name, wrk.run(ours.port(), 2, 64, SECONDS, "get.lua", path, String.valueOf(size)).perSecond());
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
}
