package dev.pacesetter.bench;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The alternative on the same platform: Vert.x's event-bus bridge as it comes, publishing the same content. */
final class StockBridge {

    private static final int TICK_MILLIS = 10;

    private static double owed;
    private static long perSecond;

    private StockBridge() {}

    /** @param args the file with the body to publish */
    public static void main(String[] args) throws IOException {
        JsonObject body = new JsonObject(Files.readString(Path.of(args[0])));
        Vertx vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        SockJSBridgeOptions options =
                new SockJSBridgeOptions().setPingTimeout(120_000).addOutboundPermitted(new PermittedOptions().setAddress("leaderboard.overall"));
        router.route("/eventbus/*").subRouter(SockJSHandler.create(vertx).bridge(options));
        router.get("/rate/:n").handler(context -> {
            perSecond = Long.parseLong(context.pathParam("n"));
            owed = 0;
            context.end();
        });
        vertx.setPeriodic(TICK_MILLIS, id -> {
            owed += perSecond * TICK_MILLIS / 1_000.0;
            for (; owed >= 1; owed--) {
                vertx.eventBus().publish("leaderboard.overall", body);
            }
        });
        vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .onSuccess(server -> System.out.println("listening on " + server.actualPort()));
    }
}
