package dev.pacesetter.ranking;

import dev.pacesetter.domain.Batch;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.ranking.OutboxStore.LogState;
import dev.pacesetter.ranking.OutboxStore.StreamState;
import dev.pacesetter.ranking.RankingStore.Meta;
import dev.pacesetter.ranking.RankingStore.Outcome;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes rankings in doubt equal to what PostgreSQL holds: reads what Redis has of each, rebuilds those that are missing,
 * of another origin, or so old that the outbox no longer reaches them, and applies to the others what the outbox holds
 * beyond their checkpoints. Any node may do this at any time: the script makes doing it twice harmless.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final OutboxStore outbox;
    private final RankingStore store;
    private final Rebuilder rebuilder;

    Recovery(OutboxStore outbox, RankingStore store, Rebuilder rebuilder) {
        this.outbox = outbox;
        this.store = store;
        this.rebuilder = rebuilder;
    }

    /** Recovers boards, one after the other where PostgreSQL has much to do. On failure nothing is worse than before. */
    Future<Void> run(Collection<RankedBoard> boards) {
        return inTurn(boards, this::check)
                .compose(checked -> outbox.state())
                .compose(state -> inTurn(
                        state.streams().entrySet(), stream -> replay(boards, stream.getKey(), stream.getValue())));
    }

    private Future<Void> check(RankedBoard board) {
        return outbox.state().compose(state -> store.meta(board.board()).compose(meta -> {
            String why = board.mustRebuild() ? "asked for" : reasonToRebuild(board.board(), meta, state);
            if (why == null && meta != null) {
                board.adopt(meta);
                return Future.succeededFuture();
            }
            return rebuild(board, String.valueOf(why));
        }));
    }

    private Future<Void> rebuild(RankedBoard board, String why) {
        return rebuilder
                .rebuild(board.board())
                .onSuccess(entries -> LOG.atInfo()
                        .addKeyValue("board", board.board().name())
                        .addKeyValue("why", why)
                        .addKeyValue("entries", entries)
                        .log("Rebuilt a ranking"))
                .compose(entries -> store.meta(board.board()))
                .compose(meta -> {
                    if (meta == null) {
                        return Future.failedFuture(new RedisDown("a ranking vanished as soon as it was rebuilt"));
                    }
                    board.rebuilt();
                    board.adopt(meta);
                    return Future.succeededFuture();
                });
    }

    /** Why what Redis holds cannot be caught up; null when it can. */
    static @Nullable String reasonToRebuild(BoardPeriod board, @Nullable Meta meta, LogState state) {
        if (meta == null) {
            return "there is none";
        }
        if (!meta.origin().source().equals(state.origin().source())) {
            return "it belongs to another database";
        }
        if (!meta.shape().equals(RankingStore.shape(board))) {
            return "the leaderboard was defined otherwise";
        }
        if (meta.origin().era() < state.origin().era()) {
            return "it is older than what the log remembers";
        }
        for (Map.Entry<Long, StreamState> stream : state.streams().entrySet()) {
            if (meta.applied().getOrDefault(stream.getKey(), 0L)
                    < stream.getValue().trimmedTo()) {
                return "the outbox no longer reaches back to it";
            }
        }
        return null;
    }

    private Future<Void> replay(Collection<RankedBoard> boards, long stream, StreamState state) {
        long from =
                boards.stream().mapToLong(board -> board.applied(stream)).min().orElse(state.writtenTo());
        return from >= state.writtenTo() ? Future.succeededFuture() : replayAfter(boards, stream, from, 0);
    }

    private Future<Void> replayAfter(Collection<RankedBoard> boards, long stream, long after, int before) {
        return outbox.read(stream, after).compose(batches -> {
            if (batches.isEmpty()) {
                LOG.atInfo()
                        .addKeyValue("stream", stream)
                        .addKeyValue("batches", before)
                        .addKeyValue("boards", boards.size())
                        .log("Caught up from the outbox");
                return Future.succeededFuture();
            }
            long last = batches.get(batches.size() - 1).number();
            return Future.join(boards.stream()
                            .map(board -> replay(board, stream, batches))
                            .toList())
                    .compose(done -> replayAfter(boards, stream, last, before + batches.size()));
        });
    }

    private Future<Void> replay(RankedBoard board, long stream, List<Batch> batches) {
        BoardBatch run = null;
        for (Batch batch : batches) {
            if (batch.number() > board.applied(stream)) {
                BoardBatch next = BoardBatch.of(board.board(), stream, batch.number(), batch.scores());
                if (next.size() > 0) {
                    run = run == null ? next : run.and(next, board.board());
                }
            }
        }
        if (run == null) {
            return Future.succeededFuture();
        }
        long last = run.last();
        return store.apply(
                        board.board(),
                        board.origin(),
                        stream,
                        board.applied(stream),
                        last,
                        run.increments().values(),
                        Set.of())
                .compose(outcome -> {
                    if (outcome instanceof Outcome.Applied) {
                        board.applied(stream, last);
                        return Future.succeededFuture();
                    }
                    if (outcome instanceof Outcome.OutOfStep step && step.last() > board.applied(stream)) {
                        // Another node is doing the same; what it left is ours.
                        board.applied(stream, step.last());
                        return replay(board, stream, batches);
                    }
                    return Future.failedFuture(new RedisDown("a ranking changed under the recovery"));
                });
    }

    private static <T> Future<Void> inTurn(Collection<T> all, Function<T, Future<Void>> each) {
        Future<Void> turn = Future.succeededFuture();
        for (T one : all) {
            turn = turn.compose(done -> each.apply(one));
        }
        return turn;
    }
}
