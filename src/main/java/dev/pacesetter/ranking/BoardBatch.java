package dev.pacesetter.ranking;

import dev.pacesetter.domain.Batch;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Correction;
import dev.pacesetter.domain.Increment;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Score;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What one batch, or a run of batches of one stream, does to one leaderboard period.
 *
 * @param first the first batch of the run
 * @param last the last batch of the run that touches this leaderboard period
 * @param increments by user
 * @param corrected users whose entries have to be computed anew
 * @param wanted users by the id of the score whose standings are asked for
 * @param since when the first of it was committed, of {@link System#nanoTime}
 */
record BoardBatch(
        long stream,
        long first,
        long last,
        Map<String, Increment> increments,
        Set<String> corrected,
        Map<UUID, String> wanted,
        long since) {

    /** An empty one, to be filled. */
    static BoardBatch of(long stream, long batch) {
        return new BoardBatch(
                stream,
                batch,
                batch,
                new LinkedHashMap<>(),
                new LinkedHashSet<>(),
                new LinkedHashMap<>(),
                System.nanoTime());
    }

    /** What a batch does to a leaderboard period. */
    static BoardBatch of(BoardPeriod board, Batch batch) {
        BoardBatch made = of(batch.stream(), batch.number());
        for (Score score : batch.scores()) {
            if (board.takes(score)) {
                made.add(board, score, Set.of());
            }
        }
        for (Correction correction : batch.corrections()) {
            if (board.takes(correction.activity(), correction.occurredAt(), correction.utcOffset())) {
                made.corrected.add(correction.userId());
            }
        }
        return made;
    }

    void add(BoardPeriod board, Score score, Set<UUID> asked) {
        Increment increment = board.increment(score);
        Leaderboard leaderboard = board.leaderboard();
        increments.merge(
                score.userId(), increment, (one, other) -> one.and(other, leaderboard.mode(), leaderboard.order()));
        if (asked.contains(score.id())) {
            wanted.put(score.id(), score.userId());
        }
    }

    void add(Correction correction) {
        corrected.add(correction.userId());
    }

    /** This run and the one that follows it, as one. */
    BoardBatch and(BoardBatch next, BoardPeriod board) {
        Leaderboard leaderboard = board.leaderboard();
        Map<String, Increment> both = new LinkedHashMap<>(increments);
        next.increments.forEach((user, increment) ->
                both.merge(user, increment, (one, other) -> one.and(other, leaderboard.mode(), leaderboard.order())));
        Set<String> anew = new LinkedHashSet<>(corrected);
        anew.addAll(next.corrected);
        Map<UUID, String> asked = new LinkedHashMap<>(wanted);
        asked.putAll(next.wanted);
        return new BoardBatch(stream, first, next.last, both, anew, asked, since);
    }

    int size() {
        return increments.size() + corrected.size();
    }
}
