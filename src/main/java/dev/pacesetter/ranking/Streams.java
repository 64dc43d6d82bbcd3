package dev.pacesetter.ranking;

import dev.pacesetter.domain.Batch;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far this node has followed each writer's stream: takes over what a node that died left, and reports what is
 * applied everywhere. Runs on one event loop.
 */
final class Streams {

    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    /** An own batch is applied long before; another node's, too, unless it died. */
    private static final long ORPHANED_MILLIS = 2_000;

    private final OutboxStore outbox;
    private final Consumer<Batch> takeOver;
    /** By stream, the last batch that was handed to the boards. */
    private final Map<Long, Long> handed = new HashMap<>();

    private final Map<Long, Long> reported = new HashMap<>();
    private final Set<Long> own = new HashSet<>();
    private boolean swept;
    private boolean sweeping;

    /** @param takeOver takes a batch that nobody else looks after */
    Streams(OutboxStore outbox, Consumer<Batch> takeOver) {
        this.outbox = outbox;
        this.takeOver = takeOver;
    }

    /** Notes a batch; whether it is new here. */
    boolean follow(Batch batch) {
        boolean news = batch.number() > handed.getOrDefault(batch.stream(), 0L);
        if (news) {
            handed.put(batch.stream(), batch.number());
        }
        return news;
    }

    /** Notes that a stream is written by this node. */
    void isOwn(long stream) {
        own.add(stream);
    }

    Set<Long> own() {
        return own;
    }

    /** Whether what others had left behind was looked for since {@link #startAnew}. */
    boolean isSwept() {
        return swept;
    }

    /** What was left behind before is looked for again. */
    void startAnew() {
        swept = false;
    }

    /** Looks after batches that nobody reported as applied. */
    Future<Void> sweep() {
        if (sweeping) {
            return Future.succeededFuture();
        }
        sweeping = true;
        return outbox.unapplied(swept ? ORPHANED_MILLIS : 0)
                .compose(streams -> Future.join(streams.entrySet().stream()
                        .map(stream -> sweep(stream.getKey(), stream.getValue()))
                        .toList()))
                .onSuccess(done -> swept = true)
                .onComplete(done -> sweeping = false)
                .mapEmpty();
    }

    private Future<Void> sweep(long stream, long appliedTo) {
        handed.merge(stream, appliedTo, Math::max);
        reported.merge(stream, appliedTo, Math::max);
        return outbox.read(stream, handed.getOrDefault(stream, 0L)).compose(batches -> {
            if (batches.isEmpty()) {
                return Future.succeededFuture();
            }
            LOG.atInfo()
                    .addKeyValue("stream", stream)
                    .addKeyValue("batches", batches.size())
                    .log("Taking over batches that nobody applied");
            batches.forEach(takeOver);
            return sweep(stream, appliedTo);
        });
    }

    /** Reports how far every board has come, for each stream that moved. */
    Future<Void> report(Collection<RankedBoard> boards) {
        Map<Long, Long> moved = new HashMap<>();
        handed.forEach((stream, last) -> {
            long to = applied(stream, last, boards);
            if (to > reported.getOrDefault(stream, 0L)) {
                moved.put(stream, to);
            }
        });
        return outbox.reportApplied(moved).onSuccess(done -> reported.putAll(moved));
    }

    /** The last batch that is in every board, of those that were handed to them. */
    private static long applied(long stream, long handed, Collection<RankedBoard> boards) {
        long to = handed;
        for (RankedBoard board : boards) {
            Long first = board.firstPending(stream);
            if (first != null) {
                to = Math.min(to, first - 1);
            }
        }
        return to;
    }

    /**
     * How many batches this node has seen that are not in every board.
     *
     * @param known whether the boards tell; if not, what was reported last counts
     */
    long behind(Collection<RankedBoard> boards, boolean known) {
        long behind = 0;
        for (Map.Entry<Long, Long> one : handed.entrySet()) {
            long stream = one.getKey();
            long to = known ? applied(stream, one.getValue(), boards) : reported.getOrDefault(stream, 0L);
            behind += Math.max(0, one.getValue() - to);
        }
        return behind;
    }

    /** Forgets streams that are over. */
    void forget(Collection<Long> streams) {
        handed.keySet().removeAll(streams);
        reported.keySet().removeAll(streams);
        own.removeAll(streams);
    }
}
