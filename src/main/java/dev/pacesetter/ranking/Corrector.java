package dev.pacesetter.ranking;

import dev.pacesetter.ranking.DirtyEntries.Outcome;
import dev.pacesetter.ranking.DirtyEntries.Position;
import dev.pacesetter.ranking.RankingStore.Meta;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes dirty entries anew: reads them from PostgreSQL in one snapshot together with the stream positions that it
 * saw, and sets them once the ranking has come that far, unless something has touched them meanwhile; then once more.
 * Any node may do this for any board, also two at once. Runs on one event loop.
 */
final class Corrector {

    private static final Logger LOG = LoggerFactory.getLogger(Corrector.class);
    private static final int MOST_AT_ONCE = 500;
    private static final long RETRY_MILLIS = 20;
    private static final long MAX_RETRY_MILLIS = 1_000;

    private final Vertx vertx;
    private final Snapshot snapshot;
    private final RankingStore store;
    private final DirtyEntries entries;
    private final BiPredicate<RankedBoard, Meta> sound;
    private final BiConsumer<RankedBoard, Set<String>> onDrift;
    private final Set<RankedBoard> busy = new HashSet<>();

    /**
     * With what it works on.
     *
     * @param sound whether what Redis holds now is what the board was; if not, it is in doubt from then on
     * @param onDrift hears of entries that were wrong without a reason
     */
    Corrector(
            Vertx vertx,
            Snapshot snapshot,
            RankingStore store,
            DirtyEntries entries,
            BiPredicate<RankedBoard, Meta> sound,
            BiConsumer<RankedBoard, Set<String>> onDrift) {
        this.vertx = vertx;
        this.snapshot = snapshot;
        this.store = store;
        this.entries = entries;
        this.sound = sound;
        this.onDrift = onDrift;
    }

    /** Works on a board until nothing of it is dirty, or it is in doubt. */
    void settle(RankedBoard board) {
        if (busy.add(board)) {
            settle(board, RETRY_MILLIS);
        }
    }

    private void settle(RankedBoard board, long patience) {
        once(board).onComplete(result -> {
            if (result.failed()) {
                LOG.atWarn()
                        .addKeyValue("board", board.board().name())
                        .addKeyValue("why", result.cause().getMessage())
                        .log("Correcting entries failed, trying again");
            }
            if (result.succeeded() && result.result()) {
                busy.remove(board);
            } else {
                vertx.setTimer(patience, id -> {
                    if (board.isTrusted()) {
                        settle(board, Math.min(MAX_RETRY_MILLIS, patience * 2));
                    } else {
                        // Who trusts it again looks for dirty entries.
                        busy.remove(board);
                    }
                });
            }
        });
    }

    /** Whether nothing is left to do. */
    private Future<Boolean> once(RankedBoard board) {
        return store.meta(board.board()).compose(meta -> {
            if (meta == null || meta.dirty().isEmpty()) {
                board.settled(0);
                return Future.succeededFuture(true);
            }
            if (!sound.test(board, meta)) {
                // Single entries are not what is wrong with it.
                return Future.succeededFuture(false);
            }
            Map<String, String> marks = new LinkedHashMap<>();
            meta.dirty().entrySet().stream()
                    .limit(MOST_AT_ONCE)
                    .forEach(dirty -> marks.put(dirty.getKey(), dirty.getValue()));
            return snapshot.entries(board.board(), marks.keySet(), stream -> meta.applied()
                            .getOrDefault(stream, 0L))
                    .compose(read -> entries.settle(
                            board.board(), read.state().origin(), positions(meta, read), marks, read.lines()))
                    .map(outcome -> settled(board, marks, outcome));
        });
    }

    private static Map<Long, Position> positions(Meta meta, Snapshot.Entries read) {
        Map<Long, Position> positions = new HashMap<>();
        read.state().streams().forEach((stream, at) -> {
            long had = Math.min(meta.applied().getOrDefault(stream, 0L), at.writtenTo());
            positions.put(
                    stream,
                    new Position(at.writtenTo(), Math.max(had, read.touching().getOrDefault(stream, 0L))));
        });
        return positions;
    }

    private boolean settled(RankedBoard board, Map<String, String> marks, Outcome outcome) {
        if (outcome instanceof Outcome.Settled done) {
            Set<String> drift = new HashSet<>(done.different());
            drift.removeIf(user -> !DirtyEntries.isAudit(marks.getOrDefault(user, "")));
            if (!drift.isEmpty()) {
                onDrift.accept(board, drift);
            }
            board.settled(done.dirty());
            return done.dirty() == 0;
        }
        return false;
    }
}
