package dev.pacesetter.ranking;

import dev.pacesetter.domain.DayLimits;
import dev.pacesetter.domain.Score;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.Reason;
import dev.pacesetter.postgres.PostgresFailures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What users may do of an activity in a day. */
public final class ActivityRoutes implements Mount {

    private static final String PATH = "/api/v1/activities";
    private static final String LIMITS = PATH + "/:activity/limits";

    private final Auth auth;
    private final LeaderboardCatalog catalog;

    /** With the catalog that holds them. */
    public ActivityRoutes(Auth auth, LeaderboardCatalog catalog) {
        this.auth = auth;
        this.catalog = catalog;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get(PATH).handler(auth.admin()).handler(this::list);
        router.put(LIMITS).handler(auth.admin()).handler(this::limit);
        router.delete(LIMITS).handler(auth.admin()).handler(this::unlimit);
    }

    private void list(RoutingContext context) {
        JsonArray all = new JsonArray();
        catalog.get().limits().byActivity().forEach((activity, limit) -> all.add(json(activity, limit)));
        context.json(new JsonObject().put("activities", all));
    }

    private static JsonObject json(String activity, DayLimits.Limit limit) {
        return new JsonObject()
                .put("activity", activity)
                .put("maxPerDay", limit.scores())
                .put("maxScorePerDay", limit.total());
    }

    private void limit(RoutingContext context) {
        String activity = context.pathParam("activity");
        JsonInput body = JsonInput.of(context);
        if (!Score.isActivity(activity)) {
            body.wrong("activity", "must be a slug of 1 to 32 of a-z 0-9 -");
        }
        if (!body.has("maxPerDay") && !body.has("maxScorePerDay")) {
            body.wrong("maxPerDay", "must be there, or maxScorePerDay, or both");
        }
        Integer scores = body.has("maxPerDay") ? (Integer) body.integer("maxPerDay", 1, Score.MAX) : null;
        Long total = body.has("maxScorePerDay") ? (Long) (long) body.integer("maxScorePerDay", 1, Score.MAX) : null;
        body.check();
        DayLimits.Limit limit = new DayLimits.Limit(scores, total);
        catalog.limit(activity, limit, Reason.act(context))
                .recover(ActivityRoutes::explain)
                .compose(stored -> stored
                        ? Future.succeededFuture()
                        : Future.failedFuture(Problem.tooManyLeaderboards(LeaderboardCatalog.MOST)
                                .exception()))
                .onSuccess(done -> context.json(json(activity, limit)))
                .onFailure(context::fail);
    }

    private void unlimit(RoutingContext context) {
        catalog.unlimit(context.pathParam("activity"), Reason.act(context))
                .recover(ActivityRoutes::explain)
                .compose(there -> there
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                Problem.notFound("This activity has no limits").exception()))
                .onSuccess(done -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    private static <T> Future<T> explain(Throwable failure) {
        return Future.failedFuture(
                PostgresFailures.isDown(failure) ? Problem.storageUnavailable().exception() : failure);
    }
}
