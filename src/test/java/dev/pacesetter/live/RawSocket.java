package dev.pacesetter.live;

import dev.pacesetter.live.TestViewer.Transport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A WebSocket client without manners: it can break the connection in the middle of anything. */
final class RawSocket {

    private static final int TEXT = 0x81;
    private static final int MASKED = 0x80;
    private static final int RESERVED = 0x40;

    private final NetSocket socket;
    private final Transport transport;
    private final StringBuilder heard = new StringBuilder();
    private volatile boolean closed;

    private RawSocket(NetSocket socket, Transport transport) {
        this.socket = socket;
        this.transport = transport;
    }

    /** Connected and upgraded. */
    static Future<RawSocket> open(NetClient client, int port, Transport transport) {
        String path = transport == Transport.RAW
                ? "/eventbus/websocket"
                : "/eventbus/000/" + UUID.randomUUID() + "/websocket";
        return client.connect(port, "127.0.0.1").compose(socket -> {
            Promise<RawSocket> upgraded = Promise.promise();
            socket.exceptionHandler(upgraded::tryFail);
            RawSocket raw = new RawSocket(socket, transport);
            socket.closeHandler(gone -> raw.closed = true);
            socket.handler(bytes -> {
                raw.hear(bytes);
                upgraded.tryComplete(raw);
            });
            socket.write("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            return upgraded.future();
        });
    }

    /** Sends a text of fewer than 126 bytes, masked with zeros. */
    void text(String text) {
        String framed =
                transport == Transport.RAW ? text : new JsonArray().add(text).encode();
        byte[] bytes = framed.getBytes(StandardCharsets.UTF_8);
        socket.write(Buffer.buffer()
                .appendByte((byte) TEXT)
                .appendByte((byte) (MASKED | bytes.length))
                .appendInt(0)
                .appendBytes(bytes));
    }

    /** Sends a text frame with a bit set that means nothing yet. */
    void reserved() {
        socket.write(Buffer.buffer()
                .appendByte((byte) (TEXT | RESERVED))
                .appendByte((byte) MASKED)
                .appendInt(0));
    }

    private synchronized void hear(Buffer bytes) {
        heard.append(bytes.toString(StandardCharsets.ISO_8859_1));
    }

    /** What came, as it came. */
    synchronized String heard() {
        return heard.toString();
    }

    /** Whether the connection has ended. */
    boolean isClosed() {
        return closed;
    }

    /** From now on takes nothing. */
    void stopReading() {
        socket.pause();
    }

    /** Whether the other side takes nothing more. */
    boolean full() {
        return socket.writeQueueFull();
    }

    /** Breaks the connection. */
    Future<Void> cut() {
        return socket.close();
    }
}
