package dev.pacesetter.bench;

import static dev.pacesetter.bench.Run.CONNECTIONS;
import static dev.pacesetter.bench.Run.MINIMAL;
import static dev.pacesetter.bench.Run.SECONDS;
import static dev.pacesetter.bench.Run.WARM_SECONDS;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Single scores, before some viewers: the tutorial, Pacesetter, and the platform without stores. All of them are there at
 * once and take short turns: minutes apart each would have another machine.
 */
final class WriteSpeed implements Case {

    private static final int MANY = 256;
    private static final int TURNS = 3;
    private static final int TURN_SECONDS = Math.max(1, SECONDS / 2);
    private static final int[] VIEWERS = {0, 100, 1_000};

    private final Run run;
    private final StoreLimits limits;

    WriteSpeed(Run run) {
        this.run = run;
        this.limits = new StoreLimits(run);
    }

    @Override
    public void measure(int round) throws IOException {
        try (Contestant tutorial = Contestant.tutorial(run.bench);
                Contestant ours = Contestant.pacesetter(run.bench, 1, Map.of());
                Server bare = Contestant.bare(run.bench, 0)) {
            run.post(tutorial, WARM_SECONDS / 2, "");
            run.post(ours, WARM_SECONDS, MINIMAL);
            run.post(ours, WARM_SECONDS / 2, "");
            bare(bare);
            Map<String, Run.Turn> many = new LinkedHashMap<>();
            many.put("tutorialMany", () -> run.post(tutorial, MANY, TURN_SECONDS, ""));
            many.put("oursMany", () -> run.post(ours, MANY, TURN_SECONDS, MINIMAL));
            run.alternately(round, TURNS, many);
            for (int viewers : VIEWERS) {
                run.watched(Viewers.Protocol.SOCKET_IO, tutorial.port(), viewers,
                        () -> run.watched(Viewers.Protocol.BRIDGE, ours.port(), viewers,
                                () -> watched(round, tutorial, ours, bare, viewers)));
            }
            tutorial.checkRows();
            ours.checkRows();
        }
        limits.measure(round);
    }

    private void watched(int round, Contestant tutorial, Contestant ours, Server bare, int viewers) throws IOException {
        Map<String, Run.Turn> turns = new LinkedHashMap<>();
        turns.put("tutorial" + viewers, () -> run.post(tutorial, TURN_SECONDS, ""));
        turns.put("ours" + viewers, () -> run.post(ours, TURN_SECONDS, MINIMAL));
        turns.put("full" + viewers, () -> run.post(ours, TURN_SECONDS, ""));
        if (viewers == 0) {
            turns.put("bare", () -> bare(bare));
        } else {
            // Until what sends to viewers is compiled, too, and what counts for them.
            run.post(tutorial, WARM_SECONDS / 2, "");
            run.post(ours, WARM_SECONDS / 2, MINIMAL);
        }
        run.alternately(round, TURNS, turns);
    }

    private Wrk.Result bare(Server bare) throws IOException {
        return run.post(bare.port, CONNECTIONS, TURN_SECONDS, "/", Contestant.KEY, "");
    }

    @Override
    public void report() {
        Figures figures = run.figures;
        for (int viewers : VIEWERS) {
            String with = " writes/s, " + viewers + " viewers";
            String target = viewers == 0 ? "≥ 6" : viewers == 100 ? "≥ 25" : "≥ 150";
            run.row("tutorial, answering with an id:" + with, "", figures.spread("tutorial" + viewers));
            run.row("Pacesetter, `Prefer: return=minimal`, answering with an id:" + with, "",
                    figures.spread("ours" + viewers));
            run.row("Pacesetter, as it answers unasked, with standings:" + with, "", figures.spread("full" + viewers));
            run.row("ratio, `Prefer: return=minimal`," + with, target,
                    figures.ratio("ours" + viewers, "tutorial" + viewers));
            run.row("ratio, with standings," + with, "", figures.ratio("full" + viewers, "tutorial" + viewers));
            run.row("median of a write in ms, tutorial, Pacesetter with `return=minimal`, " + viewers + " viewers", "",
                    figures.spread("tutorial" + viewers + "Ms") + ", " + figures.spread("ours" + viewers + "Ms"));
        }
        run.row("tutorial, Pacesetter with `return=minimal`, 256 connections: writes/s, 0 viewers", "",
                figures.spread("tutorialMany") + ", " + figures.spread("oursMany"));
        run.row("ratio, 256 connections", "≥ 6", figures.ratio("oursMany", "tutorialMany"));
        run.row("bare Vert.x HTTP, the same body: answers/s", "", figures.spread("bare"));
        run.row("Pacesetter with `return=minimal` to bare HTTP", "≥ 40 %", figures.percent("ours0", "bare"));
        limits.report();
    }
}
