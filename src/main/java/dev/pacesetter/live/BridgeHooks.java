package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.settings.LiveSettings;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
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
 * nothing else, and writes a published {@link LiveFrame} itself: the bridge would encode it anew for every socket.
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

    private final Vertx vertx;
    private final LiveSettings settings;
    private final long stuckMillis;
    private final PublicBoards leaderboards;
    private final AtomicInteger open;
    private final Map<SockJSSocket, BridgeSocket> sockets = new HashMap<>();
    private final long checks;
    private boolean stopped;

    /**
     * For one mounted bridge.
     *
     * @param stuckMillis how long a socket may send nothing of what waits before it is closed
     * @param open counts the sockets of the whole node
     */
    BridgeHooks(Vertx vertx, LiveSettings settings, long stuckMillis, PublicBoards leaderboards, AtomicInteger open) {
        this.vertx = vertx;
        this.settings = settings;
        this.stuckMillis = stuckMillis;
        this.leaderboards = leaderboards;
        this.open = open;
        checks = vertx.setPeriodic(Math.min(CHECK_MILLIS, stuckMillis), id -> check());
    }

    @Override
    public void handle(BridgeEvent event) {
        event.complete(allow(event));
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
        SendQueue queue = new SendQueue(socket::write, settings.maxQueueBytes(), BridgeHooks::millis);
        sockets.put(socket, new BridgeSocket(vertx.eventBus(), queue, Wire.under(socket)));
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
            socket.say(Frames.refusal(address, 403, "forbidden", "only leaderboards can be watched"));
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
        if (socket == null || leaderboard == null) {
            return;
        }
        switch (event.type()) {
            case REGISTERED -> socket.registered(leaderboard);
            default -> socket.unregistered(leaderboard);
        }
    }

    private boolean receive(BridgeEvent event) {
        BridgeSocket socket = sockets.get(event.socket());
        if (socket != null && event.getRawMessage().getValue("body") instanceof LiveFrame frame) {
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
                forget(each.getKey());
                close(each.getKey(), "too slow");
            }
        }
    }

    private void close(SockJSSocket socket, String reason) {
        socket.pause();
        socket.close(TRY_AGAIN_LATER, reason);
        vertx.setTimer(
                Math.min(CLOSING_MILLIS, stuckMillis), id -> Wire.under(socket).cut());
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
