package dev.pacesetter.http;

import io.vertx.core.http.HttpServerResponse;

/**
 * Whether a call may go on, and how many more may follow, as {@code draft-ietf-httpapi-ratelimit-headers} writes it.
 *
 * @param allowed whether it may
 * @param policy the header {@code RateLimit-Policy}; empty when the call was not counted
 * @param left the header {@code RateLimit}
 * @param retrySeconds when to try again, where it may not
 */
public record Quota(boolean allowed, String policy, String left, int retrySeconds) {

    /** Of a call that is not counted. */
    public static final Quota UNCOUNTED = new Quota(true, "", "", 0);

    /** Tells the caller. */
    void tell(HttpServerResponse response) {
        if (!policy.isEmpty()) {
            response.putHeader("RateLimit-Policy", policy).putHeader("RateLimit", left);
        }
    }
}
