package dev.pacesetter.ingest;

import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Paging;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.postgres.PostgresFailures;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is stored of scores: one's own, those that wait for an admin, and what was done to them. */
public final class HistoryRoutes implements Mount {

    private static final String FIND = Resources.text("sql/ingest/find_score.sql");
    private static final String LIST = Resources.text("sql/ingest/list_scores.sql");
    private static final String LIST_HELD = Resources.text("sql/ingest/list_held.sql");
    private static final String LIST_AUDIT = Resources.text("sql/ingest/list_audit.sql");
    private static final Pattern SUBJECT = Pattern.compile("(key|leaderboard|activity):[A-Za-z0-9-]{1,64}");
    private static final Pattern ACTOR = Pattern.compile("(user|key):[A-Za-z0-9_.-]{1,64}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final long STATEMENT_SECONDS = 5;

    private final Auth auth;
    private final Pool pool;

    /** With the database that has them. */
    public HistoryRoutes(Auth auth, Pool pool) {
        this.auth = auth;
        this.pool = pool;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get("/api/v1/scores").handler(auth.user()).handler(this::own);
        router.get("/api/v1/scores/held").handler(auth.admin()).handler(this::held);
        router.get("/api/v1/scores/:id").handler(auth.userOrKey()).handler(this::one);
        router.get("/api/v1/audit").handler(auth.admin()).handler(this::audit);
    }

    private void own(RoutingContext context) {
        int limit = Paging.limit(context);
        @Nullable Cursor from = Cursor.parse(context.request().getParam("cursor"));
        Tuple arguments = Tuple.tuple()
                .addString(((Principal.User) Auth.of(context)).id())
                .addOffsetDateTime(from == null ? null : from.time())
                .addUUID(from == null ? null : from.id())
                .addInteger(limit + 1);
        answer(
                context,
                LIST,
                arguments,
                rows -> Paging.page("scores", rows, limit, ScoreRow::json, row -> new Cursor(
                                row.getOffsetDateTime("occurred_at"), row.getUUID("id"))
                        .text()));
    }

    private void held(RoutingContext context) {
        int limit = Paging.limit(context);
        @Nullable Cursor from = Cursor.parse(context.request().getParam("cursor"));
        Tuple arguments = Tuple.tuple()
                .addOffsetDateTime(from == null ? null : from.time())
                .addUUID(from == null ? null : from.id())
                .addInteger(limit + 1);
        answer(
                context,
                LIST_HELD,
                arguments,
                rows -> Paging.page("scores", rows, limit, ScoreRow::json, row -> new Cursor(
                                row.getOffsetDateTime("received_at"), row.getUUID("id"))
                        .text()));
    }

    private void one(RoutingContext context) {
        Tuple arguments = Tuple.of(CorrectionRoutes.id(context), CorrectionRoutes.owner(context));
        answer(context, FIND, arguments, rows -> {
            if (rows.size() == 0) {
                throw Problem.notFound("There is no such score").exception();
            }
            return ScoreRow.json(rows.iterator().next());
        });
    }

    private void audit(RoutingContext context) {
        int limit = Paging.limit(context);
        String cursor = context.request().getParam("cursor");
        if (cursor != null && !NUMBER.matcher(cursor).matches()) {
            throw Paging.badCursor();
        }
        String score = context.request().getParam("scoreId");
        UUID scoreId;
        try {
            scoreId = score == null ? null : UUID.fromString(score);
        } catch (IllegalArgumentException noId) {
            throw Problem.invalid("scoreId", "must be the id of a score").exception();
        }
        Tuple arguments = Tuple.tuple()
                .addString(context.request().getParam("userId"))
                .addUUID(scoreId)
                .addString(named(context, "subject", SUBJECT, "key:<id>, leaderboard:<id> or activity:<slug>"))
                .addString(named(context, "actor", ACTOR, "user:<id> or key:<id>"))
                .addLong(cursor == null ? null : Long.valueOf(cursor))
                .addInteger(limit + 1);
        answer(
                context,
                LIST_AUDIT,
                arguments,
                rows -> Paging.page("acts", rows, limit, HistoryRoutes::act, row -> String.valueOf(row.getLong("id"))));
    }

    private static @Nullable String named(RoutingContext context, String parameter, Pattern form, String expected) {
        String text = context.request().getParam(parameter);
        if (text != null && !form.matcher(text).matches()) {
            throw Problem.invalid(parameter, "must be " + expected).exception();
        }
        return text;
    }

    private static JsonObject act(Row row) {
        UUID score = row.getUUID("score_id");
        return new JsonObject()
                .put("at", row.getOffsetDateTime("at").toInstant().toString())
                .put("actor", row.getString("actor"))
                .put("action", row.getString("action"))
                .put("userId", row.getString("user_id"))
                .put("scoreId", score == null ? null : score.toString())
                .put("subject", row.getString("subject"))
                .put("reason", row.getString("reason"))
                .put("was", row.getValue("was"))
                .put("became", row.getValue("became"));
    }

    private void answer(RoutingContext context, String sql, Tuple arguments, Function<RowSet<Row>, JsonObject> json) {
        pool.preparedQuery(sql)
                .execute(arguments)
                .timeout(STATEMENT_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        PostgresFailures.isDown(failure)
                                ? Problem.storageUnavailable().exception()
                                : failure))
                .map(json)
                .onSuccess(context::json)
                .onFailure(context::fail);
    }
}
