package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.ranking.RankingStore.Origin;
import dev.pacesetter.redis.LuaScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Entries in Redis that wait to be computed anew. Each carries a mark that was never used before, so that a snapshot
 * read for one mark is not taken for a later one, and the batches that touched it since.
 */
final class DirtyEntries {

    private static final LuaScript SETTLE = new LuaScript("settle", "groups");
    private static final LuaScript MARK = new LuaScript("mark");
    /** Begins a mark that says: only looked at, nothing should be different. */
    private static final String AUDIT = "audit-";

    /**
     * How far a snapshot had seen a stream.
     *
     * @param seen the last batch in the snapshot
     * @param needed the last of these that touched the ranking, which must have been applied to it
     */
    record Position(long seen, long needed) {}

    /** What came of settling. */
    sealed interface Outcome {
        /** Done as far as possible: {@code dirty} are left, {@code different} were not what they should have been. */
        record Settled(long version, long dirty, Set<String> different) implements Outcome {}

        /** Nothing was done: a batch is not yet applied. */
        record Behind(String stream) implements Outcome {}

        /** Nothing was done: there is no such ranking, or one of another origin. */
        record Foreign() implements Outcome {}
    }

    private final Function<Request, Future<Response>> redis;

    DirtyEntries(Function<Request, Future<Response>> redis) {
        this.redis = redis;
    }

    /** A mark that was never used before. */
    static String newMark() {
        return UUID.randomUUID().toString();
    }

    /** Whether a mark came from {@link #audit}. */
    static boolean isAudit(String mark) {
        return mark.startsWith(AUDIT);
    }

    /** Marks entries, so that they are computed anew; those that are dirty already stay as they are. */
    Future<Long> audit(BoardPeriod board, Collection<String> users) {
        List<String> arguments = new ArrayList<>(users.size() + 1);
        arguments.add(AUDIT + newMark());
        arguments.addAll(users);
        return MARK.run(redis, List.of(RankingKeys.of(board).meta()), arguments).map(Response::toLong);
    }

    /**
     * Sets entries to what a snapshot had of them.
     *
     * @param marks by user, as read before the snapshot was taken
     * @param lines what the snapshot had; a user without a line has no score left
     */
    Future<Outcome> settle(
            BoardPeriod board,
            Origin origin,
            Map<Long, Position> positions,
            Map<String, String> marks,
            Collection<Line> lines) {
        List<String> arguments = new ArrayList<>(6 + 3 * positions.size() + 3 * marks.size());
        arguments.add(origin.source());
        arguments.add(String.valueOf(origin.era()));
        arguments.add(RankingStore.shape(board));
        arguments.add(RankingStore.CHANGED);
        arguments.add(board.name());
        arguments.add(String.valueOf(positions.size()));
        positions.forEach((stream, position) -> {
            arguments.add(String.valueOf(stream));
            arguments.add(String.valueOf(position.seen()));
            arguments.add(String.valueOf(position.needed()));
        });
        Map<String, String> keys = new HashMap<>();
        lines.forEach(line -> keys.put(line.userId(), String.valueOf(line.key())));
        marks.forEach((user, mark) -> {
            arguments.add(user);
            arguments.add(mark);
            arguments.add(keys.getOrDefault(user, ""));
        });
        return SETTLE.run(redis, RankingKeys.of(board).both(), arguments).map(DirtyEntries::outcome);
    }

    private static Outcome outcome(Response reply) {
        return switch (reply.get(0).toString()) {
            case "settled" -> {
                Set<String> different = new LinkedHashSet<>();
                for (int i = 3; i < reply.size(); i++) {
                    different.add(reply.get(i).toString());
                }
                yield new Outcome.Settled(reply.get(1).toLong(), reply.get(2).toLong(), different);
            }
            case "behind" -> new Outcome.Behind(reply.get(1).toString());
            default -> new Outcome.Foreign();
        };
    }
}
