package dev.pacesetter.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections: not too many, not too many from one address, and none that holds its place by sending its
 * requests slowly. Runs on one event loop.
 */
final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final int most;
    private final int mostOfAddress;
    private final int requestSeconds;
    private final ClientAddresses addresses;
    private final Counter refused;
    private final ProblemMeters problems;
    private final Problem late;
    private final byte[] tooLate;
    private final Set<Channel> counted = new HashSet<>();
    /** Of those that were counted, those that can make requests. */
    private final Map<HttpConnection, Intake> open = new HashMap<>();
    /** Of those that are limited; no more than are open. */
    private final Map<String, Integer> ofAddress = new HashMap<>();

    private int seconds;

    /**
     * With limits.
     *
     * @param most connections in all
     * @param mostOfAddress those of one address; 0: as many as there may be in all
     * @param requestSeconds how long the head of a request may take, and its body after it
     */
    Connections(
            int most,
            int mostOfAddress,
            int requestSeconds,
            ClientAddresses addresses,
            MeterRegistry meters,
            ProblemMeters problems) {
        this.most = most;
        this.mostOfAddress = mostOfAddress;
        this.requestSeconds = requestSeconds;
        this.addresses = addresses;
        this.refused = Counter.builder("pacesetter.limits.refused")
                .description("What was refused as there was too much of it, by whose it was")
                .tag("subject", "connection")
                .register(meters);
        this.problems = problems;
        this.late = Problem.requestTimeout(requestSeconds);
        String body = late.toJson().encode();
        this.tooLate =
                ("HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\nConnection: close\r\n"
                                + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII);
        Gauge.builder("pacesetter.http.connections", counted, Set::size)
                .description("Open connections, those of viewers included")
                .register(meters);
    }

    /**
     * Counts one that has just been opened, before its TLS handshake, or closes it at once.
     *
     * @param context that of TLS, so that nothing is said to who is refused
     */
    @SuppressWarnings("FutureReturnValueIgnored") // a connection that cannot be closed is closed
    void open(ChannelHandlerContext context) {
        if (!count(context.channel())) {
            context.close();
        }
    }

    /** Takes a new one that can make requests, or closes it at once. */
    void accept(HttpConnection connection) {
        ChannelHandlerContext context = ((HttpServerConnection) connection).channelHandlerContext();
        Channel channel = context.channel();
        if (!counted.contains(channel) && !count(channel)) {
            connection.close();
            return;
        }
        open.put(connection, new Intake(context.pipeline(), () -> seconds, requestSeconds));
        // The channel's own: what Vert.x calls a connection ends, unheard, when it becomes a WebSocket's.
        channel.closeFuture().addListener(closed -> open.remove(connection));
    }

    private boolean count(Channel channel) {
        String peer = peer(channel);
        String address = addresses.ofPeer(peer).text();
        boolean limited = mostOfAddress > 0 && addresses.isLimited(peer);
        if (counted.size() >= most || (limited && ofAddress.getOrDefault(address, 0) >= mostOfAddress)) {
            refused.increment();
            LOG.atDebug().addKeyValue("address", address).log("A connection was refused: there are too many");
            return false;
        }
        counted.add(channel);
        if (limited) {
            ofAddress.merge(address, 1, Integer::sum);
        }
        channel.closeFuture().addListener(closed -> {
            counted.remove(channel);
            if (limited) {
                ofAddress.computeIfPresent(address, (same, count) -> count > 1 ? count - 1 : null);
            }
        });
        return true;
    }

    /** Nothing when it has gone already. */
    private static String peer(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote && remote.getAddress() != null
                ? remote.getAddress().getHostAddress()
                : "";
    }

    /** The body of the request in hand is worked on as it comes. */
    void stream(HttpConnection connection) {
        Intake intake = open.get(connection);
        if (intake != null) {
            intake.stream();
        }
    }

    /** Lets go of those that are late. To be called every second. */
    void tick() {
        seconds++;
        // A copy: one that closes is removed.
        for (Intake intake : List.copyOf(open.values())) {
            if (intake.closeIfLate(this::answer)) {
                problems.count(late);
            }
        }
    }

    private ByteBuf answer() {
        return Unpooled.wrappedBuffer(tooLate);
    }
}
