package dev.pacesetter.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.NodeProcess;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
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
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Phones in tunnels: many sockets that take nothing, and many that vanish. The figures are in {@code
 * target/stuck-summary.md}.
 *
 * <p>On a loopback line the kernel takes megabytes for each, so this is about what the sockets themselves cost. What waits
 * for them in the node is what {@code StuckQueuesIT} is about.
 */
class StuckViewersIT {

    private static final Logger LOG = LoggerFactory.getLogger(StuckViewersIT.class);
    private static final int STUCK = 1_000;
    private static final int VANISHING = 3_000;
    private static final int ATHLETES = 100;
    /** What each may add to the heap. */
    private static final long MOST_KB_EACH = 200;
    /** What each may add outside the heap: next to nothing. */
    private static final long MOST_DIRECT_KB_EACH = 16;

    private static final Pattern DIRECT = Pattern.compile("pacesetter_direct_memory_bytes(?:\\{[^}]*})? ([0-9.E]+)");

    private static final Pattern LIVE_HEAP = Pattern.compile("jvm_gc_live_data_size_bytes(?:\\{[^}]*})? ([0-9.E]+)");
    private static final Pattern SOCKETS = Pattern.compile("pacesetter_live_sockets(?:\\{[^}]*})? ([0-9.E]+)");

    @TempDir
    private Path directory;

    private NodeProcess node;
    private int round;

    @Test
    void shouldNotGrowBehindSocketsThatTakeNothingOrVanish() throws IOException {
        List<Socket> stuck = new ArrayList<>();
        try (RedisHandle redis = Stores.newRedis();
                NodeProcess process = NodeProcess.start(
                        directory,
                        Map.of(
                                "PACESETTER_POSTGRES_URI",
                                Stores.newDatabase(),
                                "PACESETTER_REDIS_URI",
                                redis.uri(),
                                "PACESETTER_AUTH_ADMINKEY",
                                App.ADMIN_KEY))) {
            node = process;
            change();
            double before = liveHeap();
            double directBefore = number(DIRECT);
            for (int i = 0; i < STUCK; i++) {
                stuck.add(watch());
            }
            Await.until("all watch", () -> number(SOCKETS) == STUCK);
            try (Viewer quick = new Viewer(node.port())) {
                quick.register("leaderboard.overall");
                changeAndSee(quick, 20);
                double once = liveHeap();
                double directOnce = number(DIRECT);
                changeAndSee(quick, 60);
                double again = liveHeap();
                double directAgain = number(DIRECT);
                report(before, once, again, directBefore, directOnce, directAgain);
                assertTrue(
                        directAgain - directBefore < 1_024.0 * MOST_DIRECT_KB_EACH * STUCK,
                        (directAgain - directBefore) + " bytes outside the heap");
                assertTrue(
                        directAgain < directOnce + 8 * 1_048_576,
                        directOnce + " bytes outside the heap have become " + directAgain);
                assertTrue(again - before < 1_024.0 * MOST_KB_EACH * STUCK, (again - before) + " bytes");
                assertTrue(again < once + 8 * 1_048_576, once + " bytes of heap have become " + again);
            }
            for (Socket socket : stuck) {
                vanish(socket);
            }
            stuck.clear();
            double after = vanishing();
            double later = vanishing();
            LOG.info(
                    "MB of live heap after {} sockets have vanished, and twice as many: {}, {}",
                    VANISHING,
                    after,
                    later);
            assertTrue(later < after + 4 * 1_048_576, after + " bytes of heap have become " + later);
        } finally {
            for (Socket socket : stuck) {
                socket.close();
            }
        }
    }

    /** Sockets that come, register, and are gone without a word; the heap that is left. */
    private double vanishing() throws IOException {
        for (int i = 0; i < VANISHING; i++) {
            vanish(watch());
        }
        // The reset of one that is not read from, since it takes nothing, shows when it is given up after 30 s.
        Await.until("all are forgotten", Duration.ofSeconds(60), () -> number(SOCKETS) == 0);
        return liveHeap();
    }

    /** Every line of the board changes. */
    private void change() {
        round++;
        for (int i = 0; i < ATHLETES; i++) {
            JsonObject score = new JsonObject()
                    .put("userId", "runner-" + i)
                    .put("activity", "running")
                    .put("score", 1 + (i + round) % 7);
            Api api = node.api();
            int status = api.call(
                            "POST", "/api/v1/scores", App.ADMIN_KEY, score.encode(), Map.of("Prefer", "return=minimal"))
                    .status();
            assertEquals(201, status);
        }
    }

    private void changeAndSee(Viewer quick, int frames) {
        int before = quick.bodies("leaderboard.overall").size();
        while (quick.bodies("leaderboard.overall").size() < before + frames) {
            change();
        }
    }

    /** A socket that watches a board, and reads nothing after the handshake. */
    private Socket watch() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()), 5_000);
        OutputStream out = socket.getOutputStream();
        out.write(("GET /eventbus/websocket HTTP/1.1\r\nHost: 127.0.0.1:" + node.port()
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
        byte[] text = "{\"type\":\"register\",\"address\":\"leaderboard.overall\",\"headers\":{}}"
                .getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[text.length + 6];
        frame[0] = (byte) 0x81;
        // Masked with zeros.
        frame[1] = (byte) (0x80 | text.length);
        System.arraycopy(text, 0, frame, 6, text.length);
        out.write(frame);
        return socket;
    }

    private static void vanish(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private double liveHeap() {
        node.collectGarbage();
        return number(LIVE_HEAP);
    }

    private double number(Pattern pattern) {
        String text = node.api().get("/metrics", null).text();
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), text);
        return Double.parseDouble(matcher.group(1));
    }

    private static void report(double... bytes) throws IOException {
        String text =
                """
                | what | figure |
                |---|---|
                | sockets that take nothing | %.0f |
                | MB of live heap without them | %.1f |
                | with them, after some messages | %.1f |
                | after three times as many more | %.1f |
                | MB outside the heap without them | %.1f |
                | with them, after some messages | %.1f |
                | after three times as many more | %.1f |
                """
                        .formatted(DoubleStream.concat(
                                        DoubleStream.of(STUCK),
                                        DoubleStream.of(bytes).map(one -> one / 1_048_576))
                                .boxed()
                                .toArray());
        Files.writeString(Path.of("target", "stuck-summary.md"), text);
        LOG.info("Stuck viewers:\n{}", text);
    }
}
