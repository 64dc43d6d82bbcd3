package dev.pacesetter.bench;

import io.vertx.core.json.JsonObject;
import java.util.IdentityHashMap;
import java.util.Map;

/** A message as it came, read once for all viewers of an event loop that receive it. */
final class Frame {

    final String text;
    final JsonObject body;
    /** When the score was due that this frame is measured by; 0 when by none. */
    final long dueNanos;

    private final Map<Board, Board> after = new IdentityHashMap<>();

    Frame(String text, JsonObject body, long dueNanos) {
        this.text = text;
        this.body = body;
        this.dueNanos = dueNanos;
    }

    boolean isSnapshot() {
        return body.getString("type").equals("snapshot");
    }

    /** What a viewer holds after it; null when it does not follow. */
    Board after(Board before) {
        if (!after.containsKey(before)) {
            after.put(before, before.apply(body));
        }
        return after.get(before);
    }
}
