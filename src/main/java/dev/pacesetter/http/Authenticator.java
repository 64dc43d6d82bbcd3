package dev.pacesetter.http;

import io.vertx.core.Future;

/** Finds out who holds a token or key. */
public interface Authenticator {

    /**
     * Who it is.
     *
     * @param bearer what followed {@code Bearer } in the header
     * @return fails with a {@link ProblemException} when it does not hold, saying why
     */
    Future<Principal> authenticate(String bearer);
}
