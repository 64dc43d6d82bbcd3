package dev.pacesetter.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many sockets on one event loop that only count the messages in what they read, by the lengths in the frames' heads:
 * where server and viewers share a machine, whatever viewers do is taken from the server.
 */
final class Counters extends AbstractVerticle {

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    /** As often as the client library. */
    private static final long PING_MILLIS = 25_000;
    /** Shorter ones are greetings and pings, not the leaderboard. */
    private static final int SHORTEST = 100;
    /** Bytes of a delta without entries, and of an entry in it: the count without reading them. */
    private static final int HEAD = 197;

    private static final int ENTRY = 92;

    private final Viewers.Protocol protocol;
    private final int port;
    private final String address;
    private final int count;
    private final int perSecond;
    private final Tally tally;
    final AtomicInteger watching = new AtomicInteger();
    private NetClient client;

    Counters(Viewers.Protocol protocol, int port, String address, int count, int perSecond, Tally tally) {
        this.protocol = protocol;
        this.port = port;
        this.address = address;
        this.count = count;
        this.perSecond = perSecond;
        this.tally = tally;
    }

    @Override
    public void start() {
        client = vertx.createNetClient();
        for (int i = 0; i < count; i++) {
            vertx.setTimer(
                    1 + i * 1_000L / perSecond,
                    id -> client.connect(port, "127.0.0.1").onSuccess(this::greet));
        }
    }

    private void greet(NetSocket socket) {
        socket.handler(new Reader(socket)::read);
        socket.closeHandler(end -> tally.closed.increment());
        socket.write("GET " + protocol.path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + KEY + "\r\n\r\n");
    }

    /** Where one socket is in what it reads. */
    private final class Reader {
        private final NetSocket socket;
        private Buffer begun = Buffer.buffer();
        private boolean greeted;
        private int frames;
        private long skip;

        Reader(NetSocket socket) {
            this.socket = socket;
        }

        void read(Buffer read) {
            Buffer data = begun == null ? read : begun.appendBuffer(read);
            begun = null;
            int at = greeted ? 0 : afterGreeting(data);
            while (at >= 0 && at < data.length()) {
                if (skip > 0) {
                    int step = (int) Math.min(skip, data.length() - at);
                    skip -= step;
                    at += step;
                } else {
                    at = frame(data, at);
                }
            }
        }

        /** Where the frames begin, -1 if not yet. */
        private int afterGreeting(Buffer data) {
            int end = data.toString(StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
            if (end < 0) {
                begun = data;
                return -1;
            }
            greeted = true;
            send(
                    protocol == Viewers.Protocol.SOCKET_IO
                            ? "40"
                            : "{\"type\":\"register\",\"address\":\"" + address + "\",\"headers\":{}}");
            if (protocol == Viewers.Protocol.BRIDGE) {
                // Or the bridge would take it for gone after two minutes. Ends with the verticle.
                vertx.setPeriodic(PING_MILLIS, id -> send("{\"type\":\"ping\"}"));
            }
            if (protocol == Viewers.Protocol.STOCK) {
                watching.incrementAndGet();
            }
            return end + 4;
        }

        /** Takes a frame's head; returns where its content begins, -1 when the head is not whole. */
        private int frame(Buffer data, int at) {
            int left = data.length() - at;
            int kind = left < 2 ? 0 : data.getByte(at + 1) & 0x7f;
            int head = kind == 127 ? 10 : kind == 126 ? 4 : 2;
            if (left < head) {
                begun = data.getBuffer(at, data.length());
                return -1;
            }
            skip = kind == 127 ? data.getLong(at + 2) : kind == 126 ? data.getUnsignedShort(at + 2) : kind;
            if (skip == 1) {
                // Socket.IO asks whether somebody is there.
                send("3");
            } else if (skip >= SHORTEST) {
                tally.received((int) skip, false, 0);
                tally.entries.add(Math.max(1, Math.round((skip - HEAD) / (double) ENTRY)));
            }
            frames++;
            // Socket.IO says that a socket is open, then that it is connected; the bridge sends a snapshot.
            if (frames == (protocol == Viewers.Protocol.SOCKET_IO ? 2 : protocol == Viewers.Protocol.BRIDGE ? 1 : 0)) {
                watching.incrementAndGet();
            }
            return at + head;
        }

        /** As a browser would, masked, with a mask that changes nothing. */
        private void send(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            Buffer frame = Buffer.buffer().appendByte((byte) 0x81);
            if (bytes.length < 126) {
                frame.appendByte((byte) (0x80 | bytes.length));
            } else {
                frame.appendByte((byte) (0x80 | 126)).appendUnsignedShort(bytes.length);
            }
            socket.write(frame.appendInt(0).appendBytes(bytes));
        }
    }

    @Override
    public void stop(Promise<Void> stopped) {
        client.close().onComplete(done -> stopped.complete());
    }
}
