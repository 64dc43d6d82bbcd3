package dev.pacesetter.bench;

import static dev.pacesetter.bench.Run.MINIMAL;
import static dev.pacesetter.bench.Run.WARM_SECONDS;
import static dev.pacesetter.bench.Run.WRITE_SECONDS;

import java.io.IOException;
import java.util.Map;

/** Scores that count on several leaderboards each, beside the tutorial's, which has one. */
final class BoardSpeed implements Case {

    private final Run run;

    BoardSpeed(Run run) {
        this.run = run;
    }

    @Override
    public void measure(int round) throws IOException {
        Run.inTurns(round, () -> ours(1), () -> ours(2), this::tutorial, () -> ours(4), () -> ours(8));
    }

    private void ours(int boards) throws IOException {
        try (Contestant ours = Contestant.pacesetter(run.bench, boards, Map.of())) {
            run.post(ours, WARM_SECONDS, MINIMAL);
            run.note("boards" + boards, run.post(ours, WRITE_SECONDS, MINIMAL).perSecond());
            ours.checkRows();
        }
    }

    private void tutorial() throws IOException {
        try (Contestant tutorial = Contestant.tutorial(run.bench)) {
            run.post(tutorial, WARM_SECONDS / 2, "");
            run.note("tutorialOne", run.post(tutorial, WRITE_SECONDS, "").perSecond());
            tutorial.checkRows();
        }
    }

    @Override
    public void report() {
        for (int boards : new int[] {1, 2, 4, 8}) {
            run.row("Pacesetter with `return=minimal`: writes/s, each on " + boards + " boards", "",
                    run.figures.spread("boards" + boards));
        }
        run.row("tutorial, one board, in the same turns: writes/s", "", run.figures.spread("tutorialOne"));
        run.row("ratio, four boards to the tutorial's one", "≥ 3", run.figures.ratio("boards4", "tutorialOne"));
    }
}
