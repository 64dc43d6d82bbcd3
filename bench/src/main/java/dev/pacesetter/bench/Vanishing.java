package dev.pacesetter.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Viewers who register and break off within two seconds, in the middle of whatever they are sent. */
final class Vanishing extends AbstractVerticle {

    private static final int LONGEST_MILLIS = 2_000;

    private final int port;
    private final String address;
    private final int perSecond;
    final AtomicLong gone = new AtomicLong();
    private NetClient client;

    Vanishing(int port, String address, int perSecond) {
        this.port = port;
        this.address = address;
        this.perSecond = perSecond;
    }

    @Override
    public void start() {
        // Closed with something unread or with no time to linger, a connection is reset: no farewell.
        client = vertx.createNetClient(new NetClientOptions().setSoLinger(0));
        vertx.setPeriodic(1_000 / perSecond, id -> client.connect(port, "127.0.0.1").onSuccess(this::watch));
    }

    private void watch(NetSocket socket) {
        socket.exceptionHandler(broken -> {});
        String register = "{\"type\":\"register\",\"address\":\"" + address + "\",\"headers\":{}}";
        byte[] bytes = register.getBytes(StandardCharsets.UTF_8);
        socket.write("GET /eventbus/websocket HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        vertx.setTimer(20, id -> socket.write(Buffer.buffer()
                .appendByte((byte) 0x81)
                .appendByte((byte) (0x80 | bytes.length))
                .appendInt(0)
                .appendBytes(bytes)));
        vertx.setTimer(21 + ThreadLocalRandom.current().nextLong(LONGEST_MILLIS), id -> {
            socket.close();
            gone.incrementAndGet();
        });
    }

    @Override
    public void stop(Promise<Void> stopped) {
        client.close().onComplete(done -> stopped.complete());
    }
}
