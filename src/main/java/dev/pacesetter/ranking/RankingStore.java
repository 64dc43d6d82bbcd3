package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Increment;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.RankKey;
import dev.pacesetter.redis.LuaScript;
import dev.pacesetter.redis.RedisDown;
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

/** Rankings as Redis holds them. */
final class RankingStore {

    /** Where a script says that a ranking changed: {@code <leaderboard>:<period>}. */
    static final String CHANGED = "pacesetter:changed";
    /** Where a node says that a user was renamed: the id. */
    static final String RENAMED = "pacesetter:renamed";
    /** Channel of access that was revoked. */
    static final String REVOKED = "pacesetter:revoked";

    /** Where a ranking stands: the database it comes from and the state of that database's log. */
    record Origin(String source, long era) {}

    /**
     * What is known of a ranking in Redis.
     *
     * @param applied the last batch applied, by stream
     * @param dirty marks of entries that have to be computed anew, by user
     */
    record Meta(
            String epoch,
            long version,
            Origin origin,
            String shape,
            Map<Long, Long> applied,
            Map<String, String> dirty) {}

    /** What came of applying a batch. */
    sealed interface Outcome {
        /** It was applied; {@code dirty} entries wait to be computed anew. */
        record Applied(long version, long dirty, List<Ranked> wanted) implements Outcome {}

        /** Nothing was done: {@code last} is the stream's last applied batch. */
        record OutOfStep(long last) implements Outcome {}

        /** Nothing was done: there is no such ranking, or one of another origin. */
        record Foreign() implements Outcome {}
    }

    /** A user's rank before and after a batch; not {@code settled} when the entry is to be computed anew. */
    record Ranked(String userId, @Nullable Long before, long rank, int value, boolean settled) {}

    /**
     * Where a user stands.
     *
     * @param key the packed key; null when the user has no entry
     * @param better how many entries have a better value
     * @param settled false when the entry is to be computed anew
     */
    record Place(@Nullable Long key, long better, boolean settled) {}

    /** One line: the user and the packed key. */
    record Line(String userId, long key) {}

    /**
     * Part of a ranking.
     *
     * @param better how many entries have a better value than the first line
     * @param next packed key of the last entry with a better value than the one asked for, if one was and there is
     */
    record Slice(
            String epoch, long version, long total, long offset, long better, List<Line> lines, @Nullable Long next) {}

    private static final LuaScript APPLY = new LuaScript("apply", "groups");
    private static final LuaScript SEAL = new LuaScript("seal");
    private static final LuaScript INSTALL = new LuaScript("install");
    private static final LuaScript PAGE = new LuaScript("page", "window");
    private static final LuaScript AROUND = new LuaScript("around", "window");
    private static final LuaScript ADVANCE = new LuaScript("advance");
    private static final LuaScript FORGET = new LuaScript("forget");
    private static final LuaScript VERSION = new LuaScript("version");
    private static final LuaScript KEYS = new LuaScript("keys");
    private static final LuaScript TOUCH = new LuaScript("touch");
    private static final String STREAM = "s:";
    private static final String DIRTY = "d:";
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
                        : redis.apply(Request.cmd(Command.HGETALL)
                                        .arg(RankingKeys.of(board).meta()))
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
        Map<String, String> dirty = new HashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(STREAM)) {
                applied.put(Long.valueOf(name.substring(STREAM.length())), Long.valueOf(value));
            } else if (name.startsWith(DIRTY)) {
                dirty.put(name.substring(DIRTY.length()), value.substring(0, value.indexOf(' ')));
            }
        });
        Origin origin = new Origin(values.getOrDefault("source", ""), number(values.get("era")));
        return new Meta(epoch, number(values.get("version")), origin, values.getOrDefault("shape", ""), applied, dirty);
    }

    private static long number(@Nullable String text) {
        return text == null ? -1 : Long.parseLong(text);
    }

    /** A ranking's {@code epoch:version:dirty}; empty when there is none. */
    Future<String> version(BoardPeriod board) {
        return VERSION.run(redis, RankingKeys.of(board).both(), List.of()).map(Response::toString);
    }

    /**
     * Applies one batch, or several in a row of one stream.
     *
     * @param keys of the ranking that is served, or of one that is being built
     * @param previous the batch that was applied last
     */
    Future<Outcome> apply(BoardPeriod board, RankingKeys keys, Origin origin, long previous, BoardBatch run) {
        List<String> arguments = new ArrayList<>(
                12 + run.corrected().size() + 4 * run.increments().size());
        arguments.add(origin.source());
        arguments.add(String.valueOf(origin.era()));
        arguments.add(shape(board));
        arguments.add(String.valueOf(run.stream()));
        arguments.add(String.valueOf(previous));
        arguments.add(String.valueOf(run.last()));
        arguments.add(board.leaderboard().mode() == Mode.BEST ? "best" : "sum");
        arguments.add(String.valueOf(board.leaderboard().order().sign()));
        arguments.add(keys.equals(RankingKeys.of(board)) ? CHANGED : "");
        arguments.add(board.name());
        arguments.add(run.corrected().isEmpty() ? "" : DirtyEntries.newMark());
        arguments.add(String.valueOf(run.corrected().size()));
        arguments.addAll(run.corrected());
        Set<String> wanted = Set.copyOf(run.wanted().values());
        for (Increment increment : run.increments().values()) {
            arguments.add(increment.userId());
            arguments.add(String.valueOf(increment.value()));
            arguments.add(String.valueOf(increment.tick()));
            arguments.add(wanted.contains(increment.userId()) ? "1" : "0");
        }
        return APPLY.run(redis, keys.both(), arguments).map(RankingStore::outcome);
    }

    private static Outcome outcome(Response reply) {
        return switch (reply.get(0).toString()) {
            case "applied" -> {
                List<Ranked> wanted = new ArrayList<>();
                for (int i = 3; i < reply.size(); i++) {
                    Response ranked = reply.get(i);
                    String before = ranked.get(1).toString();
                    wanted.add(new Ranked(
                            ranked.get(0).toString(),
                            before.isEmpty() ? null : Long.valueOf(before),
                            ranked.get(2).toLong(),
                            ranked.get(3).toInteger(),
                            ranked.get(4).toInteger() == 1));
                }
                yield new Outcome.Applied(reply.get(1).toLong(), reply.get(2).toLong(), wanted);
            }
            case "already", "out-of-step" -> new Outcome.OutOfStep(reply.get(1).toLong());
            default -> new Outcome.Foreign();
        };
    }

    /** Adds lines to a ranking that is being built on the side. It goes by itself if nobody finishes it. */
    Future<Void> stage(RankingKeys staged, List<Line> lines) {
        Request add = Request.cmd(Command.ZADD).arg(staged.set());
        lines.forEach(line -> add.arg(line.key()).arg(line.userId()));
        Request expire = Request.cmd(Command.EXPIRE).arg(staged.set()).arg(STAGED_SECONDS);
        return Future.join(redis.apply(add), redis.apply(expire)).mapEmpty();
    }

    /** Drops a ranking that nobody is to see again. */
    Future<Void> remove(BoardPeriod board) {
        return unstage(RankingKeys.of(board));
    }

    /** Drops what was staged. */
    Future<Void> unstage(RankingKeys staged) {
        return redis.apply(Request.cmd(Command.UNLINK).arg(staged.set()).arg(staged.meta()))
                .mapEmpty();
    }

    /**
     * Says of a staged ranking what it is, so that batches can be applied to it.
     *
     * @param entries how many were staged; fails when they are not all there
     * @param positions the last batch that it holds, by stream
     */
    Future<Void> seal(
            BoardPeriod board,
            RankingKeys staged,
            Origin origin,
            String epoch,
            long entries,
            Map<Long, Long> positions) {
        List<String> arguments = new ArrayList<>(List.of(
                origin.source(),
                String.valueOf(origin.era()),
                shape(board),
                epoch,
                String.valueOf(entries),
                STAGED_SECONDS));
        positions.forEach((stream, batch) -> {
            arguments.add(String.valueOf(stream));
            arguments.add(String.valueOf(batch));
        });
        return SEAL.run(redis, staged.both(), arguments).compose(RankingStore::allThere);
    }

    /**
     * Puts a staged ranking in place.
     *
     * @param expires when Redis may drop it; null: never
     */
    Future<Void> install(BoardPeriod board, RankingKeys staged, @Nullable Instant expires) {
        RankingKeys served = RankingKeys.of(board);
        return INSTALL.run(
                        redis,
                        List.of(served.set(), served.meta(), staged.set(), staged.meta()),
                        List.of(expires == null ? "0" : String.valueOf(expires.toEpochMilli()), CHANGED, board.name()))
                .compose(RankingStore::allThere);
    }

    private static Future<Void> allThere(Response entries) {
        return entries.toLong() >= 0
                ? Future.succeededFuture()
                : Future.failedFuture(new RedisDown("what was staged is not all there"));
    }

    /** Some members, in no order, and where to go on: 0 at the end. */
    record Scan(String cursor, List<String> users) {}

    /** Goes over all members, some at a time; those that come or go meanwhile may be missed or come twice. */
    Future<Scan> scan(BoardPeriod board, String cursor, int count) {
        return redis.apply(Request.cmd(Command.ZSCAN)
                        .arg(RankingKeys.of(board).set())
                        .arg(cursor)
                        .arg("COUNT")
                        .arg(count))
                .map(reply -> new Scan(
                        reply.get(0).toString(),
                        lines(reply.get(1)).stream().map(Line::userId).toList()));
    }

    /** The packed keys of those of some users who stand in a ranking. */
    Future<Map<String, Long>> keys(BoardPeriod board, List<String> users) {
        return KEYS.run(redis, List.of(RankingKeys.of(board).set()), users).map(reply -> {
            Map<String, Long> keys = new HashMap<>();
            lines(reply).forEach(line -> keys.put(line.userId(), line.key()));
            return keys;
        });
    }

    /** Reads a page; null when there is no ranking. */
    Future<@Nullable Slice> page(BoardPeriod board, long offset, int limit) {
        return PAGE.run(redis, RankingKeys.of(board).both(), List.of(String.valueOf(offset), String.valueOf(limit)))
                .map(reply -> reply.size() == 0
                        ? null
                        : new Slice(
                                reply.get(0).toString(),
                                reply.get(1).toLong(),
                                reply.get(2).toLong(),
                                offset,
                                reply.get(3).toLong(),
                                lines(reply.get(4)),
                                null));
    }

    /** Reads an entry with its neighbours; no lines when the user has none, null when there is no ranking. */
    Future<@Nullable Slice> around(BoardPeriod board, String userId, int neighbours) {
        return AROUND.run(redis, RankingKeys.of(board).both(), List.of(userId, String.valueOf(neighbours)))
                .map(reply -> reply.size() == 0
                        ? null
                        : new Slice(
                                "",
                                0,
                                reply.get(0).toLong(),
                                reply.get(1).toLong(),
                                reply.get(2).toLong(),
                                lines(reply.get(3)),
                                reply.get(4).toString().isEmpty()
                                        ? null
                                        : reply.get(4).toLong()));
    }

    /** Reads where a user stands; fails when there is no ranking. */
    Future<Place> place(BoardPeriod board, String userId) {
        return AROUND.run(redis, RankingKeys.of(board).both(), List.of(userId, "0"))
                .compose(reply -> {
                    if (reply.size() == 0) {
                        return Future.failedFuture("no ranking");
                    }
                    List<Line> lines = lines(reply.get(3));
                    return Future.succeededFuture(new Place(
                            lines.isEmpty() ? null : (Long) lines.get(0).key(),
                            reply.get(2).toLong(),
                            reply.get(5).toInteger() == 1));
                });
    }

    /** Users and packed keys out of a reply in which they alternate. */
    static List<Line> lines(Response flat) {
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
                        List.of(RankingKeys.of(board).meta()),
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
        return FORGET.run(redis, List.of(RankingKeys.of(board).meta()), arguments)
                .map(reply -> reply.toInteger() == 1);
    }

    /** Raises a ranking's version if the user stands in it. */
    Future<Void> touch(BoardPeriod board, String userId) {
        return TOUCH.run(redis, RankingKeys.of(board).both(), List.of(userId, CHANGED, board.name()))
                .mapEmpty();
    }

    /** Tells every node that a user was renamed. */
    Future<Void> publishRenamed(String userId) {
        return redis.apply(Request.cmd(Command.PUBLISH).arg(RENAMED).arg(userId))
                .mapEmpty();
    }

    /** Tells every node that somebody's access was revoked, and by which of them. */
    Future<Void> publishRevoked(String node, String actor) {
        return redis.apply(Request.cmd(Command.PUBLISH).arg(REVOKED).arg(node + " " + actor))
                .mapEmpty();
    }

    /** The definition that a ranking was made by, short. */
    static String shape(BoardPeriod board) {
        return board.shape() + "|" + RankKey.TICK_BITS;
    }
}
