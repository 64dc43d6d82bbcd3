package dev.pacesetter.live;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import org.jspecify.annotations.Nullable;

/**
 * The connection under a WebSocket, for what neither the bridge nor Vert.x offers. Other transports share theirs with
 * other requests, or, behind a proxy, with other people: those are written to through the bridge's socket, and their
 * sessions end by themselves soon after the client stops asking.
 */
final class Wire implements Outlet {

    private final SockJSSocket socket;
    private final Flusher flusher;
    private final @Nullable Channel channel;
    /** Set where a text is a frame of its own: not within SockJS. */
    private final @Nullable ChannelHandlerContext encoder;

    private boolean unflushed;

    private Wire(SockJSSocket socket, Flusher flusher, @Nullable Channel channel, boolean bare) {
        this.socket = socket;
        this.flusher = flusher;
        this.channel = channel;
        this.encoder = channel == null || !bare ? null : encoderOf(channel);
    }

    /**
     * The one under this socket.
     *
     * @param bare whether it is a WebSocket without SockJS
     */
    static Wire under(SockJSSocket socket, Flusher flusher, boolean bare) {
        HttpServerRequest request = socket.routingContext().request();
        boolean own = request.headers().contains(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET, true);
        boolean known = own && request.connection() instanceof ConnectionBase;
        return new Wire(socket, flusher, known ? ((ConnectionBase) request.connection()).channel() : null, bare);
    }

    private static @Nullable ChannelHandlerContext encoderOf(Channel channel) {
        for (var handler : channel.pipeline()) {
            if (handler.getValue() instanceof WebSocketFrameEncoder) {
                return channel.pipeline().context(handler.getValue());
            }
        }
        return null;
    }

    /** {@inheritDoc} Where it can, as bytes that are the same for all, past what would encode them for each. */
    @Override
    public void send(Outgoing text, Runnable done) {
        if (encoder == null) {
            socket.write(text.text()).onComplete(result -> done.run());
            return;
        }
        ChannelPromise written = encoder.newPromise();
        written.addListener(result -> done.run());
        var unused = encoder.write(text.frame(), written);
        if (!unflushed) {
            unflushed = true;
            flusher.soon(this::flush);
        }
    }

    private void flush() {
        unflushed = false;
        if (encoder != null) {
            encoder.flush();
        }
    }

    /** Has what comes in looked at first, where a connection is this socket's alone. */
    void guard(ChannelHandler gate) {
        if (channel != null) {
            channel.pipeline().addBefore(channel.pipeline().lastContext().name(), null, gate);
        }
    }

    /** Whether there is a connection to end. */
    boolean isOpen() {
        return channel != null && channel.isActive();
    }

    /** Whether more is waiting to be sent than the network takes. */
    boolean clogged() {
        return channel != null && channel.isActive() && !channel.isWritable();
    }

    /** Stops reading from it, or goes on. */
    void read(boolean on) {
        if (channel != null) {
            channel.config().setAutoRead(on);
        }
    }

    /** Ends it now. Vert.x would first send all that waits, which for a client that takes nothing is never. */
    void cut() {
        // From behind Vert.x's own handler, as its idle time-out does; there is none when it is closed already.
        ChannelHandlerContext handler =
                channel == null ? null : channel.pipeline().lastContext();
        if (handler != null) {
            var unused = handler.close();
        }
    }
}
