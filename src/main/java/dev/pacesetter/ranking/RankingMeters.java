package dev.pacesetter.ranking;

import dev.pacesetter.metrics.Histograms;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** What is measured of keeping rankings in step. */
final class RankingMeters {

    private final MeterRegistry meters;
    private final Timer applied;
    private final Timer command;

    RankingMeters(MeterRegistry meters) {
        this.meters = meters;
        applied =
                Histograms.times(meters, "pacesetter.ranking.applied", "From a batch's commit until a ranking has it");
        command = Histograms.times(meters, "pacesetter.redis.command", "From sending a command to its reply");
    }

    /** A ranking has what was committed at that time of {@link System#nanoTime}. */
    void applied(long committedNanos) {
        applied.record(Math.max(0, System.nanoTime() - committedNanos), TimeUnit.NANOSECONDS);
    }

    /** Times a command, however it ends. */
    <T> Future<T> timed(Future<T> reply) {
        Timer.Sample sent = Timer.start(meters);
        return reply.onComplete(done -> sent.stop(command));
    }

    void watch(Rankings rankings) {
        Gauge.builder("pacesetter.ranking.pending", rankings, all -> all.boards().stream()
                        .mapToLong(RankedBoard::pendingSize)
                        .sum())
                .description("Committed changes that rankings do not have yet")
                .register(meters);
        Gauge.builder("pacesetter.ranking.doubt", rankings, Rankings::boardsInDoubt)
                .description("Rankings that are being recovered and cannot be read")
                .register(meters);
        Gauge.builder("pacesetter.ranking.dirty", rankings, all -> all.boards().stream()
                        .mapToLong(RankedBoard::dirty)
                        .sum())
                .description("Entries that wait to be computed anew")
                .register(meters);
    }
}
