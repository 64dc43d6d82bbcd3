import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboard.Visibility;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.domain.Zone;
import dev.pacesetter.http.ClientAddresses;
import dev.pacesetter.http.Principal;
import dev.pacesetter.live.BridgeGuard;
import dev.pacesetter.settings.LimitSettings;
import dev.pacesetter.settings.LiveSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/**
 * Pacesetter's own bridge without what stands before it, publishing the same content as the alternatives do: what its
 * fan-out alone can. Run from its source with pacesetter.jar on the class path.
 */
public final class OwnBridge {

    private static final int TICK_MILLIS = 10;
    private static final String BOARD = "overall";

    private static double owed;
    private static long perSecond;
    private static long sequence;

    private OwnBridge() {}

    /** @param args the file with the body to publish */
    public static void main(String[] args) throws Exception {
        JsonObject body = new JsonObject(Files.readString(Path.of(args[0])));
        Vertx vertx = Vertx.vertx();
        Addresses.prepare(vertx.eventBus());
        Leaderboards boards = new Leaderboards(List.of(new Leaderboard(
                BOARD, "Overall", Set.of("*"), Mode.SUM, Order.DESC, new PeriodRule.AllTime(), Zone.of(ZoneOffset.UTC),
                "points", 0, 0, 1_000_000, Visibility.PUBLIC)));
        ClientAddresses addresses = new ClientAddresses(List.of(), List.of());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        BridgeGuard guard = new BridgeGuard(
                new LiveSettings(100, 10, 65_536, 131_072, 2_000, 1_000, 100_000, 100_000, 20, 8_192, 10),
                List.of(),
                () -> boards,
                token -> Future.succeededFuture(new Principal.Anonymous()),
                new dev.pacesetter.limit.Limits(
                        vertx,
                        new LimitSettings(0, 1, 0, 1, 0, 1, 0, 0, 0, 0, List.of(), 100),
                        addresses,
                        meters,
                        System::nanoTime),
                addresses,
                Clock.systemUTC(),
                meters);
        Router router = Router.router(vertx);
        router.get("/rate/:n").handler(context -> {
            perSecond = Long.parseLong(context.pathParam("n"));
            owed = 0;
            context.end();
        });
        guard.mount(vertx, router);
        // Who registers is sent a snapshot; here that is the content itself.
        Addresses.SNAPSHOT.answer(vertx.eventBus(), question -> Future.succeededFuture(frame(body)));
        vertx.setPeriodic(TICK_MILLIS, id -> {
            owed += perSecond * TICK_MILLIS / 1_000.0;
            for (; owed >= 1; owed--) {
                Addresses.LIVE_FRAME.publish(vertx.eventBus(), frame(body));
            }
        });
        vertx.createHttpServer(new HttpServerOptions().setPerMessageWebSocketCompressionSupported(false))
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .onSuccess(server -> System.out.println("listening on " + server.actualPort()));
    }

    /** Encoded anew for each, as a delta is. */
    private static LiveFrame frame(JsonObject body) {
        String envelope = new JsonObject()
                .put("type", "rec")
                .put("address", Addresses.leaderboard(BOARD))
                .put("body", body)
                .encode();
        return new LiveFrame(BOARD, -1, ++sequence, envelope);
    }
}
