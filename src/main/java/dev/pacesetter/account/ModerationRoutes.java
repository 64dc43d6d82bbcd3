package dev.pacesetter.account;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Act;
import dev.pacesetter.bus.BusMessage.Conceal;
import dev.pacesetter.bus.BusMessage.Done;
import dev.pacesetter.bus.BusMessage.DoneReply;
import dev.pacesetter.bus.BusMessage.Erase;
import dev.pacesetter.bus.BusMessage.Overloaded;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.bus.BusMessage.Unknown;
import dev.pacesetter.bus.BusMessage.Unstorable;
import dev.pacesetter.bus.BusMessage.UserRenamed;
import dev.pacesetter.domain.Score;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Paging;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.Reason;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/** Users erased, hidden from leaderboards, suspended. */
final class ModerationRoutes implements Mount {

    private static final String SUSPEND = Resources.text("sql/account/suspend_user.sql");
    private static final String RESUME = Resources.text("sql/account/resume_user.sql");
    private static final String LIST_HIDDEN = Resources.text("sql/account/list_hidden.sql");
    private static final String LIST_SUSPENDED = Resources.text("sql/account/list_suspended.sql");
    private static final String USERS = "/api/v1/users";

    private final Database database;
    private final Withdrawals withdrawals;
    private final Auth auth;

    ModerationRoutes(Database database, Withdrawals withdrawals, Auth auth) {
        this.database = database;
        this.withdrawals = withdrawals;
        this.auth = auth;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.delete(USERS + "/me")
                .handler(auth.user())
                .handler(context -> erase(vertx, context, ((Principal.User) Auth.of(context)).id()));
        router.delete(USERS + "/:id").handler(auth.admin()).handler(context -> erase(vertx, context, user(context)));
        router.get(USERS + "/hidden").handler(auth.admin()).handler(context -> list(context, LIST_HIDDEN));
        router.put(USERS + "/:id/hidden")
                .handler(auth.admin())
                .handler(context -> conceal(vertx, context, true, act(context, reason(context))));
        router.delete(USERS + "/:id/hidden")
                .handler(auth.admin())
                .handler(context -> conceal(vertx, context, false, act(context, null)));
        router.get(USERS + "/suspended").handler(auth.admin()).handler(context -> list(context, LIST_SUSPENDED));
        router.put(USERS + "/:id/suspended").handler(auth.admin()).handler(context -> {
            String reason = reason(context);
            change(context, SUSPEND, user(context), Auth.of(context).actor(), reason);
        });
        router.delete(USERS + "/:id/suspended").handler(auth.admin()).handler(context -> {
            change(context, RESUME, user(context), Auth.of(context).actor());
        });
    }

    /** Who is meant. What cannot be a user's id is nobody's, and is not asked of the database, which may not take it. */
    private static String user(RoutingContext context) {
        String id = context.pathParam("id");
        if (!Score.isUserId(id)) {
            throw Problem.notFound("There is no such user").exception();
        }
        return id;
    }

    private static String reason(RoutingContext context) {
        JsonInput body = JsonInput.of(context);
        String reason = Reason.in(body);
        body.check();
        return reason;
    }

    private static Act act(RoutingContext context, @Nullable String reason) {
        return new Act(Auth.of(context).actor(), reason);
    }

    private void erase(Vertx vertx, RoutingContext context, String id) {
        Addresses.ERASE
                .ask(vertx.eventBus(), new Erase(id, act(context, null)))
                .otherwise(failure -> new StorageDown())
                .onSuccess(outcome -> {
                    if (outcome instanceof Done) {
                        // Every node forgets the name, and that this user was known.
                        Addresses.USER_RENAMED.publish(vertx.eventBus(), new UserRenamed(id));
                        withdrawals.user(id);
                    }
                    answer(context, outcome);
                });
    }

    private static void conceal(Vertx vertx, RoutingContext context, boolean hidden, Act act) {
        Addresses.CONCEAL
                .ask(vertx.eventBus(), new Conceal(user(context), hidden, act))
                .otherwise(failure -> new StorageDown())
                .onSuccess(outcome -> answer(context, outcome));
    }

    private void change(RoutingContext context, String sql, Object... arguments) {
        database.query(sql, arguments)
                .recover(Identity::explain)
                .onSuccess(rows -> answer(context, rows.iterator().next().getBoolean(0) ? new Done() : new Unknown()))
                .onFailure(context::fail);
    }

    private void list(RoutingContext context, String sql) {
        int limit = Paging.limit(context, Paging.MOST);
        database.query(sql, Paging.after(context, Score::isUserId), limit)
                .recover(Identity::explain)
                .onSuccess(rows -> {
                    JsonArray users = new JsonArray();
                    String last = null;
                    for (Row row : rows) {
                        last = row.getString("user_id");
                        users.add(new JsonObject()
                                .put("userId", last)
                                .put("reason", row.getString("reason"))
                                .put(
                                        "since",
                                        row.getOffsetDateTime("since")
                                                .toInstant()
                                                .toString()));
                    }
                    context.json(new JsonObject().put("users", users).put("next", rows.size() < limit ? null : last));
                })
                .onFailure(context::fail);
    }

    private static void answer(RoutingContext context, DoneReply outcome) {
        if (outcome instanceof Done) {
            context.response().setStatusCode(204).end();
        } else if (outcome instanceof Unknown || outcome instanceof Unstorable) {
            context.fail(Problem.notFound("There is no such user").exception());
        } else if (outcome instanceof Overloaded) {
            context.fail(Problem.tooManyRequests("Too many users are waiting for the database")
                    .exception());
        } else {
            context.fail(Problem.storageUnavailable().exception());
        }
    }
}
