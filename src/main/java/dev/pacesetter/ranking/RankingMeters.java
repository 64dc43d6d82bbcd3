package dev.pacesetter.ranking;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.BoardApplied;
import dev.pacesetter.metrics.Histograms;
import dev.pacesetter.ranking.OutboxStore.Backlog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/**
 * What is measured of keeping rankings in step. What has to be counted is counted on the rankings' own event loop, once
 * in a while: whoever asks for it is on another.
 */
final class RankingMeters {

    /** What was counted last. */
    private record Counted(long pending, long doubt, long dirty, long behind) {}

    private final MeterRegistry meters;
    private final EventBus bus;
    private final Timer applied;
    private final Timer command;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile Counted counted = new Counted(0, 0, 0, 0);
    private volatile Backlog backlog = new Backlog(0, 0, 0);

    RankingMeters(MeterRegistry meters, EventBus bus) {
        this.meters = meters;
        this.bus = bus;
        applied =
                Histograms.times(meters, "pacesetter.ranking.applied", "From a batch's commit until a ranking has it");
        command = Histograms.times(meters, "pacesetter.redis.command", "From sending a command to its reply");
        gauge("pacesetter.redis.inflight", "Commands that wait for their reply", all -> all.inFlight.get());
        gauge(
                "pacesetter.ranking.pending",
                "Committed changes in memory that rankings do not have yet",
                all -> all.counted.pending());
        gauge(
                "pacesetter.ranking.doubt",
                "Rankings that are being recovered and cannot be read",
                all -> all.counted.doubt());
        gauge("pacesetter.ranking.dirty", "Entries that wait to be computed anew", all -> all.counted.dirty());
        gauge(
                "pacesetter.ranking.behind",
                "Batches that this node has seen and not every ranking has",
                all -> all.counted.behind());
        gauge("pacesetter.outbox.batches", "Batches that the outbox holds", all -> all.backlog.held());
        gauge(
                "pacesetter.outbox.unapplied",
                "Batches in the outbox that no node has reported as applied",
                all -> all.backlog.unapplied());
        gauge(
                "pacesetter.outbox.unapplied.age.seconds",
                "How long ago the eldest batch was committed that no node has reported as applied",
                all -> all.backlog.seconds());
    }

    private void gauge(String name, String description, ToDoubleFunction<RankingMeters> value) {
        Gauge.builder(name, this, value)
                .description(description)
                .strongReference(true)
                .register(meters);
    }

    /** A ranking has a run of batches. */
    void applied(RankedBoard board, BoardBatch run) {
        applied.record(Math.max(0, System.nanoTime() - run.since()), TimeUnit.NANOSECONDS);
        Addresses.BOARD_APPLIED.publish(
                bus,
                new BoardApplied(
                        board.board().leaderboard().id(),
                        board.board().period().label(),
                        board.epoch(),
                        board.version(),
                        run.since()));
    }

    /** Times a command, however it ends. */
    <T> Future<T> timed(Future<T> reply) {
        Timer.Sample sent = Timer.start(meters);
        inFlight.incrementAndGet();
        return reply.onComplete(done -> {
            inFlight.decrementAndGet();
            sent.stop(command);
        });
    }

    /** Counts, on the rankings' event loop. */
    void count(Rankings rankings) {
        counted = new Counted(
                rankings.boards().stream().mapToLong(RankedBoard::pendingSize).sum(),
                rankings.boardsInDoubt(),
                rankings.boards().stream().mapToLong(RankedBoard::dirty).sum(),
                rankings.behind());
    }

    /** Takes what the outbox holds. */
    void outbox(Backlog found) {
        backlog = found;
    }
}
