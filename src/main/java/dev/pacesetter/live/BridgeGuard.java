package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.http.Authenticator;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Problem;
import dev.pacesetter.settings.LiveSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The event-bus bridge at {@code /eventbus}, for browsers with the standard client: over every SockJS transport, and
 * over a bare WebSocket at {@code /eventbus/websocket}. They may register for public leaderboards and for their own
 * standings; nothing goes in.
 *
 * <p>One instance serves the whole node and counts its sockets; each mount is a bridge of its own.
 */
public final class BridgeGuard implements Mount {

    private static final String PATH = "/eventbus";
    /** The bridge without SockJS. */
    static final String BARE = PATH + "/websocket";

    private static final String OUTBOUND = Pattern.quote(Addresses.leaderboard("")) + "[a-z0-9-]{1,64}";
    private static final String OWN = Pattern.quote(Addresses.user("").name()) + "[A-Za-z0-9_.-]{1,64}";
    /** Browsers let a hidden tab ping once a minute. */
    private static final Duration PING = Duration.ofMinutes(2);

    private static final Duration STUCK = Duration.ofSeconds(30);
    private static final int MAX_REGISTRATIONS = 20;
    private static final int MAX_ADDRESS_LENGTH = 80;
    private static final int MAX_POST_BYTES = 16_384;

    private final LiveSettings settings;
    private final Duration stuck;
    private final OriginRule origins;
    private final PublicBoards leaderboards;
    private final Authenticator authenticator;
    private final LiveMeters meters;
    private final AtomicInteger sockets = new AtomicInteger();
    private final List<BridgeHooks> bridges = new CopyOnWriteArrayList<>();

    /**
     * Guards a bridge.
     *
     * @param allowedOrigins origins whose pages may connect, beside the same one
     * @param leaderboards those there are now
     * @param authenticator knows who may follow whom
     * @param meters of this node
     */
    public BridgeGuard(
            LiveSettings settings,
            Collection<String> allowedOrigins,
            Supplier<Leaderboards> leaderboards,
            Authenticator authenticator,
            MeterRegistry meters) {
        this(settings, allowedOrigins, leaderboards, authenticator, meters, STUCK);
    }

    BridgeGuard(
            LiveSettings settings,
            Collection<String> allowedOrigins,
            Supplier<Leaderboards> leaderboards,
            Authenticator authenticator,
            MeterRegistry meters,
            Duration stuck) {
        this.meters = new LiveMeters(meters);
        this.authenticator = authenticator;
        this.settings = settings;
        this.stuck = stuck;
        this.origins = new OriginRule(allowedOrigins);
        this.leaderboards = new PublicBoards(leaderboards);
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.route(PATH + "/*").handler(this::checkOrigin);
        // Meant for browsers of 2010; it would run a script from a public CDN in a page of our origin.
        router.routeWithRegex(PATH + "/iframe[^/]*")
                .handler(context -> fail(context, Problem.notFound("No such page")));
        router.post(PATH + "/*").handler(BodyHandler.create(false).setBodyLimit(MAX_POST_BYTES));
        SockJSBridgeOptions options = new SockJSBridgeOptions()
                .addOutboundPermitted(new PermittedOptions().setAddressRegex(OUTBOUND))
                .addOutboundPermitted(new PermittedOptions().setAddressRegex(OWN))
                .setPingTimeout(PING.toMillis())
                .setMaxHandlersPerSocket(MAX_REGISTRATIONS)
                .setMaxAddressLength(MAX_ADDRESS_LENGTH);
        BridgeHooks hooks =
                new BridgeHooks(vertx, settings, stuck.toMillis(), leaderboards, authenticator, sockets, meters);
        bridges.add(hooks);
        router.route(PATH + "/*").subRouter(SockJSHandler.create(vertx).bridge(options, hooks));
    }

    @Override
    public void unmount() {
        bridges.forEach(BridgeHooks::stop);
    }

    private void checkOrigin(RoutingContext context) {
        String origin = context.request().getHeader(HttpHeaders.ORIGIN);
        HostAndPort host = context.request().authority();
        if (origins.allows(origin, host == null ? null : host.toString())) {
            context.next();
        } else {
            fail(context, Problem.forbidden("Pages of this origin may not connect"));
        }
    }

    private static void fail(RoutingContext context, Problem problem) {
        context.fail(problem.status(), problem.exception());
    }

    /** How many sockets are open on this node. */
    public int sockets() {
        return sockets.get();
    }
}
