package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.Accepted;
import dev.pacesetter.bus.BusMessage.KeyReused;
import dev.pacesetter.bus.BusMessage.Overloaded;
import dev.pacesetter.bus.BusMessage.Repeated;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.bus.BusMessage.Suspended;
import dev.pacesetter.bus.BusMessage.Unstorable;
import dev.pacesetter.http.Problem;
import dev.pacesetter.metrics.Histograms;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** What is measured of taking scores in. */
final class IngestMeters {

    private final MeterRegistry meters;
    private final Map<Class<? extends Submitted>, Counter> outcomes = new HashMap<>();
    private final Counter held;
    /** By problem; all of the catalogue, so that an increase is seen from the first on. */
    private final Map<String, Counter> refused;

    private final DistributionSummary batch;
    private final Timer wait;
    private final Timer committed;
    private final Timer failed;

    IngestMeters(MeterRegistry meters) {
        this.meters = meters;
        outcomes.put(Accepted.class, outcome(meters, "accepted"));
        held = outcome(meters, "held");
        outcomes.put(Suspended.class, outcome(meters, "suspended"));
        outcomes.put(Repeated.class, outcome(meters, "repeated"));
        outcomes.put(KeyReused.class, outcome(meters, "key-reused"));
        outcomes.put(Overloaded.class, outcome(meters, "overloaded"));
        outcomes.put(StorageDown.class, outcome(meters, "storage-down"));
        outcomes.put(Unstorable.class, outcome(meters, "unstorable"));
        refused = Problem.slugs().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(), slug -> Counter.builder("pacesetter.ingest.lines.refused")
                                .description(
                                        "Lines of batch requests that were refused, by the problem they were answered with")
                                .tag("problem", slug)
                                .register(meters)));
        batch = Histograms.sizes(meters, "pacesetter.ingest.batch", "Scores that one statement wrote");
        wait = Histograms.times(
                meters, "pacesetter.ingest.wait", "From taking a score to sending the batch that committed it");
        committed = commit(meters, "success");
        failed = commit(meters, "failure");
    }

    private static Timer commit(MeterRegistry meters, String outcome) {
        return Histograms.times(
                meters,
                "pacesetter.ingest.commit",
                "From sending a batch to its commit, or to hearing that there is none",
                "outcome",
                outcome);
    }

    private static Counter outcome(MeterRegistry meters, String outcome) {
        return Counter.builder("pacesetter.ingest.scores")
                .description("Scores that came to the writers, by what became of them")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** A score's caller is told this. */
    void told(Submitted outcome) {
        Counter counter = outcome instanceof Accepted accepted && accepted.held() != null
                ? held
                : outcomes.get(outcome.getClass());
        if (counter != null) {
            counter.increment();
        }
    }

    /** A line of a request with many scores was refused before it came to a writer. */
    void refused(String problem) {
        Objects.requireNonNull(refused.get(problem)).increment();
    }

    /** A batch is on its way; how it ends is to be told, too. Returns when that was, a time of {@link System#nanoTime}. */
    long sent(int size) {
        batch.record(size);
        return System.nanoTime();
    }

    /**
     * It was committed. What its scores had waited for is known only now: one that goes out again has waited for the
     * attempts before, too.
     */
    void committed(long sentNanos, List<WaitingScore> scores) {
        committed.record(System.nanoTime() - sentNanos, TimeUnit.NANOSECONDS);
        for (WaitingScore score : scores) {
            wait.record(sentNanos - score.sinceNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** It was not, or nobody knows. */
    void failed(long sentNanos) {
        failed.record(System.nanoTime() - sentNanos, TimeUnit.NANOSECONDS);
    }

    /** What waits in all writers. */
    void watch(List<ScoreWriter> writers, ToIntFunction<ScoreWriter> waiting) {
        Gauge.builder("pacesetter.ingest.waiting", writers, all -> all.stream()
                        .mapToInt(waiting)
                        .sum())
                .description("Scores that wait to be written")
                .register(meters);
    }
}
