package dev.pacesetter.ingest;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Act;
import dev.pacesetter.bus.BusMessage.Change;
import dev.pacesetter.bus.BusMessage.Done;
import dev.pacesetter.bus.BusMessage.DoneReply;
import dev.pacesetter.bus.BusMessage.Release;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.bus.BusMessage.TakeBack;
import dev.pacesetter.bus.BusMessage.TakenBack;
import dev.pacesetter.bus.BusMessage.Unknown;
import dev.pacesetter.bus.BusMessage.UnknownScore;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Score;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.Reason;
import dev.pacesetter.postgres.PostgresFailures;
import dev.pacesetter.settings.IngestSettings;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Scores taken back, changed, released and rejected. */
public final class CorrectionRoutes implements Mount {

    private static final String FIND = Resources.text("sql/ingest/find_score.sql");
    private static final String ONE = "/api/v1/scores/:id";
    private static final int NO_CONTENT = 204;
    private static final long STATEMENT_SECONDS = 5;

    private final Auth auth;
    private final Pool pool;
    private final ScoreInput input;

    /** With the leaderboards whose limits hold, and the database that has the scores. */
    public CorrectionRoutes(
            Auth auth, Pool pool, Supplier<Leaderboards> leaderboards, IngestSettings settings, Clock clock) {
        this.auth = auth;
        this.pool = pool;
        this.input = new ScoreInput(leaderboards, settings, clock);
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        EventBus bus = vertx.eventBus();
        router.delete(ONE).handler(auth.userOrKey()).handler(context -> {
            Act act = new Act(Auth.of(context).actor(), Reason.inQuery(context));
            takeBack(bus, context, new TakeBack(id(context), owner(context), "delete", act));
        });
        router.patch(ONE).handler(auth.userOrKey()).handler(context -> change(bus, context));
        router.post(ONE + "/reject").handler(auth.admin()).handler(context -> {
            Act act = new Act(Auth.of(context).actor(), Reason.inBody(context));
            takeBack(bus, context, new TakeBack(id(context), null, "reject", act));
        });
        router.post(ONE + "/release").handler(auth.admin()).handler(context -> {
            Act act = new Act(Auth.of(context).actor(), Reason.inBody(context));
            Addresses.RELEASE
                    .ask(bus, new Release(id(context), act))
                    .otherwise(failure -> new StorageDown())
                    .onSuccess(outcome -> answer(context, outcome));
        });
    }

    /** The score that is meant. */
    static UUID id(RoutingContext context) {
        try {
            return UUID.fromString(context.pathParam("id"));
        } catch (IllegalArgumentException noId) {
            throw Problem.notFound("There is no such score").exception();
        }
    }

    /** Whose it must be; null for an admin, who may see and correct anybody's. */
    static @Nullable String owner(RoutingContext context) {
        Principal caller = Auth.of(context);
        if (caller instanceof Principal.User self) {
            return self.id();
        }
        if (!caller.isAdmin()) {
            throw Problem.forbidden("A score is for its owner, or an admin key").exception();
        }
        return null;
    }

    private static void takeBack(EventBus bus, RoutingContext context, TakeBack ask) {
        Addresses.TAKE_BACK
                .ask(bus, ask)
                .otherwise(failure -> new StorageDown())
                .onSuccess(outcome -> {
                    if (outcome instanceof TakenBack) {
                        context.response().setStatusCode(NO_CONTENT).end();
                    } else if (outcome instanceof UnknownScore) {
                        answer(context, new Unknown());
                    } else if (outcome instanceof Submitted refused) {
                        context.fail(ScoreRoutes.problem(refused).exception());
                    } else {
                        answer(context, new StorageDown());
                    }
                });
    }

    private static void answer(RoutingContext context, DoneReply outcome) {
        if (outcome instanceof Done) {
            context.response().setStatusCode(NO_CONTENT).end();
        } else if (outcome instanceof Unknown) {
            context.fail(Problem.notFound("There is no such score").exception());
        } else if (outcome instanceof Submitted refused) {
            context.fail(ScoreRoutes.problem(refused).exception());
        } else {
            context.fail(Problem.storageUnavailable().exception());
        }
    }

    private void change(EventBus bus, RoutingContext context) {
        UUID id = id(context);
        String owner = owner(context);
        JsonInput body = JsonInput.of(context);
        String reason = Reason.optional(body);
        find(id, owner)
                .compose(old -> {
                    ScoreInput.Changed changed = input.changed(Auth.of(context), old, body);
                    Act act = new Act(Auth.of(context).actor(), reason);
                    return Addresses.CHANGE
                            .ask(bus, new Change(changed.score(), owner, changed.held(), act))
                            .otherwise(failure -> new StorageDown());
                })
                .onSuccess(outcome -> {
                    if (outcome instanceof Done) {
                        show(context, id, owner);
                    } else {
                        answer(context, outcome);
                    }
                })
                .onFailure(context::fail);
    }

    private void show(RoutingContext context, UUID id, @Nullable String owner) {
        json(id, owner).onSuccess(context::json).onFailure(context::fail);
    }

    private Future<Score> find(UUID id, @Nullable String owner) {
        return query(id, owner).map(rows -> ScoreRow.score(rows.iterator().next()));
    }

    private Future<JsonObject> json(UUID id, @Nullable String owner) {
        return query(id, owner).map(rows -> ScoreRow.json(rows.iterator().next()));
    }

    private Future<RowSet<Row>> query(UUID id, @Nullable String owner) {
        return pool.preparedQuery(FIND)
                .execute(Tuple.of(id, owner))
                .timeout(STATEMENT_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        PostgresFailures.isDown(failure)
                                ? Problem.storageUnavailable().exception()
                                : failure))
                .compose(rows -> rows.size() > 0
                        ? Future.succeededFuture(rows)
                        : Future.failedFuture(
                                Problem.notFound("There is no such score").exception()));
    }
}
