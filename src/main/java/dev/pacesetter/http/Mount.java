package dev.pacesetter.http;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.Set;

/** Something that has routes. Called once for every router of the HTTP verticle, on its context. */
public interface Mount {

    /** Adds the routes. */
    void mount(Vertx vertx, Router router);

    /**
     * Paths whose bodies the routes read themselves, as they come; all others are read whole before. Such a body has to come
     * in time, too, unless the route says {@link StreamedBody#mayTakeLong}.
     */
    default Set<String> streamed() {
        return Set.of();
    }

    /** The server stops: what would stay open as long as its client likes is to be closed. Called on its context. */
    default void unmount() {}
}
