package dev.pacesetter.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/** How often callers may call. */
public interface CallLimits {

    /**
     * Counts a call: for the user or the key, or for the address of somebody unknown.
     *
     * @return succeeds, whether the call may go on or not
     */
    Future<Quota> count(HttpServerRequest request, Principal caller);

    /** The same, for what is no request of its own. */
    Future<Quota> count(ClientAddress from, Principal caller);

    /** What somebody may do whose tokens or keys have not held lately: allowed, unless it was too often. */
    Quota guesses(HttpServerRequest request);

    /** The same, for what is no request of its own. */
    Quota guesses(ClientAddress from);

    /** Counts a token or key that does not hold. */
    void guessed(HttpServerRequest request);

    /** The same, for what is no request of its own. */
    void guessed(ClientAddress from);
}
