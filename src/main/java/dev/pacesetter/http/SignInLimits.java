package dev.pacesetter.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;

/** How often somebody may try to sign in or up. */
public interface SignInLimits {

    /**
     * Signs in, unless there were too many attempts that failed. It does not matter whether there is such an account.
     *
     * @param username as it was sent
     * @param signIn finds out; to fail with a problem of status 401 when name or password is wrong
     * @return fails with a problem of status 429 when it has to wait
     */
    <T> Future<T> signIn(HttpServerRequest request, String username, Supplier<Future<T>> signIn);

    /**
     * Counts somebody who signs up.
     *
     * @return fails with a problem of status 429 when there were too many from this address
     */
    Future<Void> signUp(HttpServerRequest request);
}
