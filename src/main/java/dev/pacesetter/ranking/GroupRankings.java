package dev.pacesetter.ranking;

import dev.pacesetter.bus.BusMessage.GroupEdited;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Group;
import dev.pacesetter.ranking.RankingStore.Slice;
import dev.pacesetter.redis.LuaScript;
import dev.pacesetter.redis.RedisDown;
import dev.pacesetter.settings.GroupSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads rankings as if there were the members of one group alone, exactly, at one instant each.
 *
 * <p>Of a small group, the members' entries are read and put in order here: so many lookups for each reader, and nothing
 * to keep. Of a large one, Redis keeps a sorted set of its own while somebody reads it, which follows every change in the
 * same step: a reader costs what a reader of the whole ranking does, a change one lookup for each group that is kept. It
 * keeps so many; users' groups for which there is no room are read as small ones are, and never put out another.
 */
final class GroupRankings {

    private static final LuaScript READ = new LuaScript("group_read", "groups", "window");
    private static final LuaScript FILL = new LuaScript("group_fill", "groups");
    private static final LuaScript CHANGE = new LuaScript("group_change", "groups");
    private static final LuaScript KEYS = new LuaScript("group_keys");
    /** The most users of one call to Redis: it must not hold up others for long. */
    private static final int AT_ONCE = 500;
    /** How long a filling may pause before another may begin anew. */
    private static final String FILLING_MILLIS = "2000";

    private static final long BUSY_MILLIS = 20;
    private static final int MOST_TRIES = 250;

    /**
     * What is read of a ranking.
     *
     * @param arguments say it to Redis
     * @param ofKept takes it out of the answer
     * @param ofLookedUp takes it out of all members
     */
    private record Window(
            List<String> arguments, Function<Response, Slice> ofKept, Function<Selection, Slice> ofLookedUp) {}

    private final Vertx vertx;
    private final Function<Request, Future<Response>> redis;
    private final int largeFrom;
    private final int maxMembersOfUsers;
    private final String maxKept;
    private final String maxKeptPerUser;
    private final String keepMillis;

    GroupRankings(Vertx vertx, Function<Request, Future<Response>> redis, GroupSettings settings) {
        this.vertx = vertx;
        this.redis = redis;
        this.largeFrom = settings.largeFrom();
        this.maxMembersOfUsers = settings.maxMembersOfUsers();
        this.maxKeptPerUser = String.valueOf(settings.maxKeptPerUser());
        this.maxKept = String.valueOf(settings.maxKept());
        this.keepMillis = String.valueOf(settings.unreadSeconds() * 1_000L);
    }

    /** Reads a page; null when there is no ranking. */
    Future<@Nullable Slice> page(BoardPeriod board, Group group, long offset, int limit) {
        List<String> arguments = List.of(String.valueOf(offset), String.valueOf(limit));
        return read(board, group, new Window(arguments, reply -> page(reply, offset), all -> all.page(offset, limit)));
    }

    private static Slice page(Response reply, long offset) {
        return new Slice(
                epoch(reply.get(0).toString(), reply.get(3).toLong()),
                reply.get(1).toLong(),
                reply.get(2).toLong(),
                offset,
                reply.get(4).toLong(),
                RankingStore.lines(reply.get(5)),
                null);
    }

    /** Reads an entry with its neighbours; no lines when the user has none, null when there is no ranking. */
    Future<@Nullable Slice> around(BoardPeriod board, Group group, String userId, int neighbours) {
        List<String> arguments = List.of("", userId, String.valueOf(neighbours));
        return read(board, group, new Window(arguments, GroupRankings::around, all -> all.around(userId, neighbours)));
    }

    private static Slice around(Response reply) {
        String next = reply.get(7).toString();
        return new Slice(
                epoch(reply.get(0).toString(), reply.get(3).toLong()),
                reply.get(1).toLong(),
                reply.get(2).toLong(),
                reply.get(4).toLong(),
                reply.get(5).toLong(),
                RankingStore.lines(reply.get(6)),
                next.isEmpty() ? null : Long.valueOf(next));
    }

    /** Other members are another ranking, whatever its version. */
    private static String epoch(String epoch, long revision) {
        return epoch + "." + revision;
    }

    private Future<@Nullable Slice> read(BoardPeriod board, Group group, Window window) {
        return group.members().size() >= largeFrom ? large(board, group, window, 0) : small(board, group, window);
    }

    private Future<@Nullable Slice> small(BoardPeriod board, Group group, Window window) {
        return KEYS.run(redis, RankingKeys.of(board).both(), group.members())
                .map(reply -> reply.size() == 0
                        ? null
                        : window.ofLookedUp()
                                .apply(new Selection(
                                        epoch(reply.get(0).toString(), group.revision()),
                                        reply.get(1).toLong(),
                                        RankingStore.lines(reply.get(2)))));
    }

    private Future<@Nullable Slice> large(BoardPeriod board, Group group, Window window, int tries) {
        List<String> arguments = new ArrayList<>(List.of(group.id(), String.valueOf(group.revision()), keepMillis));
        arguments.addAll(window.arguments());
        return READ.run(redis, RankingKeys.of(board).both(), arguments).compose(reply -> {
            if (reply.size() != 1) {
                return Future.succeededFuture(
                        reply.size() == 0 ? null : window.ofKept().apply(reply));
            }
            if (tries >= MOST_TRIES) {
                return Future.failedFuture(new RedisDown("the ranking of a group is not made in time"));
            }
            return fill(board, group)
                    .compose(room -> room ? large(board, group, window, tries + 1) : small(board, group, window));
        });
    }

    /** Makes a group's ranking, or waits a moment for who does; false when there is no room for it. */
    private Future<Boolean> fill(BoardPeriod board, Group group) {
        String name = UUID.randomUUID().toString().substring(0, 13);
        return step(board, group, "start", name, FILLING_MILLIS, List.of(maxKept, owner(group), maxKeptPerUser))
                .compose(begun -> switch (begun) {
                    case "ok" -> fill(board, group, name, 0).map(true);
                    case "full" -> Future.succeededFuture(false);
                    default -> pause().map(true);
                });
    }

    /**
     * Whose share of the rankings that are kept a group's counts as, as Redis is told. It goes by the size, too: a user's group that
     * is nobody's any longer must not be able to do more than before.
     */
    private String owner(Group group) {
        if (group.members().size() > maxMembersOfUsers) {
            return "";
        }
        return group.owner() == null ? "*" : group.owner();
    }

    private Future<Void> fill(BoardPeriod board, Group group, String name, int from) {
        List<String> all = group.members();
        if (from >= all.size()) {
            return step(board, group, "done", name, keepMillis, List.of(String.valueOf(group.revision())))
                    .mapEmpty();
        }
        int to = Math.min(all.size(), from + AT_ONCE);
        return step(board, group, "add", name, FILLING_MILLIS, all.subList(from, to))
                .compose(done -> done.equals("ok") ? fill(board, group, name, to) : pause());
    }

    private Future<String> step(
            BoardPeriod board, Group group, String step, String name, String keep, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(group.id(), step, name, keep));
        arguments.addAll(more);
        return FILL.run(redis, RankingKeys.of(board).both(), arguments).map(Response::toString);
    }

    private Future<Void> pause() {
        Promise<Void> over = Promise.promise();
        vertx.setTimer(BUSY_MILLIS, id -> over.complete());
        return over.future();
    }

    /** Has what is kept of a group follow a change of its members. */
    Future<Void> change(BoardPeriod board, GroupEdited edit) {
        List<String> arguments = new ArrayList<>(List.of(
                edit.id(),
                String.valueOf(edit.before()),
                String.valueOf(edit.after()),
                String.valueOf(edit.removed().size())));
        arguments.addAll(edit.removed());
        arguments.addAll(edit.added());
        return CHANGE.run(redis, RankingKeys.of(board).both(), arguments).mapEmpty();
    }
}
