package dev.pacesetter.bench;

import static dev.pacesetter.bench.Run.SECONDS;
import static dev.pacesetter.bench.Run.WARM_SECONDS;

import java.io.IOException;
import java.util.Map;

/**
 * How long a write takes when as many come as the tutorial takes at most, and when there are fewer: at its top rate its
 * queue grows for as long as one measures.
 */
final class LatencySpeed implements Case {

    private static final int[] PERCENT = {80, 100};

    private final Run run;
    private long top;

    LatencySpeed(Run run) {
        this.run = run;
    }

    @Override
    public void measure(int round) throws IOException {
        try (Contestant tutorial = Contestant.tutorial(run.bench)) {
            run.post(tutorial, WARM_SECONDS / 2, "");
            top = Math.round(run.post(tutorial, SECONDS, "").perSecond());
            run.note("arrivals", top);
        }
        Run.inTurns(round, this::tutorial, this::ours);
    }

    private void tutorial() throws IOException {
        try (Contestant tutorial = Contestant.tutorial(run.bench)) {
            run.post(tutorial, WARM_SECONDS / 2, "");
            atRates("tutorial", tutorial);
        }
    }

    private void ours() throws IOException {
        try (Contestant ours = Contestant.pacesetter(run.bench, 1, Map.of())) {
            run.post(ours, WARM_SECONDS, "");
            atRates("ours", ours);
        }
    }

    private void atRates(String name, Contestant to) throws IOException {
        for (int percent : PERCENT) {
            FixedRate load = new FixedRate(to, "", top * percent / 100, run.name());
            Waits.result(run.vertx.deployVerticle(load));
            Server.pause(5_000);
            load.measure();
            Server.pause(15_000);
            FixedRate.Result result = load.finish();
            Waits.result(run.vertx.undeploy(load.deploymentID()));
            System.err.println(name + ": " + result);
            run.note(name + "P50at" + percent, result.medianMillis());
            run.note(name + "P99at" + percent, result.p99Millis());
            run.note(name + "Lost" + percent, result.lost());
            to.acknowledged(result.acknowledged(), result.inDoubt());
        }
        to.checkRows();
    }

    @Override
    public void report() {
        Figures figures = run.figures;
        run.row("the tutorial's own top rate: writes/s", "", figures.spread("arrivals"));
        for (int percent : PERCENT) {
            String at = percent + " % of it arriving: ";
            run.row(at + "tutorial, p50, p99 in ms", "",
                    figures.spread("tutorialP50at" + percent) + ", " + figures.spread("tutorialP99at" + percent));
            run.row(at + "Pacesetter with standings, p50, p99 in ms", "",
                    figures.spread("oursP50at" + percent) + ", " + figures.spread("oursP99at" + percent));
            run.row(at + "p99, ratio", percent == 100 ? "≤ 0.2" : "",
                    figures.ratio("oursP99at" + percent, "tutorialP99at" + percent));
            run.row(at + "refused, failed, not sent or not answered, in the percentiles by how long they waited: "
                            + "tutorial, Pacesetter", "0",
                    figures.spread("tutorialLost" + percent) + ", " + figures.spread("oursLost" + percent));
        }
    }
}
