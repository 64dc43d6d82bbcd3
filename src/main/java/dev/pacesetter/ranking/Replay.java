package dev.pacesetter.ranking;

import dev.pacesetter.domain.Batch;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.ranking.OutboxStore.LogState;
import dev.pacesetter.ranking.RankingStore.Origin;
import dev.pacesetter.ranking.RankingStore.Outcome;
import dev.pacesetter.redis.RedisDown;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Applies to rankings what the outbox holds beyond their checkpoints. Any node may do this at any time: the script makes
 * doing it twice harmless.
 */
final class Replay {

    /** A ranking that batches are applied to. */
    interface Target {
        BoardPeriod board();

        RankingKeys keys();

        Origin origin();

        /** The last batch of a stream that it has, as far as known. */
        long applied(long stream);

        /** Raises what is known to be applied. */
        void applied(long stream, long batch);
    }

    /** The most increments of one call to Redis: it must not hold up others for long. */
    private static final int MAX_RUN = 2_000;

    private final OutboxStore outbox;
    private final RankingStore store;

    Replay(OutboxStore outbox, RankingStore store) {
        this.outbox = outbox;
        this.store = store;
    }

    /** Brings rankings up to where the log was; the result is how many batches were read. */
    Future<Long> run(Collection<? extends Target> targets, LogState state) {
        Future<Long> turn = Future.succeededFuture(0L);
        for (Map.Entry<Long, OutboxStore.StreamState> stream : state.streams().entrySet()) {
            long id = stream.getKey();
            long to = stream.getValue().writtenTo();
            long from = targets.stream().mapToLong(one -> one.applied(id)).min().orElse(to);
            if (from < to) {
                turn = turn.compose(before -> after(targets, id, from, before));
            }
        }
        return turn;
    }

    private Future<Long> after(Collection<? extends Target> targets, long stream, long from, long before) {
        return outbox.read(stream, from).compose(batches -> {
            if (batches.isEmpty()) {
                return Future.succeededFuture(before);
            }
            long last = batches.get(batches.size() - 1).number();
            return Future.join(targets.stream()
                            .map(target -> apply(target, stream, batches))
                            .toList())
                    .compose(done -> after(targets, stream, last, before + batches.size()));
        });
    }

    private Future<Void> apply(Target target, long stream, List<Batch> batches) {
        BoardBatch run = null;
        for (Batch batch : batches) {
            if (batch.number() > target.applied(stream)) {
                BoardBatch next = BoardBatch.of(target.board(), batch);
                if (run != null && run.size() + next.size() > MAX_RUN) {
                    break;
                }
                if (next.size() > 0) {
                    run = run == null ? next : run.and(next, target.board());
                }
            }
        }
        if (run == null) {
            return Future.succeededFuture();
        }
        long last = run.last();
        return store.apply(target.board(), target.keys(), target.origin(), target.applied(stream), run)
                .compose(outcome -> {
                    if (outcome instanceof Outcome.Applied) {
                        target.applied(stream, last);
                        return apply(target, stream, batches);
                    }
                    if (outcome instanceof Outcome.OutOfStep step && step.last() > target.applied(stream)) {
                        // Another node is doing the same; what it left is ours.
                        target.applied(stream, step.last());
                        return apply(target, stream, batches);
                    }
                    return Future.failedFuture(new RedisDown("a ranking changed under the recovery"));
                });
    }

    /** Does one after the other. */
    static <T> Future<Void> inTurn(Collection<T> all, Function<T, Future<Void>> each) {
        Future<Void> turn = Future.succeededFuture();
        for (T one : all) {
            turn = turn.compose(done -> each.apply(one));
        }
        return turn;
    }
}
