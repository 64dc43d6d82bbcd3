package dev.pacesetter.live;

import java.util.Locale;

/** Why a socket is closed from this side. */
enum Closing {
    /** It sent what nobody may send. */
    FORBIDDEN(1008, 403, "forbidden", "sockets may register, unregister and ping, and nothing else"),
    /** Not what the bridge's frames are. */
    MALFORMED(1007, 400, "malformed-json", "a frame is a JSON object in UTF-8, its type and its address are texts"),
    /** Not a text. */
    BINARY(1003, 400, "binary-frame", "frames are texts"),
    /** Larger than any frame needs to be. */
    TOO_LARGE(1009, 413, "body-too-large", "the frame is too large"),
    /** More frames than anybody needs to send. */
    TOO_FAST(1008, 429, "too-many-requests", "too many frames; a few a second are enough"),
    /** Not what WebSocket frames are. */
    PROTOCOL(1002, 400, "malformed-frame", "this is no WebSocket frame"),
    /** Whoever registered something on it may no more. */
    REVOKED(1008, 401, "unauthenticated", "access was revoked"),
    /** It takes nothing. Come back later. */
    STUCK(1013, "too slow"),
    /** The node has as many as it may. Come back later. */
    TOO_MANY_SOCKETS(1013, "too many viewers"),
    /** This address has. Come back later. */
    TOO_MANY_FROM_ADDRESS(1013, "too many viewers from this address"),
    /** The connection broke. */
    BROKEN(1013, "broken"),
    /** This end leaves. */
    STOPPING(1001, "the server stops");

    private final int code;
    private final int failureCode;
    private final String failureType;
    private final String message;

    Closing(int code, String message) {
        this(code, 0, "", message);
    }

    Closing(int code, int failureCode, String failureType, String message) {
        this.code = code;
        this.failureCode = failureCode;
        this.failureType = failureType;
        this.message = message;
    }

    /** The WebSocket's close code. */
    int code() {
        return code;
    }

    /** As HTTP would say it; 0 for what is no frame of its own. */
    int failureCode() {
        return failureCode;
    }

    String failureType() {
        return failureType;
    }

    /** For people. */
    String message() {
        return message;
    }

    /** In the metrics. */
    String tag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
