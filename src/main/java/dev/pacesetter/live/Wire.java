package dev.pacesetter.live;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import org.jspecify.annotations.Nullable;

/**
 * The connection under a WebSocket, for what neither the bridge nor Vert.x offers. Other transports share theirs with
 * other requests, or, behind a proxy, with other people: for those it does nothing, and their sessions end by themselves
 * soon after the client stops asking.
 */
final class Wire {

    private final @Nullable Channel channel;

    private Wire(@Nullable Channel channel) {
        this.channel = channel;
    }

    /** The one under this socket. */
    static Wire under(SockJSSocket socket) {
        HttpServerRequest request = socket.routingContext().request();
        boolean own = request.headers().contains(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET, true);
        return new Wire(own && request.connection() instanceof ConnectionBase base ? base.channel() : null);
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
