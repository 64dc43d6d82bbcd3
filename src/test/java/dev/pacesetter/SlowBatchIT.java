package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.App;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A batch may take as long as it likes when a key sends it, and no longer than anything else when nobody known does. */
class SlowBatchIT {

    private static final int REQUEST_SECONDS = 1;
    /** Many times what a request may take, on a machine that is busy. */
    private static final int LONG_MILLIS = 8_000;

    private static RedisHandle redis;
    private static App app;

    @BeforeAll
    static void start() {
        redis = Stores.newRedis();
        app = App.start(
                Stores.newDatabase(), redis.uri(), new JsonObject().put("http.requestSeconds", REQUEST_SECONDS));
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
    }

    /** Sends a line every tenth of a second until the other side closes, or for long; returns all that was said. */
    private static String drip(String bearer) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), app.port())) {
            socket.setTcpNoDelay(true);
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> rest(socket));
            long end = System.nanoTime() + LONG_MILLIS * 1_000_000L;
            int i = 0;
            try {
                send(
                        socket,
                        "POST /api/v1/scores/batch HTTP/1.1\r\nHost: x\r\n" + bearer
                                + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
                while (!answer.isDone() && System.nanoTime() < end) {
                    String line = Api.score("running", 1)
                                    .put("userId", "slow")
                                    .put("key", "k" + i++)
                                    .encode() + "\n";
                    send(socket, Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
                    Thread.sleep(100);
                }
                if (!answer.isDone()) {
                    send(socket, "0\r\n\r\n");
                    socket.shutdownOutput();
                }
            } catch (SocketException closed) {
                // By the other side.
            }
            return (System.nanoTime() < end ? "cut " : "whole ") + answer.join();
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String rest(Socket socket) {
        StringBuilder all = new StringBuilder();
        byte[] some = new byte[4_096];
        try {
            for (int n = socket.getInputStream().read(some);
                    n >= 0;
                    n = socket.getInputStream().read(some)) {
                all.append(new String(some, 0, n, StandardCharsets.US_ASCII));
            }
        } catch (SocketException reset) {
            // Closed, too.
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return all.toString();
    }

    @Test
    void shouldEndTheSlowBatchOfNobodyKnownLikeAnyOtherRequest() throws Exception {
        Api.Account ada = app.api().newAccount();
        for (String bearer : List.of(
                "", "Authorization: Bearer ps_ingest_unknown\r\n", "Authorization: Bearer " + ada.token() + "\r\n")) {
            String said = drip(bearer);
            assertTrue(said.startsWith("cut "), said);
            assertTrue(said.contains("HTTP/1.1 40"), said);
        }
    }

    @Test
    void shouldTakeTheSlowBatchOfAKey() throws Exception {
        String said = drip("Authorization: Bearer " + app.ingestKey() + "\r\n");
        assertTrue(said.startsWith("whole HTTP/1.1 200"), said);
        assertTrue(said.endsWith("0\r\n\r\n"), said);
        assertFalse(said.contains("urn:pacesetter:problem"), said);
        assertEquals(1, said.split("HTTP/1.1", -1).length - 1);
    }
}
