package dev.pacesetter.http;

import io.vertx.ext.web.RoutingContext;

/**
 * The body of a request that its route reads itself, as it comes: see {@link Mount#streamed}. It has to come as soon as any
 * other until the route says that it may take longer, once it is known who sends it.
 */
public final class StreamedBody {

    private static final String KEY = "pacesetter.streamed";

    private StreamedBody() {}

    /** Leaves it to the route. */
    static void offer(RoutingContext context, Runnable mayTakeLong) {
        context.put(KEY, mayTakeLong);
    }

    /** A handler: from now on the body may take as long as it likes, if it does come. To be put behind {@link Auth}'s. */
    public static void mayTakeLong(RoutingContext context) {
        Runnable offered = context.get(KEY);
        if (offered == null) {
            throw new IllegalStateException("no streamed path: " + context.normalizedPath());
        }
        offered.run();
        context.next();
    }
}
