package dev.pacesetter.account;

import dev.pacesetter.domain.Score;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.Reason;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Tokens taken back: all of a user's at once, whoever issued them. */
final class TokenRoutes implements Mount {

    private static final String REVOKE = Resources.text("sql/account/revoke_tokens.sql");
    private static final String SIGN_OUT = Resources.text("sql/account/sign_out_user.sql");

    private final Database database;
    private final Withdrawals withdrawals;
    private final Auth auth;

    TokenRoutes(Database database, Withdrawals withdrawals, Auth auth) {
        this.database = database;
        this.withdrawals = withdrawals;
        this.auth = auth;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.delete("/api/v1/tokens").handler(auth.user()).handler(this::revokeOwn);
        router.delete("/api/v1/users/:id/tokens").handler(auth.admin()).handler(this::revoke);
    }

    private void revokeOwn(RoutingContext context) {
        String user = ((Principal.User) Auth.of(context)).id();
        answer(context, user, database.query(REVOKE, user).map(true));
    }

    private void revoke(RoutingContext context) {
        String user = context.pathParam("id");
        Future<Boolean> found = Score.isUserId(user)
                ? database.query(SIGN_OUT, user, Auth.of(context).actor(), Reason.inQuery(context))
                        .map(rows -> rows.iterator().next().getBoolean("found"))
                : Future.succeededFuture(false);
        answer(context, user, found);
    }

    private void answer(RoutingContext context, String user, Future<Boolean> revoked) {
        revoked.recover(Identity::explain)
                .onSuccess(found -> {
                    if (found) {
                        withdrawals.user(user);
                        context.response().setStatusCode(204).end();
                    } else {
                        context.fail(Problem.notFound("There is no such user").exception());
                    }
                })
                .onFailure(context::fail);
    }
}
