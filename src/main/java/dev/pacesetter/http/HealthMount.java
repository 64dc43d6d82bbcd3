package dev.pacesetter.http;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Health;
import dev.pacesetter.bus.BusMessage.HealthCheck;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** For whoever runs it: is it alive, and can it serve? */
public final class HealthMount implements Mount {

    private static final Health UNKNOWN = new Health(false, Map.of());

    private final BooleanSupplier serving;

    /**
     * With what only the node knows.
     *
     * @param serving whether everything is served already
     */
    public HealthMount(BooleanSupplier serving) {
        this.serving = serving;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get("/health/live").handler(context -> context.json(new JsonObject().put("status", "live")));
        router.get("/health/ready").handler(context -> ready(vertx, context));
    }

    private void ready(Vertx vertx, RoutingContext context) {
        Future<Health> ingest =
                Addresses.INGEST_HEALTH.ask(vertx.eventBus(), new HealthCheck()).otherwise(UNKNOWN);
        Future<Health> ranking = Addresses.RANKING_HEALTH
                .ask(vertx.eventBus(), new HealthCheck())
                .otherwise(UNKNOWN);
        Future.all(ingest, ranking).onSuccess(both -> {
            boolean ready = serving.getAsBoolean()
                    && ingest.result().up()
                    && ranking.result().up();
            boolean redis = "up".equals(ranking.result().details().get("redis"));
            JsonObject checks = new JsonObject()
                    .put("postgres", status(ingest.result().up() ? "up" : "down"))
                    .put("redis", status(redis ? "up" : "down"))
                    .put("rankings", status(ranking.result().up() ? "current" : "catching-up"));
            context.response().setStatusCode(ready ? 200 : 503);
            context.json(
                    new JsonObject().put("status", ready ? "ready" : "unready").put("checks", checks));
        });
    }

    private static JsonObject status(String status) {
        return new JsonObject().put("status", status);
    }
}
