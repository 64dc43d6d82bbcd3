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
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A user's own scores. */
public final class HistoryRoutes implements Mount {

    private static final String LIST = Resources.text("sql/ingest/list_scores.sql");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}");
    private static final int MAX_LIMIT = 200;
    private static final int DEFAULT_LIMIT = 50;
    private static final long STATEMENT_SECONDS = 5;

    private final Auth auth;
    private final Pool pool;

    /** With the database that has them. */
    public HistoryRoutes(Auth auth, Pool pool) {
        this.auth = auth;
        this.pool = pool;
    }

    /** Where a page ended. */
    private record Cursor(OffsetDateTime occurredAt, UUID id) {

        static Cursor parse(String text) {
            try {
                String[] parts =
                        new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII).split(" ", 2);
                return new Cursor(Instant.parse(parts[0]).atOffset(ZoneOffset.UTC), UUID.fromString(parts[1]));
            } catch (IllegalArgumentException | DateTimeException | ArrayIndexOutOfBoundsException none) {
                throw Problem.invalid("cursor", "must be the next of an answer, as it came")
                        .exception();
            }
        }

        String text() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((occurredAt.toInstant() + " " + id).getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get("/api/v1/scores").handler(auth.user()).handler(this::list);
    }

    private void list(RoutingContext context) {
        int limit = limit(context.request().getParam("limit"));
        String text = context.request().getParam("cursor");
        @Nullable Cursor from = text == null ? null : Cursor.parse(text);
        Tuple arguments = Tuple.tuple()
                .addString(((Principal.User) Auth.of(context)).id())
                .addOffsetDateTime(from == null ? null : from.occurredAt())
                .addUUID(from == null ? null : from.id())
                .addInteger(limit + 1);
        pool.preparedQuery(LIST)
                .execute(arguments)
                .timeout(STATEMENT_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        PostgresFailures.isDown(failure)
                                ? Problem.storageUnavailable().exception()
                                : failure))
                .onSuccess(rows -> context.json(page(rows, limit)))
                .onFailure(context::fail);
    }

    private static JsonObject page(RowSet<Row> rows, int limit) {
        JsonArray scores = new JsonArray();
        Cursor last = null;
        boolean more = false;
        for (Row row : rows) {
            if (scores.size() == limit) {
                more = true;
                break;
            }
            last = new Cursor(row.getOffsetDateTime(3), row.getUUID(0));
            scores.add(new JsonObject()
                    .put("id", last.id().toString())
                    .put("activity", row.getString(1))
                    .put("score", row.getInteger(2))
                    .put("occurredAt", last.occurredAt().toInstant().toString()));
        }
        return new JsonObject().put("scores", scores).put("next", more && last != null ? last.text() : null);
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        int limit = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MAX_LIMIT) {
            throw Problem.invalid("limit", "must be a whole number from 1 to " + MAX_LIMIT)
                    .exception();
        }
        return limit;
    }
}
