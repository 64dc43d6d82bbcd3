package dev.pacesetter.ingest;

import dev.pacesetter.domain.Score;
import dev.pacesetter.export.Column;
import dev.pacesetter.export.Export;
import dev.pacesetter.export.ExportFormat;
import dev.pacesetter.export.Exports;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that is kept of a user's scores, as a file: also what does not count, and why it does not. */
public final class ScoreExportRoutes implements Mount {

    private static final String EXPORT = Resources.text("sql/ingest/export_scores.sql");
    private static final List<Column> COLUMNS =
            Column.exact("scoreId", "activity", "score", "occurredAt", "receivedAt", "held", "deletedAt");

    private final Auth auth;
    private final Athletes athletes;
    private final Exports exports;

    /** With the database that has them. */
    public ScoreExportRoutes(Auth auth, Pool pool, Exports exports) {
        this.auth = auth;
        this.athletes = new Athletes(pool);
        this.exports = exports;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get("/api/v1/scores/export").handler(auth.userOrKey()).handler(this::export);
    }

    private void export(RoutingContext context) {
        ExportFormat format = ExportFormat.of(context);
        owner(context)
                .onSuccess(userId -> exports.send(
                        context,
                        Auth.of(context),
                        format,
                        new Export("scores-" + userId, COLUMNS, EXPORT, Tuple.of(userId), ScoreExportRoutes::lines)))
                .onFailure(context::fail);
    }

    private Future<String> owner(RoutingContext context) {
        Principal caller = Auth.of(context);
        String named = context.request().getParam("userId");
        if (caller instanceof Principal.User self) {
            if (named != null && !named.equals(self.id())) {
                throw Problem.forbidden("A user exports the own scores; leave userId out")
                        .exception();
            }
            return Future.succeededFuture(self.id());
        }
        if (!caller.isAdmin()) {
            throw Problem.forbidden("Scores are for their owner, or an admin key")
                    .exception();
        }
        if (named == null) {
            throw Problem.invalid("userId", "must say whose").exception();
        }
        return athletes.known(named);
    }

    private static Future<List<List<@Nullable Object>>> lines(RowSet<Row> rows) {
        List<List<@Nullable Object>> lines = new ArrayList<>(rows.size());
        rows.forEach(row -> lines.add(line(row)));
        return Future.succeededFuture(lines);
    }

    private static List<@Nullable Object> line(Row row) {
        Score score = ScoreRow.score(row);
        return Arrays.asList(
                score.id().toString(),
                score.activity(),
                score.value(),
                // As the athlete's clock showed it.
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                        score.occurredAt().atOffset(ZoneOffset.ofTotalSeconds(score.utcOffset() * 60))),
                text(row.getOffsetDateTime("received_at")),
                row.getString("held"),
                text(row.getOffsetDateTime("deleted_at")));
    }

    private static @Nullable String text(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant().toString();
    }
}
