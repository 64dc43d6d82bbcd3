package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.domain.Entry;
import dev.pacesetter.domain.TopDelta;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The frames that a browser's event-bus client reads, encoded. */
final class Frames {

    private static final long ALONE = -1;

    private Frames() {}

    /** The whole list. */
    static LiveFrame snapshot(Page page, long sequence) {
        JsonArray entries = new JsonArray();
        page.entries()
                .forEach(entry ->
                        entries.add(new JsonObject().put("rank", entry.rank()).mergeIn(line(entry))));
        JsonObject body = head("snapshot", page)
                .put("version", page.version())
                .put("total", page.total())
                .put("entries", entries);
        return new LiveFrame(page.leaderboard(), ALONE, sequence, received(page.leaderboard(), body));
    }

    /**
     * What turns the list that viewers hold into this one.
     *
     * @param baseVersion the version that they hold
     * @param base the sequence number of the frame that brought them there
     */
    static LiveFrame delta(Page page, TopDelta delta, long baseVersion, long base, long sequence) {
        JsonArray changed = new JsonArray();
        delta.changed().forEach(entry -> changed.add(line(entry)));
        JsonObject body = head("delta", page)
                .put("base", baseVersion)
                .put("version", page.version())
                .put("total", page.total())
                .put("changed", changed)
                .put("removed", new JsonArray(delta.removed()));
        return new LiveFrame(page.leaderboard(), base, sequence, received(page.leaderboard(), body));
    }

    /** The end: nobody may watch this leaderboard any more. It stands alone like a snapshot. */
    static LiveFrame withdrawn(String leaderboard, long sequence) {
        String frame = refusal(Addresses.leaderboard(leaderboard).name(), 404, "not-found", "no such leaderboard");
        return new LiveFrame(leaderboard, ALONE, sequence, frame);
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

    private static JsonObject head(String type, Page page) {
        return new JsonObject()
                .put("type", type)
                .put("leaderboard", page.leaderboard())
                .put("period", page.period())
                .put("epoch", page.epoch());
    }

    private static JsonObject line(Entry entry) {
        return new JsonObject()
                .put("userId", entry.userId())
                .put("name", entry.name())
                .put("score", entry.score())
                .put("reachedAt", entry.reachedAt().toString());
    }

    private static String received(String leaderboard, JsonObject body) {
        return new JsonObject()
                .put("type", "rec")
                .put("address", Addresses.leaderboard(leaderboard).name())
                .put("body", body)
                .encode();
    }
}
