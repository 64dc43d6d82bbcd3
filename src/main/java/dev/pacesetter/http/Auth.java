package dev.pacesetter.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets callers through to a route by who they are, and not too often. */
public final class Auth {

    private static final String PRINCIPAL = "pacesetter.principal";
    private static final String SCHEME = "bearer ";

    private static final int UNAUTHENTICATED = 401;
    private static final Principal ANONYMOUS = new Principal.Anonymous();

    private final Authenticator authenticator;
    private final CallLimits limits;

    /** With what knows tokens and keys, and how often they may be used. */
    public Auth(Authenticator authenticator, CallLimits limits) {
        this.authenticator = authenticator;
        this.limits = limits;
    }

    /** Lets anyone through without a look at tokens: by the address, then. */
    public Handler<RoutingContext> unasked() {
        return context -> count(context, ANONYMOUS).onSuccess(anyone -> context.next());
    }

    /** Lets anyone through; a token, if there is one, must hold. */
    public Handler<RoutingContext> anyone() {
        return only(true, true, true, "");
    }

    /** Lets users and keys through. */
    public Handler<RoutingContext> userOrKey() {
        return only(false, true, true, "");
    }

    /** Lets users through. */
    public Handler<RoutingContext> user() {
        return only(false, true, false, "Use a user's token, from POST /tokens");
    }

    /** Lets ingest and admin keys through. */
    public Handler<RoutingContext> key() {
        return only(false, false, true, "Use an ingest key, from POST /keys");
    }

    /** Lets admin keys through. */
    public Handler<RoutingContext> admin() {
        return context -> identify(context).onSuccess(principal -> {
            if (principal.isAdmin()) {
                proceed(context, principal);
            } else {
                refuse(context, principal, "Use an admin key");
            }
        });
    }

    private Handler<RoutingContext> only(boolean anonymous, boolean user, boolean key, String otherwise) {
        return context -> identify(context).onSuccess(principal -> {
            boolean allowed =
                    principal instanceof Principal.User ? user : principal instanceof Principal.Key ? key : anonymous;
            if (allowed) {
                proceed(context, principal);
            } else {
                refuse(context, principal, otherwise);
            }
        });
    }

    private Future<Principal> identify(RoutingContext context) {
        HttpServerRequest request = context.request();
        String header = request.getHeader("Authorization");
        if (header == null) {
            return count(context, ANONYMOUS);
        }
        Quota guesses = limits.guesses(request);
        if (!guesses.allowed()) {
            return refuse(context, guesses);
        }
        String bearer = bearer(header);
        if (bearer == null) {
            return unauthenticated(
                    context,
                    Problem.unauthenticated("The header must be: Authorization: Bearer <token or key>")
                            .exception());
        }
        return authenticator
                .authenticate(bearer)
                .transform(caller -> caller.succeeded()
                        ? count(context, caller.result())
                        : unauthenticated(context, caller.cause()));
    }

    /** The token or key in an Authorization header, or in what stands for one; null when it is of another scheme. */
    public static @Nullable String bearer(String header) {
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? header.substring(SCHEME.length()).trim()
                : null;
    }

    /**
     * Goes on looking whether a caller may go on. Not counted as calls.
     *
     * @param caller whom the call was let through as
     * @param onLost hears, at most once, on the call's event loop, that the caller may not, and why
     */
    public Ongoing ongoing(RoutingContext context, Principal caller, Consumer<Problem> onLost) {
        String header = context.request().getHeader("Authorization");
        return new Ongoing(
                context.vertx().eventBus(), authenticator, caller, header == null ? null : bearer(header), onLost);
    }

    /** What is wrong is known to the caller then; it counts as a guess. */
    private Future<Principal> unauthenticated(RoutingContext context, Throwable failure) {
        if (failure instanceof ProblemException known && known.problem().status() == UNAUTHENTICATED) {
            limits.guessed(context.request());
        }
        context.fail(failure);
        return Future.failedFuture(failure);
    }

    private Future<Principal> count(RoutingContext context, Principal caller) {
        return limits.count(context.request(), caller).compose(quota -> {
            if (!quota.allowed()) {
                return refuse(context, quota);
            }
            quota.tell(context.response());
            return Future.succeededFuture(caller);
        });
    }

    private static Future<Principal> refuse(RoutingContext context, Quota quota) {
        quota.tell(context.response());
        ProblemException refusal = Problem.tooManyRequests("You call too often", quota.retrySeconds())
                .exception();
        context.fail(refusal);
        return Future.failedFuture(refusal);
    }

    private static void proceed(RoutingContext context, Principal principal) {
        context.put(PRINCIPAL, principal);
        context.next();
    }

    private static void refuse(RoutingContext context, Principal principal, String otherwise) {
        Problem problem = principal instanceof Principal.Anonymous
                ? Problem.unauthenticated("Send the header: Authorization: Bearer <token or key>")
                : Problem.forbidden(otherwise);
        context.fail(problem.exception());
    }

    /** Who is calling, behind one of this class's handlers. */
    public static Principal of(RoutingContext context) {
        Principal principal = context.get(PRINCIPAL);
        if (principal == null) {
            throw new IllegalStateException("a route without a rule of who may call it: " + context.normalizedPath());
        }
        return principal;
    }
}
