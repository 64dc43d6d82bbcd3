package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.http.Authenticator;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.settings.LiveSettings;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.web.handler.sockjs.BridgeEvent;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the bridge of one HTTP server asks before it does anything. It lets sockets register for leaderboards and
 * nothing else, and sends the published {@link LiveFrame}s itself: the bridge would encode them anew for every socket.
 *
 * <p>The bridge calls it on the event loop that it is mounted on.
 */
final class BridgeHooks implements Handler<BridgeEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeHooks.class);

    /** WebSocket close code: come back later. */
    private static final int TRY_AGAIN_LATER = 1013;
    /** WebSocket close code: this end leaves. */
    private static final int GOING_AWAY = 1001;
    /** How long a closing handshake may take before the connection is cut. */
    private static final long CLOSING_MILLIS = 5_000;

    private static final long CHECK_MILLIS = 1_000;
    private static final String SCHEME = "Bearer ";

    private final Vertx vertx;
    private final LiveSettings settings;
    private final long stuckMillis;
    private final PublicBoards leaderboards;
    private final Authenticator authenticator;
    private final AtomicInteger open;
    private final LiveMeters meters;
    private final Audience audience = new Audience();
    private final Flusher flusher;
    private final MessageConsumer<LiveFrame> frames;
    private final Map<SockJSSocket, BridgeSocket> sockets = new HashMap<>();
    private final long checks;
    private boolean stopped;

    /**
     * For one mounted bridge.
     *
     * @param authenticator knows who may follow whom
     * @param stuckMillis how long a socket may send nothing of what waits before it is closed
     * @param open counts the sockets of the whole node
     * @param meters of the whole node
     */
    BridgeHooks(
            Vertx vertx,
            LiveSettings settings,
            long stuckMillis,
            PublicBoards leaderboards,
            Authenticator authenticator,
            AtomicInteger open,
            LiveMeters meters) {
        this.authenticator = authenticator;
        this.vertx = vertx;
        this.settings = settings;
        this.stuckMillis = stuckMillis;
        this.leaderboards = leaderboards;
        this.open = open;
        this.meters = meters;
        flusher = new Flusher(vertx.getOrCreateContext());
        frames = Addresses.LIVE_FRAME.consume(vertx.eventBus(), audience::offer);
        checks = vertx.setPeriodic(Math.min(CHECK_MILLIS, stuckMillis), id -> check());
    }

    @Override
    public void handle(BridgeEvent event) {
        String user = event.type() == BridgeEventType.REGISTER ? Addresses.userIn(address(event)) : null;
        if (user == null) {
            event.complete(allow(event));
        } else {
            follow(event, user);
        }
    }

    /** Lets a user register for their own standings, and nobody else. */
    private void follow(BridgeEvent event, String user) {
        JsonObject headers =
                event.getRawMessage().getValue("headers") instanceof JsonObject given ? given : new JsonObject();
        String bearer = headers.getString("Authorization", "");
        boolean passed = !"off".equals(headers.getString("passed"));
        Future<Principal> caller = bearer.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authenticator.authenticate(bearer.substring(SCHEME.length()).trim())
                : Future.succeededFuture(new Principal.Anonymous());
        caller.onComplete(who -> {
            BridgeSocket socket = sockets.get(event.socket());
            boolean self = who.succeeded() && who.result().equals(new Principal.User(user));
            if (socket != null && self) {
                socket.following(user, passed);
            } else if (socket != null) {
                socket.say(refusal(address(event), who));
            }
            event.complete(socket != null && self);
        });
    }

    private static String refusal(String address, AsyncResult<Principal> who) {
        if (who.failed()) {
            boolean refused = who.cause() instanceof ProblemException;
            return refused
                    ? Frames.refusal(
                            address,
                            401,
                            "unauthenticated",
                            String.valueOf(who.cause().getMessage()))
                    : Frames.refusal(address, 503, "storage-unavailable", "who you are cannot be found out now");
        }
        return who.result() instanceof Principal.Anonymous
                ? Frames.refusal(address, 401, "unauthenticated", "send the header Authorization: Bearer <token>")
                : Frames.refusal(address, 403, "forbidden", "only the user may watch this");
    }

    private boolean allow(BridgeEvent event) {
        return switch (event.type()) {
            case SOCKET_CREATED -> created(event.socket());
            case REGISTER -> register(event);
            case RECEIVE -> receive(event);
            case SEND, PUBLISH -> false;
            case REGISTERED, UNREGISTER -> {
                told(event);
                yield true;
            }
            case SOCKET_CLOSED -> {
                forget(event.socket());
                yield true;
            }
            case SOCKET_ERROR -> {
                forget(event.socket());
                LOG.atDebug().addKeyValue("cause", event.getRawMessage()).log("live socket broke");
                // The bridge has forgotten it too, and would trip over whatever still came from it.
                close(event.socket(), "broken");
                yield true;
            }
            case SOCKET_PING, SOCKET_IDLE -> true;
        };
    }

    /** Closes every socket, and whatever comes after. */
    void stop() {
        stopped = true;
        vertx.cancelTimer(checks);
        var unused = frames.unregister();
        for (SockJSSocket socket : List.copyOf(sockets.keySet())) {
            forget(socket);
            socket.close(GOING_AWAY, "the server stops");
        }
    }

    private boolean created(SockJSSocket socket) {
        if (stopped) {
            socket.close(GOING_AWAY, "the server stops");
            return false;
        }
        if (open.incrementAndGet() > settings.maxSockets()) {
            open.decrementAndGet();
            LOG.debug("live socket refused: too many");
            socket.close(TRY_AGAIN_LATER, "too many viewers");
            return false;
        }
        Wire wire = wire(socket);
        SendQueue queue = new SendQueue(wire, settings.maxQueueBytes(), BridgeHooks::millis);
        sockets.put(socket, new BridgeSocket(vertx.eventBus(), audience, meters, queue, wire));
        return true;
    }

    private boolean register(BridgeEvent event) {
        BridgeSocket socket = sockets.get(event.socket());
        if (socket == null) {
            return false;
        }
        String address = address(event);
        String leaderboard = Addresses.leaderboardIn(address);
        if (leaderboard == null) {
            socket.say(Frames.refusal(address, 403, "forbidden", "only leaderboards and oneself can be watched"));
            return false;
        }
        if (leaderboards.find(leaderboard).isEmpty()) {
            socket.say(Frames.refusal(address, 404, "not-found", "no such leaderboard"));
            return false;
        }
        socket.registering(leaderboard);
        return true;
    }

    private void told(BridgeEvent event) {
        BridgeSocket socket = sockets.get(event.socket());
        String leaderboard = Addresses.leaderboardIn(address(event));
        String user = Addresses.userIn(address(event));
        if (socket != null && user != null) {
            switch (event.type()) {
                case REGISTERED -> socket.followed(user);
                default -> socket.unfollowed(user);
            }
        }
        if (socket == null || leaderboard == null) {
            return;
        }
        switch (event.type()) {
            case REGISTERED -> socket.registered(leaderboard);
            default -> socket.unregistered(leaderboard);
        }
    }

    private Wire wire(SockJSSocket socket) {
        boolean bare = BridgeGuard.BARE.equals(socket.routingContext().normalizedPath());
        return Wire.under(socket, flusher, bare);
    }

    private boolean receive(BridgeEvent event) {
        BridgeSocket socket = sockets.get(event.socket());
        Object body = event.getRawMessage().getValue("body");
        if (socket != null && body instanceof PersonalFrame frame) {
            socket.offer(frame);
        }
        return false;
    }

    private static String address(BridgeEvent event) {
        String address = event.getRawMessage().getString("address");
        return address == null ? "" : address;
    }

    private void forget(SockJSSocket socket) {
        BridgeSocket known = sockets.remove(socket);
        if (known != null) {
            open.decrementAndGet();
            known.closed();
        }
    }

    private void check() {
        for (Map.Entry<SockJSSocket, BridgeSocket> each : List.copyOf(sockets.entrySet())) {
            if (!each.getValue().check(stuckMillis)) {
                LOG.debug("live socket closed: it takes nothing");
                meters.closedAsStuck();
                forget(each.getKey());
                close(each.getKey(), "too slow");
            }
        }
    }

    private void close(SockJSSocket socket, String reason) {
        socket.pause();
        socket.close(TRY_AGAIN_LATER, reason);
        Wire wire = wire(socket);
        if (wire.isOpen()) {
            vertx.setTimer(Math.min(CLOSING_MILLIS, stuckMillis), id -> wire.cut());
        }
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
