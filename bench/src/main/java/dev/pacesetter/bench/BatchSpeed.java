package dev.pacesetter.bench;

import static dev.pacesetter.bench.Run.SECONDS;
import static dev.pacesetter.bench.Run.WARM_SECONDS;

import java.io.IOException;
import java.util.Map;

/** Batches of a thousand lines, beside what PostgreSQL does alone. */
final class BatchSpeed implements Case {

    private static final int LINES = 1_000;
    private static final int CONNECTIONS = 4;

    private final Run run;

    BatchSpeed(Run run) {
        this.run = run;
    }

    @Override
    public void measure(int round) throws IOException {
        Run.inTurns(
                round,
                this::ours,
                () -> run.note("postgresqlBatch", StoreLimits.limits(run).get("postgresql")));
    }

    private void ours() throws IOException {
        try (Contestant ours = Contestant.pacesetter(run.bench, 1, Map.of())) {
            post(ours, WARM_SECONDS);
            run.note("batch", LINES * post(ours, SECONDS).perSecond());
            ours.checkRows();
        }
    }

    private Wrk.Result post(Contestant ours, int seconds) throws IOException {
        Wrk.Result result = run.wrk.run(
                ours.port(), 1, CONNECTIONS, seconds, "batch.lua",
                ours.scores + "/batch", ours.key, String.valueOf(Run.ATHLETES), run.name());
        ours.acknowledged(LINES * result.answers(), LINES * CONNECTIONS);
        return result;
    }

    @Override
    public void report() {
        run.row("Pacesetter, batches of 1,000 lines: scores/s", "", run.figures.spread("batch"));
        run.row("PostgreSQL alone, the same insert, its best: rows/s", "", run.figures.spread("postgresqlBatch"));
        run.row("ratio", "≥ 50 %", run.figures.percent("batch", "postgresqlBatch"));
    }
}
