package dev.pacesetter.http;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Requests that HTTP can be read from, and that mean nothing all the same, or not the same to everybody. */
final class Malformed {

    private static final String CODEC = "io.netty.handler.codec.";

    private Malformed() {}

    /**
     * Whether the length of a body is anybody's guess, so that its bytes could pass for a request of their own (RFC 9112,
     * 6.3): a server that does not know the coding takes it for none.
     */
    static boolean hasGuessedLength(HttpServerRequest request) {
        if (!request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return false;
        }
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        return codings.size() != 1 || !codings.get(0).equalsIgnoreCase("chunked");
    }

    /** Lets through what has a path and a query that can be decoded, and that hold nothing no database takes. */
    static void checkTarget(RoutingContext context) {
        String target = context.request().uri();
        if (target.indexOf('%') < 0 || (!target.contains("%00") && isDecodable(context.request()))) {
            context.next();
        } else {
            context.fail(
                    Problem.invalid("request", "cannot be read: check what is percent-encoded in the path and query")
                            .exception());
        }
    }

    private static boolean isDecodable(HttpServerRequest request) {
        try {
            var unused = request.params();
            return true;
        } catch (IllegalArgumentException broken) {
            return false;
        }
    }

    /** Whether a request failed because what came is no body, such as chunks without a size, or no handshake. */
    static boolean isNoHttp(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof WebSocketHandshakeException) {
            return true;
        }
        if (failure == null || context.request().isEnded()) {
            return false;
        }
        StackTraceElement[] trace = failure.getStackTrace();
        return failure instanceof DecoderException
                || (trace.length > 0 && trace[0].getClassName().startsWith(CODEC));
    }
}
