package dev.pacesetter.ingest;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Accepted;
import dev.pacesetter.bus.BusMessage.AwaitStandings;
import dev.pacesetter.bus.BusMessage.CurrentStandings;
import dev.pacesetter.bus.BusMessage.KeyReused;
import dev.pacesetter.bus.BusMessage.Overloaded;
import dev.pacesetter.bus.BusMessage.Repeated;
import dev.pacesetter.bus.BusMessage.Standings;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.bus.BusMessage.Suspended;
import dev.pacesetter.bus.BusMessage.Unstorable;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Score;
import dev.pacesetter.domain.Standing;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.StreamedBody;
import dev.pacesetter.settings.IngestSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes scores. */
public final class ScoreRoutes implements Mount {

    private static final String PATH = "/api/v1/scores";
    private static final String BATCH = PATH + "/batch";
    private static final int CREATED = 201;
    private static final Pattern MINIMAL =
            Pattern.compile("(^|[,;\\s])return\\s*=\\s*\"?minimal\"?($|[,;\\s])", Pattern.CASE_INSENSITIVE);

    private final Auth auth;
    private final Supplier<Leaderboards> leaderboards;
    private final ScoreInput input;
    private final int batchSeconds;

    /** With the leaderboards whose limits hold. */
    public ScoreRoutes(Auth auth, Supplier<Leaderboards> leaderboards, IngestSettings settings, Clock clock) {
        this.auth = auth;
        this.leaderboards = leaderboards;
        this.input = new ScoreInput(leaderboards, settings, clock);
        this.batchSeconds = settings.batchSeconds();
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.post(PATH).handler(auth.userOrKey()).handler(context -> post(vertx.eventBus(), context));
        router.post(BATCH)
                .handler(ScoreRoutes::hold)
                .handler(auth.key())
                .handler(StreamedBody::mayTakeLong)
                .handler(context -> new ScoreLines(context, auth, input).take(batchSeconds));
    }

    /** Lines are taken as they come, once it is known who sends them. */
    @Override
    public Set<String> streamed() {
        return Set.of(BATCH);
    }

    /** Keeps what comes for later; of a caller who is refused nothing more is read. */
    private static void hold(RoutingContext context) {
        context.request().pause();
        context.addEndHandler(answered -> ScoreLines.discardRest(context.request()));
        context.next();
    }

    private void post(EventBus bus, RoutingContext context) {
        boolean minimal = prefersMinimal(context);
        boolean admin = Auth.of(context).isAdmin();
        Submit submit = input.single(
                Auth.of(context), JsonInput.of(context), context.request().getHeader("Idempotency-Key"), !minimal);
        Addresses.SUBMIT
                .ask(bus, submit)
                .otherwise(failure -> new StorageDown())
                .compose(outcome -> answer(bus, submit, outcome, minimal, admin))
                .onSuccess(answer -> {
                    context.response().setStatusCode(answer.status());
                    if (answer.status() == CREATED) {
                        context.response()
                                .putHeader(
                                        "Location", PATH + "/" + submit.score().id());
                    }
                    if (minimal) {
                        context.response().putHeader("Preference-Applied", "return=minimal");
                    }
                    context.json(answer.body());
                })
                .onFailure(context::fail);
    }

    private static boolean prefersMinimal(RoutingContext context) {
        return context.request().headers().getAll("Prefer").stream()
                .anyMatch(value -> MINIMAL.matcher(value).find());
    }

    private record Answer(int status, JsonObject body) {}

    private Future<Answer> answer(EventBus bus, Submit submit, Submitted outcome, boolean minimal, boolean admin) {
        if (outcome instanceof Accepted accepted) {
            Score score = submit.score();
            return minimal
                    ? Future.succeededFuture(new Answer(CREATED, id(score, accepted.held())))
                    : Addresses.AWAIT_STANDINGS
                            .ask(bus, new AwaitStandings(score.id()))
                            .otherwise(new Standings(List.of()))
                            .map(standings -> new Answer(CREATED, json(score, accepted.held(), standings, admin)));
        }
        if (outcome instanceof Repeated repeated) {
            Score score = repeated.first();
            return minimal
                    ? Future.succeededFuture(new Answer(200, id(score, repeated.held())))
                    : Addresses.CURRENT_STANDINGS
                            .ask(bus, new CurrentStandings(score))
                            .otherwise(new Standings(List.of()))
                            .map(standings -> new Answer(200, json(score, repeated.held(), standings, admin)));
        }
        return Future.failedFuture(problem(outcome).exception());
    }

    static Problem problem(Submitted outcome) {
        if (outcome instanceof KeyReused) {
            return Problem.idempotencyConflict();
        }
        if (outcome instanceof Overloaded) {
            return Problem.tooManyRequests("More scores are waiting to be stored than there is room for");
        }
        if (outcome instanceof Suspended) {
            return Problem.suspended();
        }
        if (outcome instanceof Unstorable) {
            return Problem.scoreOutOfRange("The database does not take this score");
        }
        return Problem.storageUnavailable();
    }

    /** @param held why it does not count; null when it does */
    static JsonObject id(Score score, @Nullable String held) {
        JsonObject json = new JsonObject().put("id", score.id().toString());
        return held == null ? json : json.put("held", held);
    }

    private JsonObject json(Score score, @Nullable String held, Standings standings, boolean admin) {
        JsonArray all = new JsonArray();
        Leaderboards now = leaderboards.get();
        for (Standing standing : standings.standings()) {
            if (now.find(standing.leaderboard())
                    .filter(found -> found.isShownTo(admin))
                    .isEmpty()) {
                continue;
            }
            all.add(new JsonObject()
                    .put("leaderboard", standing.leaderboard())
                    .put("period", standing.period())
                    .put("score", standing.score())
                    .put("rank", standing.rank())
                    .put("previousRank", standing.previousRank()));
        }
        return id(score, held)
                .put("userId", score.userId())
                .put("activity", score.activity())
                .put("score", score.value())
                .put("occurredAt", score.occurredAt().toString())
                .put("standings", all);
    }
}
