package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.SilentClient;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A call that is under way ends with the access of whoever made it, on whichever node that was taken. */
class RevokedCallsIT {

    private static final String KEYS = "/api/v1/keys";
    private static final String REFUSED = "urn:pacesetter:problem:unauthenticated";
    private static final String LATE = "urn:pacesetter:problem:request-timeout";

    private String database;
    private ErrorLog log;
    private RedisHandle redis;
    private App one;
    private App two;

    @BeforeEach
    void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        one = App.start(database, redis.uri());
        two = App.start(database, redis.uri());
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    /** A batch that is being sent. */
    private static final class Batch implements AutoCloseable {
        private final Socket socket;

        Batch(App app, String key) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), app.port());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(20_000);
            write("POST /api/v1/scores/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        private void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        void send(String text) throws IOException {
            write(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
        }

        void sendLine() throws IOException {
            JsonObject line = Api.score("rowing", 1)
                    .put("userId", "batched")
                    .put("key", UUID.randomUUID().toString());
            send(line.encode() + "\n");
        }

        /** What comes until there is this in it. */
        String until(String text) throws IOException {
            StringBuilder all = new StringBuilder();
            while (all.indexOf(text) < 0) {
                int next = socket.getInputStream().read();
                assertTrue(next >= 0, () -> "closed after " + all);
                all.append((char) next);
            }
            return all.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private JsonObject newKey() {
        return one.api()
                .post(
                        KEYS,
                        App.ADMIN_KEY,
                        new JsonObject().put("role", "ingest").put("label", "backend"))
                .json();
    }

    private void delete(JsonObject key) {
        String path = KEYS + "/" + key.getString("id");
        assertEquals(
                204,
                one.api().call("DELETE", path, App.ADMIN_KEY, null, Map.of()).status());
    }

    private long stored() {
        return Oracle.number(database, "select count(*) from score where user_id = 'batched'");
    }

    @Test
    void shouldEndABatchWhoseKeyIsDeletedAtOnceOnEveryNode() throws IOException {
        JsonObject key = newKey();
        try (Batch here = new Batch(one, key.getString("key"));
                Batch there = new Batch(two, key.getString("key"));
                Batch idle = new Batch(two, key.getString("key"));
                Batch others = new Batch(two, two.ingestKey())) {
            for (Batch batch : List.of(here, there, others)) {
                batch.sendLine();
                batch.until("\"id\"");
            }
            idle.send("\n");
            delete(key);
            for (Batch batch : List.of(here, there)) {
                // Nothing more is sent: it is told all the same.
                batch.until(REFUSED);
                batch.until("\r\n0\r\n\r\n");
                batch.sendLine();
            }
            assertTrue(idle.until(REFUSED).startsWith("HTTP/1.1 401"), "nothing was answered before");
            others.sendLine();
            others.until("\"id\"");
            assertEquals(4, stored(), "what came before, and what another key sent");
        }
    }

    @Test
    void shouldTakeNoLineOfAKeyWhoseDeletionItWasNotToldOf() throws IOException {
        JsonObject key = newKey();
        try (Batch batch = new Batch(two, key.getString("key"))) {
            batch.sendLine();
            batch.until("\"id\"");
            // No word of it comes to any node; it is remembered for some seconds at most.
            Oracle.execute(database, "delete from api_key where id = '" + key.getString("id") + "'");
            Await.until(
                    "the node has forgotten the key",
                    () -> two.api()
                                    .post("/api/v1/scores", key.getString("key"), new JsonObject())
                                    .status()
                            == 401);
            batch.sendLine();
            batch.until(REFUSED);
            batch.until("\r\n0\r\n\r\n");
            assertEquals(1, stored());
        }
    }

    @Test
    void shouldEndABatchThatIsNotWholeInTime() throws Exception {
        JsonObject brief = new JsonObject().put("ingest.batchSeconds", 2).put("http.requestSeconds", 1);
        try (App app = App.start(database, redis.uri(), brief)) {
            String key = app.ingestKey();
            long began = System.nanoTime();
            try (Batch batch = new Batch(app, key);
                    Batch idle = new Batch(app, key)) {
                batch.sendLine();
                batch.until("\"id\"");
                // Enough of one line to count as progress, for as long as the other side listens.
                CompletableFuture<Boolean> cut = CompletableFuture.supplyAsync(() -> drip(batch));
                batch.until(LATE);
                assertTrue(System.nanoTime() - began >= 2_000_000_000L, "before its time");
                batch.until("\r\n0\r\n\r\n");
                assertTrue(idle.until(LATE).startsWith("HTTP/1.1 408"), "nothing was answered before");
                assertTrue(cut.get(30, TimeUnit.SECONDS), "nor is anything read for longer");
            }
        }
    }

    /** Until the other side closes. */
    private static boolean drip(Batch batch) {
        try {
            for (int i = 0; i < 100; i++) {
                batch.send("x".repeat(8));
                Thread.sleep(100);
            }
            return false;
        } catch (IOException closed) {
            return true;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void shouldCutAnExportWhoseTokenIsTakenBack() throws IOException {
        Account ada = one.api().newAccount();
        Account bob = one.api().newAccount();
        for (Account each : List.of(ada, bob)) {
            Oracle.execute(
                    database,
                    "insert into score (id, user_id, activity, score, occurred_at, timed) "
                            + "select gen_random_uuid(), '" + each.id() + "', 'rowing', i, now(), true "
                            + "from generate_series(1, 100000) i");
        }
        String path = "/api/v1/scores/export?format=ndjson";
        try (SilentClient hers = SilentClient.ask(two.port(), path, ada.token());
                SilentClient his = SilentClient.ask(two.port(), path, bob.token())) {
            assertEquals("HTTP/1.1 200 OK", hers.status());
            assertEquals("HTTP/1.1 200 OK", his.status());
            assertEquals(
                    204,
                    one.api()
                            .call("DELETE", "/api/v1/tokens", ada.token(), null, Map.of())
                            .status());
            Await.until(
                    "the other node knows",
                    () -> two.api().get("/api/v1/users/me", ada.token()).status() == 401);
            assertThrows(IOException.class, hers::rest);
            assertTrue(his.rest().endsWith("\r\n0\r\n\r\n"), "the other one goes on to its end");
        }
    }
}
