package dev.pacesetter.bench;

import static dev.pacesetter.bench.Run.CONNECTIONS;
import static dev.pacesetter.bench.Run.MINIMAL;
import static dev.pacesetter.bench.Run.SECONDS;
import static dev.pacesetter.bench.Run.WARM_SECONDS;
import static dev.pacesetter.bench.Run.WRITE_SECONDS;

import java.io.IOException;
import java.util.Map;

/** Single scores, before some viewers: the tutorial, Pacesetter, and the platform without stores. */
final class WriteSpeed implements Case {

    private static final int MANY = 256;
    private static final int[] VIEWERS = {0, 100, 1_000};

    private final Run run;
    private final StoreLimits limits;

    WriteSpeed(Run run) {
        this.run = run;
        this.limits = new StoreLimits(run);
    }

    @Override
    public void measure(int round) throws IOException {
        Run.inTurns(round, this::tutorial, this::ours, this::bare, () -> limits.measure(round));
    }

    private void tutorial() throws IOException {
        try (Contestant tutorial = Contestant.tutorial(run.bench)) {
            run.post(tutorial, WARM_SECONDS / 2, "");
            run.note("tutorialMany", run.post(tutorial, MANY, WRITE_SECONDS, "").perSecond());
            for (int viewers : VIEWERS) {
                run.watched(Viewers.Protocol.SOCKET_IO, tutorial.port(), viewers, () -> {
                    warm(tutorial, viewers, "");
                    Wrk.Result result = run.post(tutorial, WRITE_SECONDS, "");
                    run.note("tutorial" + viewers, result.perSecond());
                    run.note("tutorialMs" + viewers, result.medianMillis());
                });
            }
            tutorial.checkRows();
        }
    }

    private void ours() throws IOException {
        try (Contestant ours = Contestant.pacesetter(run.bench, 1, Map.of())) {
            run.post(ours, WARM_SECONDS, MINIMAL);
            run.post(ours, WARM_SECONDS / 2, "");
            run.note("oursMany", run.post(ours, MANY, WRITE_SECONDS, MINIMAL).perSecond());
            for (int viewers : VIEWERS) {
                run.watched(Viewers.Protocol.BRIDGE, ours.port(), viewers, () -> {
                    warm(ours, viewers, MINIMAL);
                    Wrk.Result result = run.post(ours, WRITE_SECONDS, MINIMAL);
                    run.note("ours" + viewers, result.perSecond());
                    run.note("oursMs" + viewers, result.medianMillis());
                    run.note("full" + viewers, run.post(ours, WRITE_SECONDS, "").perSecond());
                });
            }
            ours.checkRows();
        }
    }

    /** Until what sends to viewers is compiled, too, and what counts for them. */
    private void warm(Contestant contestant, int viewers, String prefer) throws IOException {
        if (viewers > 0) {
            run.post(contestant, WARM_SECONDS / 2, prefer);
        }
    }

    private void bare() throws IOException {
        try (Server bare = Contestant.bare(run.bench, 0)) {
            run.post(bare.port, CONNECTIONS, SECONDS / 2, "/", Contestant.KEY, "");
            run.note("bare", run.post(bare.port, CONNECTIONS, SECONDS, "/", Contestant.KEY, "").perSecond());
        }
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
                    figures.spread("tutorialMs" + viewers) + ", " + figures.spread("oursMs" + viewers));
        }
        run.row("tutorial, Pacesetter with `return=minimal`, 256 connections: writes/s, 0 viewers", "",
                figures.spread("tutorialMany") + ", " + figures.spread("oursMany"));
        run.row("ratio, 256 connections", "≥ 6", figures.ratio("oursMany", "tutorialMany"));
        run.row("bare Vert.x HTTP, the same body: answers/s", "", figures.spread("bare"));
        run.row("Pacesetter with `return=minimal` to bare HTTP", "≥ 40 %", figures.percent("ours0", "bare"));
        limits.report();
    }
}
