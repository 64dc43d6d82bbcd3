package dev.pacesetter.live;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import io.vertx.ext.web.handler.sockjs.impl.SockJSSocketBase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket as the bridge sees it. The bridge gets frames that were looked at, one after the other: the next one only
 * when it is known whether the one before may be done, so that an unregistering never overtakes a registration, and so
 * that registrations that wait for an answer count against the most there may be.
 *
 * <p>Of the socket's event loop.
 */
final class CheckedSocket extends SockJSSocketBase {

    private final SockJSSocket under;
    private final int maxBytes;
    private final FrameRate rate;
    private final BiConsumer<CheckedSocket, Closing> wrong;
    private final Deque<Buffer> waiting = new ArrayDeque<>();
    private Handler<Buffer> bridge = frame -> {};
    private Handler<Void> forgets = closed -> {};
    private boolean forgotten;
    private boolean held;
    private boolean draining;
    private boolean ended;

    /**
     * Looks at what comes.
     *
     * @param under does the rest
     * @param wrong hears of the first thing that is wrong; nothing more comes through then
     */
    CheckedSocket(
            Vertx vertx,
            SockJSHandlerOptions options,
            SockJSSocket under,
            int maxBytes,
            FrameRate rate,
            BiConsumer<CheckedSocket, Closing> wrong) {
        super(vertx, under.routingContext(), options);
        this.under = under;
        this.maxBytes = maxBytes;
        this.rate = rate;
        this.wrong = wrong;
        // The bridge would log each as an error, and a client can make as many as it likes.
        under.exceptionHandler(failure -> {
            if (!ended) {
                wrong.accept(this, Closing.BROKEN);
            }
        });
    }

    @Override
    public SockJSSocket handler(Handler<Buffer> handler) {
        bridge = handler;
        under.handler(this::received);
        return this;
    }

    private void received(Buffer frame) {
        if (ended) {
            return;
        }
        boolean inTime = rate.take(BridgeHooks.millis()) && waiting.size() < FrameRate.BURST;
        Closing why = inTime ? FrameRules.wrong(frame, maxBytes) : Closing.TOO_FAST;
        if (why != null) {
            wrong.accept(this, why);
            return;
        }
        waiting.add(frame);
        drain();
    }

    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (!held && !ended && !waiting.isEmpty()) {
                bridge.handle(waiting.remove());
            }
        } finally {
            draining = false;
        }
    }

    /** What the bridge was given last takes a while. */
    void hold() {
        held = true;
    }

    /** It is done. */
    void proceed() {
        held = false;
        drain();
    }

    /** Has the bridge let go of an address, as if the client had asked for it. */
    void unregister(String address) {
        bridge.handle(new JsonObject()
                .put("type", "unregister")
                .put("address", address)
                .toBuffer());
    }

    /**
     * Has the bridge let go of all that it keeps for this socket, which is closed, or about to be: one that is not read
     * from, as it takes nothing, never says that it is closed.
     */
    void forget() {
        if (!forgotten) {
            forgotten = true;
            forgets.handle(null);
        }
    }

    /** Nothing that still comes reaches the bridge. */
    void deafen() {
        ended = true;
        waiting.clear();
    }

    @Override
    public SockJSSocket exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this;
    }

    @Override
    public SockJSSocket pause() {
        under.pause();
        return this;
    }

    @Override
    public SockJSSocket resume() {
        under.resume();
        return this;
    }

    @Override
    public SockJSSocket fetch(long amount) {
        under.fetch(amount);
        return this;
    }

    @Override
    public SockJSSocket endHandler(Handler<Void> handler) {
        under.endHandler(handler);
        return this;
    }

    @Override
    public SockJSSocket closeHandler(Handler<Void> handler) {
        forgets = handler;
        under.closeHandler(closed -> forget());
        return this;
    }

    /** {@inheritDoc} As a text: browsers give out binary frames as something else. */
    @Override
    public Future<Void> write(Buffer data) {
        return under.write(data.toString());
    }

    @Override
    public Future<Void> write(String data) {
        return under.write(data);
    }

    @Override
    public SockJSSocket setWriteQueueMaxSize(int most) {
        under.setWriteQueueMaxSize(most);
        return this;
    }

    @Override
    public boolean writeQueueFull() {
        return under.writeQueueFull();
    }

    @Override
    public SockJSSocket drainHandler(@Nullable Handler<Void> handler) {
        under.drainHandler(handler);
        return this;
    }

    @Override
    public Future<Void> end() {
        return under.end();
    }

    @Override
    public void close() {
        under.close();
    }

    @Override
    public void close(int statusCode, String reason) {
        under.close(statusCode, reason);
    }

    @Override
    public void closeAfterSessionExpired() {
        under.close(Closing.STOPPING.code(), "nothing came for too long");
    }

    @Override
    public SocketAddress remoteAddress() {
        return under.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return under.localAddress();
    }

    @Override
    public MultiMap headers() {
        return under.headers();
    }

    @Override
    public String uri() {
        return under.uri();
    }
}
