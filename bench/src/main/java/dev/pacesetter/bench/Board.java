package dev.pacesetter.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a viewer holds of a leaderboard. Never changes: viewers who have received the same hold the same one. */
record Board(String epoch, String period, long version, long total, Map<String, JsonObject> entries) {

    /** Nothing yet. */
    static final Board NONE = new Board("", "", -1, 0, Map.of());

    /** What comes of a message; null when it does not follow on this. */
    Board apply(JsonObject body) {
        Map<String, JsonObject> next = new HashMap<>();
        boolean snapshot = body.getString("type").equals("snapshot");
        if (!snapshot) {
            boolean follows = body.getString("epoch").equals(epoch)
                    && body.getString("period").equals(period)
                    && body.getLong("base") == version;
            if (!follows) {
                return null;
            }
            next.putAll(entries);
            body.getJsonArray("removed").forEach(next::remove);
        }
        JsonArray lines = body.getJsonArray(snapshot ? "entries" : "changed");
        for (int i = 0; i < lines.size(); i++) {
            JsonObject entry = lines.getJsonObject(i);
            next.put(entry.getString("userId"), entry);
        }
        return new Board(
                body.getString("epoch"), body.getString("period"), body.getLong("version"), body.getLong("total"), next);
    }

    /** One line an entry, best first, to be compared with another's. */
    List<String> lines() {
        List<JsonObject> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparing((JsonObject entry) -> -entry.getLong("score"))
                .thenComparing(entry -> entry.getString("reachedAt"))
                .thenComparing(entry -> entry.getString("userId")));
        List<String> lines = new ArrayList<>();
        long rank = 0;
        long before = -1;
        for (int i = 0; i < sorted.size(); i++) {
            JsonObject entry = sorted.get(i);
            if (entry.getLong("score") != before) {
                rank = i + 1;
                before = entry.getLong("score");
            }
            lines.add(rank + " " + entry.getString("userId") + " " + entry.getString("name") + " "
                    + entry.getLong("score") + " " + entry.getString("reachedAt"));
        }
        return lines;
    }
}
