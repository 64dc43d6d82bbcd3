package dev.pacesetter.ingest;

import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.postgres.PostgresFailures;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;

/** A user's best single scores. Both ends of each activity: whether more or less is better, leaderboards decide. */
public final class BestRoutes implements Mount {

    private static final String LIST = Resources.text("sql/ingest/list_bests.sql");
    private static final long STATEMENT_SECONDS = 5;

    private final Auth auth;
    private final Pool pool;
    private final Athletes athletes;

    /** With the database that has the scores. */
    public BestRoutes(Auth auth, Pool pool) {
        this.auth = auth;
        this.pool = pool;
        this.athletes = new Athletes(pool);
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        // First, as the other would take me for an id.
        router.get("/api/v1/users/me/bests").handler(auth.user()).handler(context -> {
            String self = ((Principal.User) Auth.of(context)).id();
            bests(self).onSuccess(context::json).onFailure(context::fail);
        });
        router.get("/api/v1/users/:id/bests").handler(auth.key()).handler(context -> athletes.known(
                        context.pathParam("id"))
                .compose(this::bests)
                .onSuccess(context::json)
                .onFailure(context::fail));
    }

    private Future<JsonObject> bests(String userId) {
        return pool.preparedQuery(LIST)
                .execute(Tuple.of(userId))
                .timeout(STATEMENT_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        PostgresFailures.isDown(failure)
                                ? Problem.storageUnavailable().exception()
                                : failure))
                .map(rows -> {
                    JsonArray all = new JsonArray();
                    rows.forEach(row -> all.add(new JsonObject()
                            .put("activity", row.getString("activity"))
                            .put("highest", end(row, "highest"))
                            .put("lowest", end(row, "lowest"))
                            .put("scores", row.getLong("scores"))
                            .put("total", row.getLong("total"))));
                    return new JsonObject().put("bests", all);
                });
    }

    private static JsonObject end(Row row, String which) {
        return new JsonObject()
                .put("scoreId", row.getUUID(which + "_id").toString())
                .put("score", row.getInteger(which))
                .put(
                        "occurredAt",
                        row.getOffsetDateTime(which + "_at").toInstant().toString());
    }
}
