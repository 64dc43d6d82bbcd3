package dev.pacesetter.live;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What sockets may send. */
final class FrameRules {

    private static final Set<String> TYPES = Set.of("register", "unregister", "ping");
    /** What a decoder puts where bytes were no UTF-8. */
    private static final char REPLACEMENT = '\ufffd';

    private FrameRules() {}

    /**
     * What is wrong with a frame, if something is. Whether an address is there, and may be had, is for others to say:
     * clients ask for a sign of life by registering none.
     *
     * @param maxBytes the largest there may be
     */
    static @Nullable Closing wrong(Buffer frame, int maxBytes) {
        if (frame.length() > maxBytes) {
            return Closing.TOO_LARGE;
        }
        String text = frame.toString();
        if (text.indexOf(REPLACEMENT) >= 0) {
            return Closing.MALFORMED;
        }
        JsonObject json;
        try {
            json = new JsonObject(text);
        } catch (DecodeException broken) {
            return Closing.MALFORMED;
        }
        Object address = json.getValue("address");
        if (address != null && !(address instanceof String)) {
            return Closing.MALFORMED;
        }
        return json.getValue("type") instanceof String type && TYPES.contains(type) ? null : Closing.FORBIDDEN;
    }

    /** Whether this is how SockJS clients wrap frames: an array of texts. The library trips over all else. */
    static boolean isWrapped(@Nullable String payload) {
        try {
            return payload != null
                    && payload.startsWith("[")
                    && Json.decodeValue(payload) instanceof JsonArray frames
                    && frames.stream().allMatch(String.class::isInstance);
        } catch (DecodeException broken) {
            return false;
        }
    }
}
