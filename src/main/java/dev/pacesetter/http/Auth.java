package dev.pacesetter.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/** Lets callers through to a route by who they are. */
public final class Auth {

    private static final String PRINCIPAL = "pacesetter.principal";
    private static final String SCHEME = "bearer ";

    private final Authenticator authenticator;

    /** With what knows tokens and keys. */
    public Auth(Authenticator authenticator) {
        this.authenticator = authenticator;
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
        String header = context.request().getHeader("Authorization");
        if (header == null) {
            return Future.succeededFuture(new Principal.Anonymous());
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            Problem problem = Problem.unauthenticated("The header must be: Authorization: Bearer <token or key>");
            context.fail(problem.exception());
            return Future.failedFuture(problem.exception());
        }
        return authenticator
                .authenticate(header.substring(SCHEME.length()).trim())
                .onFailure(context::fail);
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
