package dev.pacesetter.ranking;

import dev.pacesetter.ranking.RankingStore.Origin;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the outbox short. What is applied everywhere and old enough goes, after the checkpoints of the boards were
 * raised over it; a board that was not (of another node alone, or unused) is rebuilt when it is next looked at. Streams
 * without a writer are forgotten, after the era was raised in every board.
 */
final class OutboxJanitor {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxJanitor.class);

    private final OutboxStore outbox;
    private final RankingStore store;
    private final Rankings rankings;
    private final int retentionSeconds;

    OutboxJanitor(OutboxStore outbox, RankingStore store, Rankings rankings, int retentionSeconds) {
        this.outbox = outbox;
        this.store = store;
        this.rankings = rankings;
        this.retentionSeconds = retentionSeconds;
    }

    /** Cleans once. Does nothing while a board is in doubt. */
    Future<Void> clean() {
        if (!rankings.isReady() || rankings.boardsInDoubt() > 0) {
            return Future.succeededFuture();
        }
        return outbox.trimmable(retentionSeconds, rankings.ownStreams())
                .compose(this::trim)
                .compose(trimmed -> outbox.finished(retentionSeconds))
                .compose(this::forget);
    }

    private Future<Void> trim(Map<Long, Long> streams) {
        Future<Void> turn = Future.succeededFuture();
        for (Map.Entry<Long, Long> stream : streams.entrySet()) {
            long id = stream.getKey();
            long to = stream.getValue();
            turn = turn.compose(done -> advance(id, to)).compose(done -> outbox.trim(id, to));
        }
        return turn;
    }

    private Future<Void> advance(long stream, long to) {
        List<Future<Boolean>> all = new ArrayList<>();
        for (RankedBoard board : rankings.boards()) {
            long applied = board.applied(stream);
            if (board.isTrusted() && applied < to) {
                all.add(store.advance(board.board(), board.origin(), stream, applied, to)
                        .onSuccess(raised -> {
                            if (raised) {
                                board.applied(stream, to);
                            }
                        }));
            }
        }
        return Future.join(all).mapEmpty();
    }

    private Future<Void> forget(List<Long> streams) {
        // The notes at a dirty entry may name these streams.
        if (streams.isEmpty() || rankings.boards().stream().anyMatch(board -> board.dirty() > 0)) {
            return Future.succeededFuture();
        }
        return outbox.state().compose(state -> {
            long era = state.origin().era();
            List<Future<Boolean>> all = new ArrayList<>();
            for (RankedBoard board : rankings.boards()) {
                all.add(store.forget(board.board(), board.origin(), era + 1, streams)
                        .onSuccess(done -> {
                            if (done) {
                                board.era(new Origin(board.origin().source(), era + 1));
                            }
                        }));
            }
            return Future.join(all)
                    .compose(done -> outbox.forget(era, era + 1, streams))
                    .onSuccess(done -> {
                        rankings.forget(streams);
                        LOG.atInfo().addKeyValue("streams", streams.size()).log("Forgot finished streams");
                    });
        });
    }
}
