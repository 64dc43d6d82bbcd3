package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.http.Authenticator;
import dev.pacesetter.http.CallLimits;
import dev.pacesetter.http.ClientAddresses;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Problem;
import dev.pacesetter.settings.LiveSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.impl.EventBusBridgeImpl;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The event-bus bridge at {@code /eventbus}, for browsers with the standard client: over SockJS, and
 * over a bare WebSocket at {@code /eventbus/websocket}. They may register for what they
 * may see ({@link Access}); nothing goes in.
 *
 * <p>One instance serves the whole node and counts its sockets; each mount is a bridge of its own.
 */
public final class BridgeGuard implements Mount {

    private static final String PATH = "/eventbus";
    /** The bridge without SockJS. */
    static final String BARE = PATH + "/websocket";

    private static final String OUTBOUND = Pattern.quote(Addresses.leaderboard("")) + Topic.PATTERN;
    private static final String OWN = Pattern.quote(Addresses.user("").name()) + "[A-Za-z0-9_.-]{1,64}";
    /** Browsers let a hidden tab ping once a minute. */
    private static final Duration PING = Duration.ofMinutes(2);

    private static final Duration STUCK = Duration.ofSeconds(30);
    private static final Duration RECHECK = Duration.ofMinutes(1);
    private static final int MAX_ADDRESS_LENGTH = 160;
    /** What clients make up has eight letters and digits. */
    private static final String SESSION = "([A-Za-z0-9_-]{1,64})";

    private static final Pattern POLLED =
            Pattern.compile(PATH + "/[^/.]+/" + SESSION + "/(?:xhr|xhr_streaming|xhr_send|eventsource)");
    /** Whatever else the library has is meant for browsers of 2010, or runs a script from a public CDN in our origin. */
    private static final Pattern SERVED =
            Pattern.compile(PATH + "/(?:info|websocket|[^/.]+/[^/.]+/websocket)|" + POLLED.pattern());

    private static final String SENT = "/xhr_send";
    /** Asked for before there is a socket, on a connection that may serve anything next. */
    private static final String INFO = "/info";

    private final LiveSettings settings;
    private final Duration stuck;
    private final Duration recheck;
    private final Duration ping;
    private final OriginRule origins;
    private final Supplier<Leaderboards> leaderboards;
    private final Callers callers;
    private final ClientAddresses addresses;
    private final Clock clock;
    private final LiveMeters meters;
    private final OpenSockets open;
    private final List<BridgeHooks> bridges = new CopyOnWriteArrayList<>();

    /**
     * Guards a bridge.
     *
     * @param allowedOrigins origins whose pages may connect, beside the same one
     * @param leaderboards those there are now
     * @param authenticator knows who may follow whom
     * @param limits count what is tried on sockets as what is tried over HTTP
     * @param addresses tells where sockets come from
     * @param clock tells when tokens end
     * @param meters of this node
     */
    public BridgeGuard(
            LiveSettings settings,
            Collection<String> allowedOrigins,
            Supplier<Leaderboards> leaderboards,
            Authenticator authenticator,
            CallLimits limits,
            ClientAddresses addresses,
            Clock clock,
            MeterRegistry meters) {
        this(
                settings,
                allowedOrigins,
                leaderboards,
                authenticator,
                limits,
                addresses,
                clock,
                meters,
                STUCK,
                RECHECK,
                PING);
    }

    BridgeGuard(
            LiveSettings settings,
            Collection<String> allowedOrigins,
            Supplier<Leaderboards> leaderboards,
            Authenticator authenticator,
            CallLimits limits,
            ClientAddresses addresses,
            Clock clock,
            MeterRegistry meters,
            Duration stuck,
            Duration recheck,
            Duration ping) {
        this.meters = new LiveMeters(meters);
        this.callers = new Callers(authenticator, limits);
        this.settings = settings;
        this.stuck = stuck;
        this.recheck = recheck;
        this.ping = ping;
        this.origins = new OriginRule(allowedOrigins);
        this.leaderboards = leaderboards;
        this.addresses = addresses;
        this.clock = clock;
        this.open = new OpenSockets(settings);
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.route(PATH + "/*").handler(this::checkPath).handler(this::checkOrigin);
        router.post(PATH + "/*")
                .handler(BodyHandler.create(false)
                        .setBodyLimit((long) settings.maxFrameBytes() * settings.maxRegistrations()))
                .handler(BridgeGuard::checkBody);
        SockJSBridgeOptions options = new SockJSBridgeOptions()
                .addOutboundPermitted(new PermittedOptions().setAddressRegex(OUTBOUND))
                .addOutboundPermitted(new PermittedOptions().setAddressRegex(OWN))
                .setPingTimeout(ping.toMillis())
                // Never reached: the refusal would not say of what.
                .setMaxHandlersPerSocket(settings.maxRegistrations() + 1)
                .setMaxAddressLength(MAX_ADDRESS_LENGTH);
        // Nobody needs a cookie here.
        SockJSHandlerOptions transports = new SockJSHandlerOptions().setInsertJSESSIONID(false);
        Access access = new Access(vertx.eventBus(), leaderboards, callers);
        BridgeHooks hooks = new BridgeHooks(
                vertx, settings, stuck.toMillis(), recheck.toMillis(), access, clock, open, addresses, meters);
        bridges.add(hooks);
        EventBusBridgeImpl bridge = new EventBusBridgeImpl(vertx, null, options, hooks);
        router.route(PATH + "/*")
                .subRouter(SockJSHandler.create(vertx, transports)
                        .socketHandler(socket -> bridge.handle(new CheckedSocket(
                                vertx,
                                transports,
                                socket,
                                settings.maxFrameBytes(),
                                new FrameRate(settings.framesPerSecond(), BridgeHooks.millis()),
                                hooks::dismiss))));
    }

    /** The session of a path of the transports that are no WebSocket; null in others. */
    static @Nullable String sessionIn(String path) {
        Matcher polled = POLLED.matcher(path);
        return polled.matches() ? polled.group(1) : null;
    }

    @Override
    public void unmount() {
        bridges.forEach(BridgeHooks::stop);
    }

    private void checkPath(RoutingContext context) {
        String path = context.normalizedPath();
        String session = sessionIn(path);
        boolean theirs = session != null && !open.mayUse(session, addresses.of(context.request()));
        if (theirs || !SERVED.matcher(path).matches()) {
            fail(context, Problem.notFound("No such page, or session"));
        } else {
            if (!path.endsWith(INFO)) {
                boundSendBuffer(context.request());
            }
            context.next();
        }
    }

    /**
     * A kernel holds megabytes for a client that takes nothing, before anything waits here. Only where viewers are: with
     * little under way, what is long comes slowly over a long line, and exports are.
     */
    private void boundSendBuffer(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase own && own.channel().isOpen()) {
            own.channel().config().setOption(ChannelOption.SO_SNDBUF, settings.sendBufferBytes());
        }
    }

    private void checkOrigin(RoutingContext context) {
        String origin = context.request().getHeader(HttpHeaders.ORIGIN);
        HostAndPort host = context.request().authority();
        if (!origins.allows(origin, host == null ? null : host.toString())) {
            fail(context, Problem.forbidden("Pages of this origin may not connect"));
            return;
        }
        MultiMap answered = context.response().headers();
        answered.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        if (origin == null) {
            // The library would let every page read it.
            context.addHeadersEndHandler(end -> answered.remove(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)
                    .remove(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS));
        }
        context.next();
    }

    private static void checkBody(RoutingContext context) {
        if (context.normalizedPath().endsWith(SENT)
                && !FrameRules.isWrapped(context.body().asString())) {
            fail(context, Problem.malformedJson("Send a JSON array of texts, each of them a frame"));
        } else {
            context.next();
        }
    }

    private static void fail(RoutingContext context, Problem problem) {
        context.fail(problem.status(), problem.exception());
    }

    /** How many sockets are open on this node. */
    public int sockets() {
        return open.count();
    }
}
