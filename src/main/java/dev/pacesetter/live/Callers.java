package dev.pacesetter.live;

import dev.pacesetter.http.Authenticator;
import dev.pacesetter.http.CallLimits;
import dev.pacesetter.http.ClientAddress;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.http.Quota;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Who registers, and whether that is not too often: what is tried on sockets counts as over HTTP. What has been let in
 * before is looked at again without being counted, as nobody asked for it.
 */
final class Callers {

    private static final int UNAUTHENTICATED = 401;

    private final Authenticator authenticator;
    private final CallLimits limits;

    Callers(Authenticator authenticator, CallLimits limits) {
        this.authenticator = authenticator;
        this.limits = limits;
    }

    /**
     * Who holds a token or key. One that does not hold is a guess of the address; past too many, none is looked at.
     *
     * @param bearer null: nobody's
     * @param from null: not counted
     * @return fails with a {@link ProblemException} of 401 or 429, or as whoever knows fails
     */
    Future<Principal> who(@Nullable String bearer, @Nullable ClientAddress from) {
        if (bearer == null) {
            return Future.succeededFuture(new Principal.Anonymous());
        }
        if (from == null) {
            return authenticator.authenticate(bearer);
        }
        Quota guesses = limits.guesses(from);
        if (!guesses.allowed()) {
            return tooOften("Too many tokens and keys from your address did not hold", guesses);
        }
        return authenticator.authenticate(bearer).onFailure(failure -> {
            if (failure instanceof ProblemException known && known.problem().status() == UNAUTHENTICATED) {
                limits.guessed(from);
            }
        });
    }

    /**
     * Counts what has to be looked up as a call, as the API does: of the user, of the key, of the address of nobody known.
     *
     * @param from null: not counted
     * @return fails with a {@link ProblemException} of 429 when it may not be
     */
    Future<Principal> looksUp(Principal who, @Nullable ClientAddress from) {
        return from == null
                ? Future.succeededFuture(who)
                : limits.count(from, who)
                        .compose(quota ->
                                quota.allowed() ? Future.succeededFuture(who) : tooOften("You ask too often", quota));
    }

    private static Future<Principal> tooOften(String what, Quota quota) {
        int seconds = Math.max(1, quota.retrySeconds());
        return Future.failedFuture(Problem.tooManyRequests(what + "; try again in " + seconds + " s", seconds)
                .exception());
    }
}
