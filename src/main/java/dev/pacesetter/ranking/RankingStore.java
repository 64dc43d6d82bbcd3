package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Increment;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.RankKey;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rankings as Redis holds them. All keys of one leaderboard period share a hash tag, so that a script may touch them
 * together in Redis Cluster.
 */
final class RankingStore {

    /** Where a script says that a ranking changed: {@code <leaderboard>:<period>}. */
    static final String CHANGED = "pacesetter:changed";
    /** Where a node says that a user was renamed: the id. */
    static final String RENAMED = "pacesetter:renamed";

    /** Where a ranking stands: the database it comes from and the state of that database's log. */
    record Origin(String source, long era) {}

    /**
     * What is known of a ranking in Redis.
     *
     * @param applied the last batch applied, by stream
     */
    record Meta(String epoch, long version, Origin origin, String shape, Map<Long, Long> applied) {}

    /** What came of applying a batch. */
    sealed interface Outcome {
        /** It was applied. */
        record Applied(long version, List<Ranked> wanted) implements Outcome {}

        /** Nothing was done: {@code last} is the stream's last applied batch. */
        record OutOfStep(long last) implements Outcome {}

        /** Nothing was done: there is no such ranking, or one of another origin. */
        record Foreign() implements Outcome {}
    }

    /** A user's rank before and after a batch. */
    record Ranked(String userId, @Nullable Long before, long rank, int value) {}

    /** One line: the user and the packed key. */
    record Line(String userId, long key) {}

    /** Part of a ranking: {@code better} entries have a better value than the first line. */
    record Slice(String epoch, long version, long total, long offset, long better, List<Line> lines) {}

    private static final LuaScript APPLY = new LuaScript("apply");
    private static final LuaScript INSTALL = new LuaScript("install");
    private static final LuaScript PAGE = new LuaScript("page");
    private static final LuaScript AROUND = new LuaScript("around");
    private static final LuaScript ADVANCE = new LuaScript("advance");
    private static final LuaScript FORGET = new LuaScript("forget");
    private static final LuaScript VERSION = new LuaScript("version");
    private static final LuaScript TOUCH = new LuaScript("touch");
    private static final String STREAM = "s:";
    private static final String STAGED_SECONDS = "3600";

    private final Function<Request, Future<Response>> redis;

    RankingStore(Function<Request, Future<Response>> redis) {
        this.redis = redis;
    }

    /** What is known of a ranking; null when there is none, or only a part of one. */
    Future<@Nullable Meta> meta(BoardPeriod board) {
        return version(board)
                .compose(version -> version.isEmpty()
                        ? Future.succeededFuture()
                        : redis.apply(Request.cmd(Command.HGETALL).arg(metaKey(board)))
                                .map(RankingStore::meta));
    }

    private static @Nullable Meta meta(Response fields) {
        Map<String, String> values = new HashMap<>();
        if (fields.isMap()) {
            fields.getKeys().forEach(key -> values.put(key, fields.get(key).toString()));
        } else {
            for (int i = 0; i + 1 < fields.size(); i += 2) {
                values.put(fields.get(i).toString(), fields.get(i + 1).toString());
            }
        }
        String epoch = values.get("epoch");
        if (epoch == null) {
            return null;
        }
        Map<Long, Long> applied = new HashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(STREAM)) {
                applied.put(Long.valueOf(name.substring(STREAM.length())), Long.valueOf(value));
            }
        });
        Origin origin = new Origin(values.getOrDefault("source", ""), number(values.get("era")));
        return new Meta(epoch, number(values.get("version")), origin, values.getOrDefault("shape", ""), applied);
    }

    private static long number(@Nullable String text) {
        return text == null ? -1 : Long.parseLong(text);
    }

    /** The epoch and version of a ranking as {@code epoch:version}; empty when there is none. */
    Future<String> version(BoardPeriod board) {
        return VERSION.run(redis, List.of(setKey(board), metaKey(board)), List.of())
                .map(Response::toString);
    }

    /**
     * Applies the increments of one batch, or of several in a row of one stream.
     *
     * @param previous the batch that was applied last
     * @param wanted users whose ranks are to be reported
     */
    Future<Outcome> apply(
            BoardPeriod board,
            Origin origin,
            long stream,
            long previous,
            long batch,
            Collection<Increment> increments,
            Set<String> wanted) {
        List<String> arguments = new ArrayList<>(10 + 4 * increments.size());
        arguments.add(origin.source());
        arguments.add(String.valueOf(origin.era()));
        arguments.add(shape(board));
        arguments.add(String.valueOf(stream));
        arguments.add(String.valueOf(previous));
        arguments.add(String.valueOf(batch));
        arguments.add(board.leaderboard().mode() == Mode.BEST ? "best" : "sum");
        arguments.add(String.valueOf(board.leaderboard().order().sign()));
        arguments.add(CHANGED);
        arguments.add(board.name());
        for (Increment increment : increments) {
            arguments.add(increment.userId());
            arguments.add(String.valueOf(increment.value()));
            arguments.add(String.valueOf(increment.tick()));
            arguments.add(wanted.contains(increment.userId()) ? "1" : "0");
        }
        return APPLY.run(redis, List.of(setKey(board), metaKey(board)), arguments)
                .map(RankingStore::outcome);
    }

    private static Outcome outcome(Response reply) {
        return switch (reply.get(0).toString()) {
            case "applied" -> {
                List<Ranked> wanted = new ArrayList<>();
                for (int i = 2; i < reply.size(); i++) {
                    Response ranked = reply.get(i);
                    String before = ranked.get(1).toString();
                    wanted.add(new Ranked(
                            ranked.get(0).toString(),
                            before.isEmpty() ? null : Long.valueOf(before),
                            ranked.get(2).toLong(),
                            ranked.get(3).toInteger()));
                }
                yield new Outcome.Applied(reply.get(1).toLong(), wanted);
            }
            case "already", "out-of-step" -> new Outcome.OutOfStep(reply.get(1).toLong());
            default -> new Outcome.Foreign();
        };
    }

    /** Adds lines to a ranking that is being built on the side. It goes by itself if nobody finishes it. */
    Future<Void> stage(BoardPeriod board, String name, List<Line> lines) {
        Request add = Request.cmd(Command.ZADD).arg(stagedKey(board, name));
        lines.forEach(line -> add.arg(line.key()).arg(line.userId()));
        Request expire = Request.cmd(Command.EXPIRE).arg(stagedKey(board, name)).arg(STAGED_SECONDS);
        return Future.join(redis.apply(add), redis.apply(expire)).mapEmpty();
    }

    /** Drops what was staged. */
    Future<Void> unstage(BoardPeriod board, String name) {
        return redis.apply(Request.cmd(Command.UNLINK).arg(stagedKey(board, name)))
                .mapEmpty();
    }

    /**
     * Puts a staged ranking in place.
     *
     * @param entries how many were staged; fails when they are not all there
     * @param positions the last batch that it holds, by stream
     * @param expires when Redis may drop it; null: never
     */
    Future<Void> install(
            BoardPeriod board,
            String name,
            Origin origin,
            String epoch,
            long entries,
            Map<Long, Long> positions,
            @Nullable Instant expires) {
        List<String> arguments = new ArrayList<>(List.of(
                origin.source(),
                String.valueOf(origin.era()),
                shape(board),
                epoch,
                expires == null ? "0" : String.valueOf(expires.toEpochMilli()),
                CHANGED,
                board.name(),
                String.valueOf(entries)));
        positions.forEach((stream, batch) -> {
            arguments.add(String.valueOf(stream));
            arguments.add(String.valueOf(batch));
        });
        return INSTALL.run(redis, List.of(setKey(board), metaKey(board), stagedKey(board, name)), arguments)
                .compose(installed -> installed.toLong() == entries
                        ? Future.succeededFuture()
                        : Future.failedFuture(new RedisDown("what was staged is not all there")));
    }

    /** Reads a page; null when there is no ranking. */
    Future<@Nullable Slice> page(BoardPeriod board, long offset, int limit) {
        return PAGE.run(
                        redis,
                        List.of(setKey(board), metaKey(board)),
                        List.of(String.valueOf(offset), String.valueOf(limit)))
                .map(reply -> reply.size() == 0
                        ? null
                        : new Slice(
                                reply.get(0).toString(),
                                reply.get(1).toLong(),
                                reply.get(2).toLong(),
                                offset,
                                reply.get(3).toLong(),
                                lines(reply.get(4))));
    }

    /** Reads an entry with its neighbours; no lines when the user has none, null when there is no ranking. */
    Future<@Nullable Slice> around(BoardPeriod board, String userId, int neighbours) {
        return AROUND.run(redis, List.of(setKey(board), metaKey(board)), List.of(userId, String.valueOf(neighbours)))
                .map(reply -> reply.size() == 0
                        ? null
                        : new Slice(
                                "",
                                0,
                                reply.get(0).toLong(),
                                reply.get(1).toLong(),
                                reply.get(2).toLong(),
                                lines(reply.get(3))));
    }

    private static List<Line> lines(Response flat) {
        List<Line> lines = new ArrayList<>(flat.size() / 2);
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            lines.add(new Line(
                    flat.get(i).toString(), Long.parseLong(flat.get(i + 1).toString())));
        }
        return lines;
    }

    /** Raises a checkpoint over batches that did not touch the ranking; false when it is not as believed. */
    Future<Boolean> advance(BoardPeriod board, Origin origin, long stream, long applied, long to) {
        return ADVANCE.run(
                        redis,
                        List.of(metaKey(board)),
                        List.of(
                                origin.source(),
                                String.valueOf(origin.era()),
                                String.valueOf(stream),
                                String.valueOf(applied),
                                String.valueOf(to)))
                .map(reply -> reply.toInteger() == 1);
    }

    /** Forgets streams and raises the era; false when the ranking is not as believed. */
    Future<Boolean> forget(BoardPeriod board, Origin origin, long era, Collection<Long> streams) {
        List<String> arguments =
                new ArrayList<>(List.of(origin.source(), String.valueOf(origin.era()), String.valueOf(era)));
        streams.forEach(stream -> arguments.add(String.valueOf(stream)));
        return FORGET.run(redis, List.of(metaKey(board)), arguments).map(reply -> reply.toInteger() == 1);
    }

    /** Raises a ranking's version if the user stands in it. */
    Future<Void> touch(BoardPeriod board, String userId) {
        return TOUCH.run(redis, List.of(setKey(board), metaKey(board)), List.of(userId, CHANGED, board.name()))
                .mapEmpty();
    }

    /** Tells every node that a user was renamed. */
    Future<Void> publishRenamed(String userId) {
        return redis.apply(Request.cmd(Command.PUBLISH).arg(RENAMED).arg(userId))
                .mapEmpty();
    }

    /** The definition that a ranking was made by, short. */
    static String shape(BoardPeriod board) {
        return board.leaderboard().shape() + "|" + RankKey.TICK_BITS;
    }

    private static String setKey(BoardPeriod board) {
        return "lb:{" + board.name() + "}:z";
    }

    private static String metaKey(BoardPeriod board) {
        return "lb:{" + board.name() + "}:m";
    }

    private static String stagedKey(BoardPeriod board, String name) {
        return "lb:{" + board.name() + "}:t:" + name;
    }
}
