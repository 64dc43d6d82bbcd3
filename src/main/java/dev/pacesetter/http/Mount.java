package dev.pacesetter.http;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** Something that has routes. Called once for every router of the HTTP verticle, on its context. */
public interface Mount {

    /** Adds the routes. */
    void mount(Vertx vertx, Router router);
}
