package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.http.ClientAddress;
import dev.pacesetter.http.ClientAddresses;
import dev.pacesetter.settings.LiveSettings;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.web.handler.sockjs.BridgeEvent;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the bridge of one HTTP server asks before it does anything. It lets sockets register for what they may see and
 * do nothing else, and sends the published {@link LiveFrame}s itself: the bridge would encode them anew for every socket.
 *
 * <p>The bridge calls it on the event loop that it is mounted on.
 */
final class BridgeHooks implements Handler<BridgeEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeHooks.class);

    /** How long a last word, and then a closing handshake, may take before the connection is cut. */
    private static final long CLOSING_MILLIS = 5_000;

    private static final long CHECK_MILLIS = 1_000;

    /** An open socket and where it comes from. */
    private record Guest(BridgeSocket socket, ClientAddress address, @Nullable String session) {}

    private final Vertx vertx;
    private final Context context;
    private final LiveSettings settings;
    private final long stuckMillis;
    private final OpenSockets open;
    private final ClientAddresses addresses;
    private final LiveMeters meters;
    private final Audience audience = new Audience();
    private final Passes passes = new Passes();
    private final Registrar registrar;
    private final Flusher flusher;
    private final List<MessageConsumer<?>> consumers;
    private final Map<SockJSSocket, Guest> guests = new HashMap<>();
    private final long checks;
    private boolean stopped;

    /**
     * For one mounted bridge.
     *
     * @param stuckMillis how long a socket may send nothing of what waits before it is closed
     * @param recheckMillis how often those who hold a registration by a token or key are looked at again
     * @param access knows who may watch what
     * @param clock tells when tokens end
     * @param open the sockets of the whole node
     * @param addresses tells where they come from
     * @param meters of the whole node
     */
    BridgeHooks(
            Vertx vertx,
            LiveSettings settings,
            long stuckMillis,
            long recheckMillis,
            Access access,
            Clock clock,
            OpenSockets open,
            ClientAddresses addresses,
            LiveMeters meters) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.stuckMillis = stuckMillis;
        this.open = open;
        this.addresses = addresses;
        this.meters = meters;
        registrar = new Registrar(
                vertx,
                access,
                clock,
                recheckMillis,
                settings.maxRegistrations(),
                audience,
                passes,
                (socket, why) -> dismiss(socket.socket(), why));
        flusher = new Flusher(context);
        consumers = List.of(
                Addresses.LIVE_FRAME.consume(vertx.eventBus(), audience::offer),
                Addresses.GROUP_CHANGED.consume(vertx.eventBus(), registrar::regroup),
                Addresses.ACCESS_REVOKED.consume(vertx.eventBus(), lost -> registrar.revoke(lost.actor())));
        checks = vertx.setPeriodic(Math.min(CHECK_MILLIS, stuckMillis), id -> check());
    }

    @Override
    public void handle(BridgeEvent event) {
        Guest guest = guests.get(event.socket());
        if (event.type() == BridgeEventType.REGISTER && guest != null) {
            registrar.register(event, guest.socket(), guest.address());
            return;
        }
        event.complete(allow(event, guest));
    }

    private boolean allow(BridgeEvent event, @Nullable Guest guest) {
        return switch (event.type()) {
            case SOCKET_CREATED -> event.socket() instanceof CheckedSocket socket && created(socket);
            // Nothing of the kind gets as far as the bridge.
            case REGISTER, SEND, PUBLISH -> false;
            case RECEIVE -> {
                if (guest != null && event.getRawMessage().getValue("body") instanceof PersonalFrame frame) {
                    guest.socket().offer(frame);
                }
                yield false;
            }
            case REGISTERED, UNREGISTER -> {
                told(event, guest);
                yield true;
            }
            case SOCKET_CLOSED, SOCKET_ERROR -> {
                forget(event.socket());
                yield true;
            }
            case SOCKET_PING, SOCKET_IDLE -> true;
        };
    }

    private static void told(BridgeEvent event, @Nullable Guest guest) {
        String address = event.getRawMessage().getString("address", "");
        if (guest != null && event.type() == BridgeEventType.REGISTERED) {
            guest.socket().registered(address);
        } else if (guest != null) {
            guest.socket().unregistered(address);
        }
    }

    /** Closes every socket, and whatever comes after. From any thread, and as often as one likes. */
    void stop() {
        if (Vertx.currentContext() == context) {
            close();
        } else {
            context.runOnContext(go -> close());
        }
    }

    private void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        vertx.cancelTimer(checks);
        registrar.stop();
        for (MessageConsumer<?> each : consumers) {
            var unused = each.unregister();
        }
        for (SockJSSocket socket : List.copyOf(guests.keySet())) {
            forget(socket);
            meters.closed(Closing.STOPPING);
            socket.close(Closing.STOPPING.code(), Closing.STOPPING.message());
        }
    }

    private boolean created(CheckedSocket socket) {
        ClientAddress address = addresses.of(socket.routingContext().request());
        Closing why = stopped ? Closing.STOPPING : open.enter(address);
        if (why != null) {
            LOG.atDebug().addKeyValue("why", why.message()).log("live socket refused");
            meters.closed(why);
            socket.deafen();
            socket.forget();
            socket.close(why.code(), why.message());
            return false;
        }
        String path = socket.routingContext().normalizedPath();
        boolean bare = BridgeGuard.BARE.equals(path);
        Wire wire = Wire.under(socket, flusher, bare);
        // Wrapped, a frame has a backslash before each quote.
        wire.guard(new WebSocketGate(
                bare,
                bare ? settings.maxFrameBytes() : 2 * settings.maxFrameBytes(),
                new FrameRate(settings.framesPerSecond(), millis()),
                wrong -> context.runOnContext(go -> dismiss(socket, wrong))));
        SendQueue queue = new SendQueue(wire, settings.maxQueueBytes(), BridgeHooks::millis);
        BridgeSocket known = new BridgeSocket(vertx.eventBus(), audience, passes, meters, socket, queue, wire);
        String session = BridgeGuard.sessionIn(path);
        if (session != null) {
            open.own(session, address);
        }
        guests.put(socket, new Guest(known, address, session));
        return true;
    }

    private @Nullable BridgeSocket forget(SockJSSocket socket) {
        Guest known = guests.remove(socket);
        if (known == null) {
            return null;
        }
        open.leave(known.address());
        if (known.session() != null) {
            open.disown(known.session());
        }
        known.socket().closed();
        return known.socket();
    }

    private void check() {
        for (Guest each : List.copyOf(guests.values())) {
            if (!each.socket().check(stuckMillis)) {
                dismiss(each.socket().socket(), Closing.STUCK);
            }
        }
        registrar.check();
    }

    /** Tells a socket why, and closes it. */
    void dismiss(CheckedSocket socket, Closing why) {
        BridgeSocket known = forget(socket);
        if (known == null) {
            return;
        }
        LOG.atDebug().addKeyValue("why", why.message()).log("live socket closed");
        meters.closed(why);
        socket.deafen();
        Runnable close = () -> {
            socket.close(why.code(), why.message());
            known.cutIn(vertx, closingMillis());
        };
        if (why.failureCode() == 0) {
            close.run();
            return;
        }
        // Who polls takes it with the next poll; who never does is not waited for.
        long late = vertx.setTimer(closingMillis(), id -> close.run());
        known.sayLast(Frames.closing(why), () -> {
            if (vertx.cancelTimer(late)) {
                close.run();
            }
        });
    }

    private long closingMillis() {
        return Math.min(CLOSING_MILLIS, stuckMillis);
    }

    /** Milliseconds that never go back. */
    static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
