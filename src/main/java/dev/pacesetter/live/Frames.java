package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.EntryAround;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.domain.Entry;
import dev.pacesetter.domain.TopDelta;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The frames that a browser's event-bus client reads, encoded. */
final class Frames {

    /** What those are told who may not watch among a group, whether there is one or not. */
    static final String NO_GROUP = "no such group, or you are not in it";

    private static final long ALONE = -1;

    private Frames() {}

    /** The whole list. */
    static LiveFrame snapshot(Topic topic, Page page, long sequence) {
        JsonArray entries = new JsonArray();
        page.entries().forEach(entry -> entries.add(ranked(entry)));
        JsonObject body = head("snapshot", topic, page)
                .put("version", page.version())
                .put("total", page.total())
                .put("entries", entries);
        return frame(topic, ALONE, sequence, body);
    }

    /**
     * What turns the list that viewers hold into this one.
     *
     * @param baseVersion the version that they hold
     * @param base the sequence number of the frame that brought them there
     */
    static LiveFrame delta(Topic topic, Page page, TopDelta delta, long baseVersion, long base, long sequence) {
        JsonArray changed = new JsonArray();
        delta.changed().forEach(entry -> changed.add(line(entry)));
        JsonObject body = head("delta", topic, page)
                .put("base", baseVersion)
                .put("version", page.version())
                .put("total", page.total())
                .put("changed", changed)
                .put("removed", new JsonArray(delta.removed()));
        return frame(topic, base, sequence, body);
    }

    private static LiveFrame frame(Topic topic, long base, long sequence, JsonObject body) {
        return new LiveFrame(topic.name(), base, sequence, received(Addresses.leaderboard(topic.shown()), body));
    }

    /** The end: nobody may watch this any more. It stands alone like a snapshot. */
    static LiveFrame withdrawn(Topic topic, long sequence) {
        String what = topic.group() == null ? "no such leaderboard" : NO_GROUP;
        String told = refusal(Addresses.leaderboard(topic.shown()), 404, "not-found", what);
        return new LiveFrame(topic.name(), ALONE, sequence, told);
    }

    /**
     * Where a user stands; without rank and score when nowhere any more.
     *
     * @param previousRank the one told before, of the same period
     */
    static PersonalFrame standing(String userId, EntryAround now, @Nullable Long previousRank) {
        Entry self = now.entry();
        JsonObject body = new JsonObject()
                .put("type", "standing")
                .put("leaderboard", now.leaderboard())
                .put("period", now.period())
                .put("score", self == null ? null : self.score())
                .put("rank", self == null ? null : self.rank())
                .put("previousRank", previousRank)
                .put("total", now.total())
                .put("toNext", self == null || now.next() == null ? null : Math.abs(now.next() - self.score()))
                .put("around", around(now));
        return personal(userId, false, body);
    }

    private static JsonArray around(EntryAround now) {
        JsonArray around = new JsonArray();
        if (now.entry() == null) {
            return around;
        }
        List<Entry> all = now.neighbours();
        all.subList(Math.max(0, now.ahead() - PersonalBoard.SHOWN), now.ahead())
                .forEach(one -> around.add(ranked(one)));
        all.subList(now.ahead(), Math.min(all.size(), now.ahead() + PersonalBoard.SHOWN))
                .forEach(one -> around.add(ranked(one)));
        return around;
    }

    /** Somebody has overtaken; null: nobody can tell who. */
    static PersonalFrame passed(String userId, EntryAround now, long rank, @Nullable Entry by) {
        JsonObject body = new JsonObject()
                .put("type", "passed")
                .put("leaderboard", now.leaderboard())
                .put(
                        "by",
                        by == null
                                ? null
                                : new JsonObject().put("userId", by.userId()).put("name", by.name()))
                .put("rank", rank);
        return personal(userId, true, body);
    }

    private static PersonalFrame personal(String userId, boolean passed, JsonObject body) {
        return new PersonalFrame(userId, passed, received(Addresses.user(userId).name(), body));
    }

    /** An error that the client hands to whoever listens on the address. */
    static String refusal(String address, int code, String type, String message) {
        return new JsonObject()
                .put("type", "err")
                .put("address", address)
                .put("failureCode", code)
                .put("failureType", type)
                .put("message", message)
                .encode();
    }

    /** As {@link #refusal(String, int, String, String)}. */
    static String refusal(String address, Access.Refused why) {
        return refusal(address, why.code(), why.type(), why.message());
    }

    /** The last that a socket is told. */
    static String closing(Closing why) {
        return new JsonObject()
                .put("type", "err")
                .put("failureCode", why.failureCode())
                .put("failureType", why.failureType())
                .put("message", why.message())
                .encode();
    }

    /** A socket holds as many registrations as it may. */
    static String tooMany(String address, int most) {
        return refusal(
                address,
                429,
                "too-many-registrations",
                "a socket holds " + most + " at most: let one go, or connect again");
    }

    private static JsonObject head(String type, Topic topic, Page page) {
        JsonObject head = new JsonObject()
                .put("type", type)
                .put("leaderboard", page.leaderboard())
                .put("period", page.period())
                .put("epoch", page.epoch());
        return topic.group() == null ? head : head.put("group", topic.group());
    }

    private static JsonObject ranked(Entry entry) {
        return new JsonObject().put("rank", entry.rank()).mergeIn(line(entry));
    }

    private static JsonObject line(Entry entry) {
        return new JsonObject()
                .put("userId", entry.userId())
                .put("name", entry.name())
                .put("score", entry.score())
                .put("reachedAt", entry.reachedAt().toString());
    }

    private static String received(String address, JsonObject body) {
        return new JsonObject()
                .put("type", "rec")
                .put("address", address)
                .put("body", body)
                .encode();
    }
}
