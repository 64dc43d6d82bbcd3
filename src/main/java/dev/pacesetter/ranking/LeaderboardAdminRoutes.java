package dev.pacesetter.ranking;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.RankingDown;
import dev.pacesetter.bus.BusMessage.Rebuild;
import dev.pacesetter.bus.BusMessage.RebuildReply;
import dev.pacesetter.bus.BusMessage.RebuildStarted;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.Reason;
import dev.pacesetter.postgres.PostgresFailures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;

/** Leaderboards made, changed, removed and made anew by an admin. */
public final class LeaderboardAdminRoutes implements Mount {

    private static final String PATH = "/api/v1/leaderboards";

    private final Auth auth;
    private final LeaderboardCatalog catalog;
    private final Clock clock;

    /** With the catalog to change. */
    public LeaderboardAdminRoutes(Auth auth, LeaderboardCatalog catalog, Clock clock) {
        this.auth = auth;
        this.catalog = catalog;
        this.clock = clock;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.post(PATH).handler(auth.admin()).handler(this::create);
        router.put(PATH + "/:id").handler(auth.admin()).handler(this::change);
        router.delete(PATH + "/:id").handler(auth.admin()).handler(this::delete);
        router.post(PATH + "/:id/rebuild").handler(auth.admin()).handler(context -> rebuild(vertx.eventBus(), context));
    }

    private void create(RoutingContext context) {
        Leaderboard made = LeaderboardInput.read(JsonInput.of(context), null);
        catalog.create(made, Reason.act(context))
                .recover(LeaderboardAdminRoutes::explain)
                .compose(created -> created
                        ? Future.succeededFuture()
                        : Future.failedFuture((catalog.get().find(made.id()).isPresent()
                                        ? Problem.leaderboardExists(made.id())
                                        : Problem.tooManyLeaderboards(LeaderboardCatalog.MOST))
                                .exception()))
                .onSuccess(done -> {
                    context.response().setStatusCode(201).putHeader("Location", PATH + "/" + made.id());
                    context.json(LeaderboardJson.forAdmins(made, clock.instant(), null));
                })
                .onFailure(context::fail);
    }

    private void change(RoutingContext context) {
        Leaderboard changed = LeaderboardInput.read(JsonInput.of(context), context.pathParam("id"));
        catalog.change(changed, Reason.act(context))
                .recover(LeaderboardAdminRoutes::explain)
                .compose(done -> done || catalog.get().find(changed.id()).isEmpty()
                        ? known(done)
                        : Future.failedFuture(
                                Problem.leaderboardSealed(changed.id()).exception()))
                .onSuccess(done -> context.json(LeaderboardJson.forAdmins(changed, clock.instant(), null)))
                .onFailure(context::fail);
    }

    private void delete(RoutingContext context) {
        catalog.delete(context.pathParam("id"), Reason.act(context))
                .recover(LeaderboardAdminRoutes::explain)
                .compose(LeaderboardAdminRoutes::known)
                .onSuccess(done -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    /** Noted first: nothing is made anew that nobody asked for, as the trail has it. */
    private void rebuild(EventBus bus, RoutingContext context) {
        String id = LeaderboardRoutes.find(catalog.get(), context).id();
        catalog.noteRebuild(id, Reason.act(context))
                .recover(LeaderboardAdminRoutes::explain)
                .compose(noted -> Addresses.REBUILD.ask(bus, new Rebuild(id)).otherwise(new RankingDown()))
                .compose(LeaderboardAdminRoutes::started)
                .onSuccess(done -> context.response().setStatusCode(202).end())
                .onFailure(context::fail);
    }

    private static Future<Void> started(RebuildReply reply) {
        return reply instanceof RebuildStarted
                ? Future.succeededFuture()
                : Future.failedFuture(Problem.rankingUnavailable().exception());
    }

    private static Future<Void> known(boolean there) {
        return there
                ? Future.succeededFuture()
                : Future.failedFuture(Problem.notFound("There is no such leaderboard; see GET /leaderboards")
                        .exception());
    }

    private static <T> Future<T> explain(Throwable failure) {
        return Future.failedFuture(
                PostgresFailures.isDown(failure) ? Problem.storageUnavailable().exception() : failure);
    }
}
