package dev.pacesetter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.settings.HttpSettings;
import dev.pacesetter.settings.TlsSettings;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is slow, too long or too many is let go of, and nobody else. Over sockets, a byte at a time. */
class ConnectionsTest {

    private static final int MOST_OF_ADDRESS = 6;

    private SimpleMeterRegistry meters;
    private @Nullable WebSocketClient viewers;
    private final List<Socket> sockets = new ArrayList<>();
    private final ErrorLog errors = ErrorLog.open();
    private Vertx vertx;
    private int port;

    /** A route that reads its body as it comes, one that has it read, and a WebSocket. */
    private static final class Routes implements Mount {
        @Override
        public void mount(Vertx vertx, Router router) {
            router.post("/api/v1/streamed").handler(StreamedBody::mayTakeLong).handler(context -> {
                context.response().setChunked(true);
                context.request().handler(context.response()::write).endHandler(end -> context.end());
            });
            router.post("/api/v1/things").handler(context -> context.json(new JsonObject()));
            router.get("/socket").handler(context -> context.request()
                    .toWebSocket()
                    .onSuccess(socket -> socket.textMessageHandler(socket::writeTextMessage)));
        }

        @Override
        public Set<String> streamed() {
            return Set.of("/api/v1/streamed");
        }
    }

    @BeforeEach
    void start() {
        start(0, 1_000);
    }

    private void start(int mostOfAddress, int most) {
        vertx = Vertx.vertx();
        meters = new SimpleMeterRegistry();
        HttpSettings settings = new HttpSettings(
                "127.0.0.1", 0, 1_024, 2_048, most, 1, 2, 1, 2, List.of(), List.of(), TlsSettings.NONE);
        AtomicInteger listening = new AtomicInteger();
        HttpVerticle verticle = new HttpVerticle(
                settings, mostOfAddress, new ClientAddresses(List.of(), List.of()), List.of(), meters, listening::set);
        Await.result(vertx.deployVerticle(verticle));
        Await.result(verticle.serve(List.of(new Routes())));
        port = listening.get();
    }

    private void restart(int mostOfAddress, int most) {
        Await.closed(vertx);
        start(mostOfAddress, most);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        Await.closed(vertx);
        errors.close();
    }

    private Socket connect() {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(20_000);
            sockets.add(socket);
            return socket;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** All that comes until the other side closes. */
    private static String rest(Socket socket) {
        StringBuilder all = new StringBuilder();
        byte[] some = new byte[4_096];
        try {
            InputStream in = socket.getInputStream();
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                all.append(new String(some, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketException reset) {
            // Closed, too.
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return all.toString();
    }

    /** Sends the first text, then the second again and again, until the other side closes; returns what it said. */
    private CompletableFuture<String> drip(String first, String again) {
        return CompletableFuture.supplyAsync(() -> {
            Socket socket = connect();
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> rest(socket));
            try {
                send(socket, first);
                while (!answer.isDone()) {
                    send(socket, again);
                    Thread.sleep(100);
                }
            } catch (IOException closed) {
                // Which is what is waited for.
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
            return answer.join();
        });
    }

    private static String head(String request, String... lines) {
        return request + " HTTP/1.1\r\nHost: x\r\n" + String.join("", lines);
    }

    private static final String JSON = "Content-Type: application/json\r\n";

    @Test
    void shouldCloseAConnectionWhoseHeadDrips() {
        String answer = drip(head("GET /api/v1/things"), "X: y\r\n").join();
        assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
        assertTrue(answer.contains("urn:pacesetter:problem:request-timeout"), answer);
    }

    @Test
    void shouldCloseAConnectionWhoseBodyDrips() {
        String answer = drip(head("POST /api/v1/things", JSON, "Content-Length: 1000\r\n\r\n"), " ")
                .join();
        assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
        assertEquals(
                1,
                meters.get("pacesetter.http.problems")
                        .tag("problem", "request-timeout")
                        .counter()
                        .count());
        assertEquals(List.of(), errors.errors());
    }

    @Test
    void shouldCloseAConnectionWhoseStreamedBodyDrips() {
        String answer = drip(head("POST /api/v1/streamed", "Transfer-Encoding: chunked\r\n\r\n"), "1\r\n \r\n")
                .join();
        // It was being answered: closed without another word.
        assertFalse(answer.contains("408"), answer);
        assertFalse(answer.endsWith("0\r\n\r\n"), answer);
    }

    @Test
    void shouldLeaveStreamsIdleConnectionsAndViewersAlone() throws Exception {
        // Held on to: Vert.x closes the connections of a client that the garbage collector finds.
        viewers = vertx.createWebSocketClient();
        WebSocket viewer = Await.result(viewers.connect(port, "127.0.0.1", "/socket"));
        Socket idle = connect();
        send(idle, head("POST /api/v1/things", JSON, "Content-Length: 2\r\n\r\n{}"));
        assertTrue(line(idle).startsWith("HTTP/1.1 200"));
        Socket silent = connect();
        Socket streaming = connect();
        send(streaming, head("POST /api/v1/streamed", "Transfer-Encoding: chunked\r\n\r\n"));
        String line = "a line that is as short as can be, or nearly so\n";
        for (int i = 0; i < 3; i++) {
            // As long as a slow one lives, thrice.
            CompletableFuture<String> slow = drip(head("GET /api/v1/things"), "X: y\r\n");
            while (!slow.isDone()) {
                send(streaming, Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
                viewer.writeTextMessage("still here");
                Thread.sleep(50);
            }
        }
        send(streaming, "0\r\n\r\n");
        CompletableFuture<String> heard = new CompletableFuture<>();
        viewer.textMessageHandler(heard::complete);
        Await.result(viewer.writeTextMessage("and now?"));
        Await.until("the viewer hears", heard::isDone);
        for (Socket same : List.of(idle, silent)) {
            send(same, head("POST /api/v1/things", JSON, "Connection: close\r\nContent-Length: 2\r\n\r\n{}"));
            assertTrue(rest(same).contains("HTTP/1.1 200"));
        }
        StringBuilder all = new StringBuilder();
        while (!all.toString().endsWith("0\r\n\r\n")) {
            int next = streaming.getInputStream().read();
            assertTrue(next >= 0, "the stream was cut");
            all.append((char) next);
        }
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    @ParameterizedTest
    @CsvSource({"line, 414, uri-too-long", "header, 431, headers-too-large", "version, 400, invalid-request"})
    void shouldSayWhatCannotBeRead(String what, int status, String problem) throws IOException {
        Socket socket = connect();
        send(
                socket,
                switch (what) {
                    case "line" -> head("GET /" + "x".repeat(5_000)) + "\r\n";
                    case "header" -> head("GET /", "X: " + "y".repeat(3_000) + "\r\n\r\n");
                    default -> "GET / PTTH\r\n\r\n";
                });
        String answer = rest(socket);
        assertEquals(String.valueOf(status), answer.substring(9, 12), answer);
        assertTrue(answer.contains("application/problem+json"), answer);
        assertTrue(answer.contains("urn:pacesetter:problem:" + problem), answer);
        assertEquals(List.of(), errors.errors());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: \u000bchunked",
            })
    void shouldNotTakeABodyForARequest(String coding) throws IOException {
        Socket socket = connect();
        send(socket, head("POST /api/v1/things", coding + "\r\n\r\n") + "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n");
        String answers = rest(socket);
        assertEquals("400", answers.substring(9, 12), answers);
        assertTrue(answers.contains("urn:pacesetter:problem:invalid-request"), answers);
        assertFalse(answers.substring(1).contains("HTTP/1.1 "), answers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n{}", "-1\r\n{}\r\n", "fffffffffffffffff\r\n{}\r\n"})
    void shouldCloseOnChunksWithoutALengthAndLogNoDefect(String chunk) throws IOException {
        Socket socket = connect();
        send(socket, head("POST /api/v1/things", "Transfer-Encoding: chunked\r\n\r\n") + "1\r\n{\r\n");
        send(socket, chunk);
        String answer = rest(socket);
        assertTrue(answer.isEmpty() || answer.contains("urn:pacesetter:problem:invalid-request"), answer);
        assertEquals(List.of(), errors.errors());
    }

    @Test
    void shouldRefuseAHandshakeThatIsNone() throws IOException {
        Socket socket = connect();
        send(
                socket,
                head("GET /socket", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n"));
        assertTrue(line(socket).contains(" 400 "));
        assertEquals(List.of(), errors.errors());
    }

    @Test
    void shouldNotSpeakHttp2InClearText() throws IOException {
        Socket socket = connect();
        send(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
        assertFalse(rest(socket).startsWith("\0"), "frames");
        assertThrowsNothingFor(head(
                "GET /",
                String.join(
                        "\r\n",
                        "Connection: Upgrade, HTTP2-Settings",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
                        "",
                        "")));
    }

    private void assertThrowsNothingFor(String upgrade) throws IOException {
        Socket socket = connect();
        send(socket, upgrade);
        assertFalse(line(socket).contains("101"));
    }

    @Test
    void shouldRefuseMoreConnectionsOfOneAddressThanThereMayBe() throws IOException {
        restart(MOST_OF_ADDRESS, 1_000);
        shouldRefuseMoreThan(MOST_OF_ADDRESS);
    }

    @Test
    void shouldRefuseMoreConnectionsThanThereMayBe() throws IOException {
        restart(0, MOST_OF_ADDRESS);
        shouldRefuseMoreThan(MOST_OF_ADDRESS);
    }

    /** A viewer's connection counts as long as it is there, and no longer. */
    @Test
    void shouldForgetWebSocketsThatAreGone() throws IOException {
        restart(MOST_OF_ADDRESS, 1_000);
        for (int i = 0; i < 3 * MOST_OF_ADDRESS; i++) {
            Socket socket = connect();
            send(
                    socket,
                    head(
                            "GET /socket",
                            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
            assertTrue(line(socket).contains(" 101 "), "number " + i);
            socket.setSoLinger(true, 0);
            socket.close();
            Await.until(
                    "it is forgotten",
                    () -> meters.get("pacesetter.http.connections").gauge().value() == 0);
        }
    }

    private void shouldRefuseMoreThan(int most) throws IOException {
        for (int i = 0; i < most; i++) {
            connect();
        }
        // They need not have sent anything.
        Await.until(
                "all are taken",
                () -> meters.get("pacesetter.http.connections").gauge().value() == most);
        assertEquals("", rest(connect()));
        assertEquals(
                1,
                meters.get("pacesetter.limits.refused")
                        .tag("subject", "connection")
                        .counter()
                        .count());
        sockets.get(0).close();
        Await.until(
                "one has gone",
                () -> meters.get("pacesetter.http.connections").gauge().value() == most - 1);
        Socket next = connect();
        send(next, head("POST /api/v1/things", JSON, "Connection: close\r\nContent-Length: 2\r\n\r\n{}"));
        assertTrue(rest(next).startsWith("HTTP/1.1 200"));
    }

    @Test
    void shouldNotCallItADefectThatAClientGoesAway() throws IOException {
        Socket socket = connect();
        send(socket, head("POST /api/v1/things", JSON, "Content-Length: 1000\r\n\r\n{"));
        Await.until(
                "it is there",
                () -> meters.get("pacesetter.http.connections").gauge().value() == 1);
        socket.close();
        Await.until(
                "it is gone",
                () -> meters.get("pacesetter.http.connections").gauge().value() == 0);
        assertEquals(List.of(), errors.errors());
    }
}
