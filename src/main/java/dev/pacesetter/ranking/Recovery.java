package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.ranking.OutboxStore.LogState;
import dev.pacesetter.ranking.OutboxStore.StreamState;
import dev.pacesetter.ranking.RankingStore.Meta;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes rankings in doubt equal to what PostgreSQL holds: reads what Redis has of each, and applies what the outbox
 * holds beyond their checkpoints. Those that are missing, of another origin, or so old that the outbox no longer reaches
 * them are named, to be rebuilt.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final OutboxStore outbox;
    private final RankingStore store;
    private final Replay replay;

    Recovery(OutboxStore outbox, RankingStore store, Replay replay) {
        this.outbox = outbox;
        this.store = store;
        this.replay = replay;
    }

    /** Recovers boards; the result is those that have to be rebuilt first, and why. On failure nothing is worse. */
    Future<Map<RankedBoard, String>> run(Collection<RankedBoard> boards) {
        Map<RankedBoard, String> rebuild = new LinkedHashMap<>();
        List<RankedBoard> sound = new ArrayList<>();
        return outbox.state().compose(state -> Replay.inTurn(boards, board -> check(board, state, sound, rebuild))
                .compose(checked -> outbox.state())
                .compose(now -> {
                    // Read after what Redis holds: nothing there may be ahead of it.
                    sound.stream()
                            .filter(board -> isAhead(board, now))
                            .forEach(board -> rebuild.put(board, "it holds what the database does not"));
                    sound.removeAll(rebuild.keySet());
                    return replay.run(sound, now);
                })
                .map(batches -> {
                    report(sound, batches);
                    return rebuild;
                }));
    }

    private Future<Void> check(
            RankedBoard board, LogState state, List<RankedBoard> sound, Map<RankedBoard, String> rebuild) {
        return store.meta(board.board()).map(meta -> {
            String why =
                    board.mustRebuild() ? "Redis refused to change it" : reasonToRebuild(board.board(), meta, state);
            if (why == null && meta != null) {
                board.adopt(meta);
                sound.add(board);
            } else {
                rebuild.put(board, String.valueOf(why));
            }
            return null;
        });
    }

    private static boolean isAhead(RankedBoard board, LogState state) {
        return state.streams().entrySet().stream()
                .anyMatch(stream ->
                        board.applied(stream.getKey()) > stream.getValue().writtenTo());
    }

    private static void report(List<RankedBoard> boards, long batches) {
        for (RankedBoard board : boards) {
            (board.replayed() > 0 ? LOG.atInfo() : LOG.atDebug())
                    .addKeyValue("board", board.board().name())
                    .addKeyValue("version", board.version())
                    .addKeyValue("batches", board.replayed())
                    .log("Recovered a ranking");
        }
        if (!boards.isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("boards", boards.size())
                    .addKeyValue("batches", batches)
                    .log("Rankings are caught up with the outbox");
        }
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
}
