package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import java.util.List;

/**
 * Where a ranking is kept. All keys of one leaderboard period share a hash tag, so that a script may touch them together
 * in Redis Cluster.
 *
 * @param set the sorted set
 * @param meta the hash that tells what it is and how far it has come; lost and restored together with the set
 */
record RankingKeys(String set, String meta) {

    /** Of the ranking that is served. */
    static RankingKeys of(BoardPeriod board) {
        return new RankingKeys("lb:{" + board.name() + "}:z", "lb:{" + board.name() + "}:m");
    }

    /** Of one that is being built on the side. */
    static RankingKeys staged(BoardPeriod board, String name) {
        String key = "lb:{" + board.name() + "}:t:" + name;
        return new RankingKeys(key, key + ":m");
    }

    List<String> both() {
        return List.of(set, meta);
    }
}
