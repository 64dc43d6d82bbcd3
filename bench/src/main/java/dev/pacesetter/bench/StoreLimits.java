package dev.pacesetter.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the stores can do alone, on fresh ones and with nothing beside them. Whether statement and script are still those
 * of the program shows in seconds.
 */
final class StoreLimits implements Case {

    private final Run run;

    StoreLimits(Run run) {
        this.run = run;
    }

    @Override
    public void measure(int round) throws IOException {
        limits(run).forEach(run::note);
    }

    /** Rows a second by store. PostgreSQL's are the best of several ways to send them. */
    static Map<String, Double> limits(Run run) throws IOException {
        // Pacesetter makes its tables, then goes.
        try (Contestant ours = Contestant.pacesetter(run.bench, 1, Map.of())) {
            ours.stop();
            Map<String, Double> limits = new LinkedHashMap<>();
            for (String line : ours.stores().own("Limits", ours.stores().postgres(), ours.stores().redis()).lines().toList()) {
                limits.put(line.split(" ")[0], Double.parseDouble(line.split(" ")[1]));
            }
            return limits;
        }
    }

    @Override
    public void report() {
        run.row("stores alone, rows/s: PostgreSQL (the best of 500 and 1,000 rows a statement on 1 and 2 connections), "
                + "Redis (500 a script)", "", run.figures.spread("postgresql") + ", " + run.figures.spread("redis"));
    }
}
