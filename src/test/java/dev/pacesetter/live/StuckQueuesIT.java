package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.live.TestViewer.Transport;
import dev.pacesetter.metrics.DirectMemory;
import dev.pacesetter.settings.LiveSettings;
import dev.pacesetter.support.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What waits in the node, outside the heap, and in the kernel for sockets that take nothing.
 */
class StuckQueuesIT extends LiveRig {

    private static final int STUCK = 200;
    private static final int MOST_QUEUED = 65_536;
    private static final int ATHLETES = 100;
    /** A quarter of what there is if each has a copy of its own. */
    private static final long MOST_BYTES = STUCK * MOST_QUEUED / 4L;

    private static final int FEW = 3;
    private static final int AS_DELIVERED = 131_072;
    private static final Path CONNECTIONS = Path.of("/proc/net/tcp");
    private static final Path CONNECTIONS_6 = Path.of("/proc/net/tcp6");

    private final List<Socket> sockets = new ArrayList<>();

    @Test
    void shouldKeepWhatWaitsForAllOnceAndNoMoreThanTheQueuesHold() throws IOException {
        stuck = Duration.ofMinutes(10);
        start(new LiveSettings(ATHLETES, 50, MOST_QUEUED, SMALL, 2_000, 1_000, STUCK, STUCK, 20, 4_096, 10));
        SimpleMeterRegistry memory = new SimpleMeterRegistry();
        DirectMemory.show(memory);
        try {
            change(0);
            for (int i = 0; i < STUCK; i++) {
                sockets.add(watch(Transport.RAW));
            }
            Await.until("all watch", () -> Integer.valueOf(STUCK).equals(viewers.get("weekly")));
            double before = bytes(memory);

            // When so much has come that each was passed over many times
            int[] round = {0};
            Await.until("all are full", Duration.ofSeconds(60), () -> {
                change(++round[0]);
                return skipped() > 20 * STUCK;
            });

            double grown = bytes(memory) - before;
            assertTrue(grown > 0, "nothing waits in the node");
            assertTrue(grown < MOST_BYTES, grown + " bytes outside the heap");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** On a machine whose kernel says what it holds, which is where this is served. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldLeaveLittleInTheKernel(Transport transport) throws IOException {
        Assumptions.assumeTrue(Files.exists(CONNECTIONS));
        stuck = Duration.ofMinutes(10);
        messagesPerSecond = 50;
        sendBufferBytes = AS_DELIVERED;
        start();
        try {
            change(0);
            for (int i = 0; i < FEW; i++) {
                sockets.add(watch(transport));
            }
            Await.until("all watch", () -> Integer.valueOf(FEW).equals(viewers.get("weekly")));
            int[] round = {0};
            Await.until("all are full", Duration.ofSeconds(60), () -> {
                change(++round[0]);
                return skipped() > 20 * FEW;
            });
            long held = held();
            assertTrue(held > FEW * AS_DELIVERED / 2L, held + " bytes in the kernel: is this the right place to look?");
            assertTrue(held < FEW * AS_DELIVERED * 3L, held + " bytes in the kernel");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** What the kernel has taken for this server's connections, and not yet got rid of. */
    private long held() throws IOException {
        String local = String.format(":%04X", port);
        return Stream.concat(Files.readAllLines(CONNECTIONS).stream(), Files.readAllLines(CONNECTIONS_6).stream())
                .map(line -> line.trim().split("\\s+", -1))
                .filter(fields -> fields[1].endsWith(local))
                .mapToLong(fields -> Long.parseLong(fields[4].split(":", -1)[0], 16))
                .sum();
    }

    private double skipped() {
        return guardMeters.get("pacesetter.live.skipped").counter().count();
    }

    private static double bytes(SimpleMeterRegistry memory) {
        return memory.get("pacesetter.direct.memory.bytes").gauge().value();
    }

    /** Every line of the board changes. */
    private void change(int round) {
        for (int i = 0; i < ATHLETES; i++) {
            ranking.score("runner-" + i, "Runner " + i, 1 + (i + round) % 7);
        }
    }

    /** A socket that watches a board, and reads nothing after the handshake. */
    private Socket watch(Transport transport) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        OutputStream out = socket.getOutputStream();
        out.write(("GET "
                        + (transport == Transport.RAW
                                ? "/eventbus/websocket"
                                : "/eventbus/000/" + UUID.randomUUID() + "/websocket")
                        + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        socket.setSoTimeout(10_000);
        InputStream in = socket.getInputStream();
        for (int end = 0; end < 4; ) {
            int next = in.read();
            assertTrue(next >= 0, "refused");
            end = next == "\r\n\r\n".charAt(end) ? end + 1 : next == '\r' ? 1 : 0;
        }
        String register =
                new JsonObject().put("type", "register").put("address", ADDRESS).encode();
        byte[] text = (transport == Transport.RAW
                        ? register
                        : new JsonArray().add(register).encode())
                .getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[text.length + 6];
        frame[0] = (byte) 0x81;
        // Masked with zeros.
        frame[1] = (byte) (0x80 | text.length);
        System.arraycopy(text, 0, frame, 6, text.length);
        out.write(frame);
        return socket;
    }
}
