package dev.pacesetter.ranking;

import dev.pacesetter.domain.Batch;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Correction;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.RankKey;
import dev.pacesetter.domain.Score;
import dev.pacesetter.ranking.RankingStore.Line;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** What PostgreSQL would hold, in the plainest way: lists of scores, and a ranking made by sorting. */
final class PlainLog {

    /** Committed batches by stream. */
    final Map<Long, List<Batch>> streams = new TreeMap<>();

    private final List<Score> scores = new ArrayList<>();
    private final Set<UUID> takenBack = new HashSet<>();

    void commit(long stream, List<Score> fresh) {
        List<Batch> batches = streams.computeIfAbsent(stream, id -> new ArrayList<>());
        batches.add(new Batch(stream, batches.size() + 1, fresh, List.of()));
        scores.addAll(fresh);
    }

    /** Takes back the score at a place in the order of commits; without effect when there is none. */
    void takeBack(long stream, int place) {
        List<Score> there =
                scores.stream().filter(one -> !takenBack.contains(one.id())).toList();
        if (!there.isEmpty()) {
            Score gone = there.get(place % there.size());
            takenBack.add(gone.id());
            List<Batch> batches = streams.computeIfAbsent(stream, id -> new ArrayList<>());
            Correction correction = new Correction(gone.userId(), gone.activity(), gone.occurredAt(), gone.utcOffset());
            batches.add(new Batch(stream, batches.size() + 1, List.of(), List.of(correction)));
        }
    }

    Map<Long, Long> positions() {
        Map<Long, Long> positions = new HashMap<>();
        streams.forEach((stream, batches) -> positions.put(stream, (long) batches.size()));
        return positions;
    }

    /** The last batch of a stream that touches a board, up to now and beyond one. */
    long lastTouching(BoardPeriod board, long stream, long after) {
        return streams.get(stream).stream()
                .filter(batch ->
                        batch.number() > after && BoardBatch.of(board, batch).size() > 0)
                .mapToLong(Batch::number)
                .max()
                .orElse(0);
    }

    /** The ranking as it must be, best first. */
    List<Line> ranking(BoardPeriod board) {
        Map<String, List<Score>> byUser = new HashMap<>();
        for (Score score : scores) {
            if (!takenBack.contains(score.id()) && board.takes(score)) {
                byUser.computeIfAbsent(score.userId(), user -> new ArrayList<>())
                        .add(score);
            }
        }
        List<Line> lines = new ArrayList<>();
        byUser.forEach((user, own) -> lines.add(new Line(user, key(board, own))));
        lines.sort(Comparator.comparingLong(Line::key).thenComparing(Line::userId));
        return lines;
    }

    private static long key(BoardPeriod board, List<Score> own) {
        Order order = board.leaderboard().order();
        if (board.leaderboard().mode() == Mode.BEST) {
            Score best = own.stream()
                    .min(Comparator.comparingInt((Score one) -> order.sign() * one.value())
                            .thenComparing(Score::occurredAt))
                    .orElseThrow();
            return RankKey.pack(order, best.value(), board.clock().tick(best.occurredAt()));
        }
        long total = board.leaderboard().mode() == Mode.COUNT
                ? own.size()
                : own.stream().mapToLong(Score::value).sum();
        Score last = own.stream().max(Comparator.comparing(Score::occurredAt)).orElseThrow();
        return RankKey.pack(
                order, (int) Math.min(Score.MAX, total), board.clock().tick(last.occurredAt()));
    }
}
