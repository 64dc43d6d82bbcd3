package dev.pacesetter.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** What all cases of a run share: the load, the figures and the table. */
final class Run {

    static final int CONNECTIONS = 64;
    static final int ATHLETES = 10_000;
    /** Until the virtual machines have compiled what they do all the time. */
    static final int WARM_SECONDS = Integer.getInteger("bench.warmSeconds", 40);

    static final int SECONDS = Integer.getInteger("bench.seconds", 8);
    /** Of writes: once a minute autovacuum of a table that grows takes a third of them for some three seconds. */
    static final int WRITE_SECONDS = Integer.getInteger("bench.writeSeconds", 30);

    /** Of the greatest board that is read. */
    static final int MEMBERS = Integer.getInteger("bench.members", 1_000_000);

    static final String MINIMAL = "return=minimal";
    private static final int WATCH_SECONDS = 60;

    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    final Path bench;
    final Wrk wrk;
    final Figures figures = new Figures();
    private final List<String> rows = new ArrayList<>();
    private int runs;

    Run(Path bench) {
        this.bench = bench;
        this.wrk = new Wrk(bench.resolve("wrk"));
    }

    interface Step {
        void run() throws IOException;
    }

    /** One after the other; the other way round in every second round, as what comes later has another machine. */
    static void inTurns(int round, Step... contestants) throws IOException {
        List<Step> order = Arrays.asList(contestants);
        if (round % 2 == 1) {
            Collections.reverse(order);
        }
        for (Step contestant : order) {
            contestant.run();
        }
    }

    void note(String name, double figure) {
        System.err.printf("%s %.2f%n", name, figure);
        figures.add(name, figure);
    }

    void row(String what, String target, String figure) {
        String row = "| " + what + " | " + target + " | " + figure + " |";
        rows.add(row);
        System.err.println(row);
    }

    void print() {
        System.out.println("Stores: " + OwnStores.what() + ".\n\n| what | target | figure |\n|---|---|---|");
        rows.forEach(System.out::println);
    }

    /** Posts scores of athletes at random. */
    Wrk.Result post(Contestant to, int connections, int seconds, String prefer) throws IOException {
        Wrk.Result result = post(to.port(), connections, seconds, to.scores, to.key, prefer);
        to.acknowledged(result.answers(), connections);
        return result;
    }

    Wrk.Result post(Contestant to, int seconds, String prefer) throws IOException {
        return post(to, CONNECTIONS, seconds, prefer);
    }

    Wrk.Result post(int port, int connections, int seconds, String path, String key, String prefer)
            throws IOException {
        return wrk.run(
                port, 2, connections, seconds, "post.lua", path, key, prefer, String.valueOf(ATHLETES), name());
    }

    /** Reads; of members at random where the path has a {@code #}. */
    Wrk.Result get(int port, String path, int members, int seconds) throws IOException {
        return wrk.run(port, 2, CONNECTIONS, seconds, "get.lua", path, String.valueOf(members));
    }

    /** A name for keys that nobody has used before. */
    String name() {
        return "r" + runs++;
    }

    /** Does it while so many watch; fails when one of them was left behind. */
    void watched(Viewers.Protocol protocol, int port, int viewers, Step step) throws IOException {
        List<Counters> groups = new ArrayList<>();
        Tally tally = new Tally();
        for (int i = 0; viewers > 0 && i < 2; i++) {
            Counters group = new Counters(protocol, port, "leaderboard.overall", viewers / 2, 500, tally);
            groups.add(group);
            Waits.result(vertx.deployVerticle(group));
        }
        Waits.until("all watch", WATCH_SECONDS,
                () -> groups.stream().mapToInt(group -> group.watching.get()).sum() == viewers);
        step.run();
        if (viewers > 0 && tally.messages.sum() == 0) {
            throw new IOException("viewers saw nothing");
        }
        if (tally.closed.sum() > 0) {
            throw new IOException(tally.closed.sum() + " of " + viewers + " viewers were cut off");
        }
        for (Counters group : groups) {
            Waits.result(vertx.undeploy(group.deploymentID()));
        }
    }
}
