package dev.pacesetter.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.AccessRevoked;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.CallLimits;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.SilentClient;
import dev.pacesetter.support.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Proxy;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Long exports, slow clients and failures halfway, on a real database. */
class ExportsIT {

    private static final String MILLION = "select i from generate_series(1, 1000000) as i";
    private static final String FAILS_HALFWAY =
            "select i / case i when 500000 then 0 else 1 end from generate_series(1, 1000000) as i";
    private static final String FAILS_AT_ONCE = "select 1 / (i - 1) from generate_series(1, 1000000) as i";
    private static final String TAKES_LONG = "select pg_sleep(60)::text::int";

    private static final Principal.User ANN = new Principal.User("ann", Instant.MAX);
    private static final Duration RECHECK = Duration.ofMillis(200);
    private static final CallLimits UNLIMITED = (CallLimits) Proxy.newProxyInstance(
            CallLimits.class.getClassLoader(), new Class<?>[] {CallLimits.class}, (on, does, with) -> {
                throw new AssertionError("asking again is no call");
            });

    private static String database;
    private static Vertx vertx;

    /** What is said of the token that an export was asked for by. */
    private final AtomicReference<Future<Principal>> access = new AtomicReference<>(Future.succeededFuture(ANN));

    private final AtomicInteger pages = new AtomicInteger();
    private final AtomicReference<@Nullable Integer> refused = new AtomicReference<>();
    private @Nullable HttpServer server;

    @BeforeAll
    static void start() {
        database = Stores.newDatabase();
        vertx = Vertx.vertx();
        Addresses.prepare(vertx.eventBus());
    }

    @AfterAll
    static void stop() {
        Await.closed(vertx);
    }

    @AfterEach
    void close() {
        if (server != null) {
            Await.result(server.close());
        }
    }

    private int serve(String sql, Duration statement, Duration stalled, Duration whole) {
        PostgresServers servers = new PostgresServers(List.of(database));
        Exports exports = new Exports(
                new Auth(bearer -> access.get(), UNLIMITED),
                new Places(1, 1, 1),
                () -> servers.connect(vertx),
                new ExportLimits(statement, stalled, whole, RECHECK));
        Router router = Router.router(vertx);
        router.get("/")
                .handler(context -> exports.send(
                        context,
                        ANN,
                        ExportFormat.of(context),
                        new Export("numbers", Column.exact("number"), sql, Tuple.tuple(), rows -> {
                            pages.incrementAndGet();
                            List<List<@Nullable Object>> lines = new ArrayList<>();
                            for (Row row : rows) {
                                lines.add(List.of(row.getInteger(0)));
                            }
                            return Future.succeededFuture(lines);
                        })));
        router.route().failureHandler(context -> {
            int status = context.failure() instanceof ProblemException known
                    ? known.problem().status()
                    : 500;
            refused.set(status);
            context.response().setStatusCode(status).end();
        });
        server = Await.result(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
        return server.actualPort();
    }

    private int serve(String sql) {
        return serve(sql, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMinutes(5));
    }

    private static HttpURLConnection get(int port, String query) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/" + query).toURL().openConnection();
        connection.setReadTimeout(60_000);
        return connection;
    }

    /** Counts the lines, and looks that each is there. */
    private static long lines(HttpURLConnection connection, String header, String before, String after)
            throws IOException {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            if (!header.isEmpty()) {
                assertEquals(header, in.readLine());
            }
            long count = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                count++;
                assertEquals(before + count + after, line);
            }
            return count;
        }
    }

    private static void awaitNoConnection() {
        Await.until(
                "no connection of an export",
                () -> Oracle.number(
                                database,
                                "select count(*) from pg_stat_activity where datname = current_database() "
                                        + "and pid <> pg_backend_pid() and backend_type = 'client backend'")
                        == 0);
    }

    /** The only place there is must be free again. */
    private static void awaitFree(int port) {
        Await.until("a free place", () -> {
            try (SilentClient next = SilentClient.ask(port, "/", null)) {
                return next.status().equals("HTTP/1.1 200 OK");
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }
        });
        awaitNoConnection();
    }

    @Test
    void shouldSendAMillionLines() throws IOException {
        int port = serve(MILLION);
        HttpURLConnection csv = get(port, "");
        assertEquals(1_000_000, lines(csv, "number", "", ""));
        assertEquals("text/csv; charset=utf-8", csv.getContentType());
        assertEquals("attachment; filename=\"numbers.csv\"", csv.getHeaderField("Content-Disposition"));
        awaitNoConnection();
        HttpURLConnection ndjson = get(port, "?format=ndjson");
        assertEquals(1_000_000, lines(ndjson, "", "{\"number\":", "}"));
        assertEquals("application/x-ndjson", ndjson.getContentType());
        assertEquals("attachment; filename=\"numbers.ndjson\"", ndjson.getHeaderField("Content-Disposition"));
        awaitNoConnection();
    }

    @Test
    void shouldSendAHeaderWhereThereIsNothing() throws IOException {
        int port = serve("select 1 where false");
        assertEquals(0, lines(get(port, ""), "number", "", ""));
        awaitNoConnection();
        assertEquals(0, lines(get(port, "?format=ndjson"), "", "", ""));
    }

    @Test
    void shouldReadNoFurtherThanAClientTakesAndCutItOffWhenItTakesNothing() throws IOException {
        int port = serve(MILLION, Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofMinutes(5));
        try (SilentClient silent = SilentClient.ask(port, "/?format=ndjson", null)) {
            assertEquals("HTTP/1.1 200 OK", silent.status());
            try (SilentClient next = SilentClient.ask(port, "/", null)) {
                assertEquals("HTTP/1.1 429 Too Many Requests", next.status());
            }
            awaitNoConnection();
            assertTrue(pages.get() < 500, "pages read for one that reads nothing: " + pages);
            assertThrows(IOException.class, silent::rest);
        }
        awaitFree(port);
    }

    @Test
    void shouldEndWithAClientThatLeaves() throws IOException {
        int port = serve(MILLION);
        try (SilentClient silent = SilentClient.ask(port, "/?format=ndjson", null)) {
            assertEquals("HTTP/1.1 200 OK", silent.status());
        }
        awaitFree(port);
    }

    @Test
    void shouldCancelWhatAClientThatLeftWaitedFor() {
        int port = serve(TAKES_LONG);
        SilentClient silent = SilentClient.ask(port, "/", null);
        Await.until(
                "the statement",
                () -> Oracle.number(
                                database,
                                "select count(*) from pg_stat_activity where query = '" + TAKES_LONG
                                        + "' and state = 'active'")
                        == 1);
        silent.close();
        awaitNoConnection();
        assertEquals(null, refused.get());
    }

    @Test
    void shouldEndWhatTakesTooLongAltogether() throws IOException {
        int port = serve(MILLION, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMillis(1_500));
        try (SilentClient silent = SilentClient.ask(port, "/?format=ndjson", null)) {
            assertEquals("HTTP/1.1 200 OK", silent.status());
            awaitNoConnection();
            // It goes on reading, too late.
            assertThrows(IOException.class, silent::rest);
        }
    }

    /** One that takes a little all the time would else hold its place for good. */
    @Test
    void shouldEndWhatTakesTooLongThoughItIsRead() throws IOException {
        Duration whole = Duration.ofSeconds(3);
        int port = serve(MILLION, Duration.ofSeconds(30), Duration.ofSeconds(30), whole);
        long began = System.nanoTime();
        try (SilentClient slow = SilentClient.ask(port, "/?format=ndjson", null)) {
            assertEquals("HTTP/1.1 200 OK", slow.status());
            assertThrows(IOException.class, () -> {
                // Byte by byte: a second would do for all of it in pieces.
                while (slow.next() >= 0) {
                    Thread.onSpinWait();
                }
            });
            assertTrue(System.nanoTime() - began >= whole.toNanos(), "ended before its time");
        }
        awaitFree(port);
    }

    @Test
    void shouldResetWhatFailsHalfway() throws IOException {
        int port = serve(FAILS_HALFWAY);
        HttpURLConnection connection = get(port, "");
        assertEquals(200, connection.getResponseCode());
        assertThrows(IOException.class, () -> lines(connection, "number", "", ""));
        awaitNoConnection();
        try (SilentClient raw = SilentClient.ask(port, "/", null)) {
            assertEquals("HTTP/1.1 200 OK", raw.status());
            String all;
            try {
                all = raw.rest();
            } catch (IOException reset) {
                return;
            }
            assertFalse(all.endsWith("\r\n0\r\n\r\n"), "no end that looks right");
        }
    }

    @Test
    void shouldAnswerWithAProblemWhatFailsAtOnce() throws IOException {
        assertEquals(500, get(serve(FAILS_AT_ONCE), "").getResponseCode());
        assertEquals(500, refused.get());
        awaitNoConnection();
    }

    @Test
    void shouldGiveUpAStatementThatTakesTooLong() throws IOException {
        int port = serve(TAKES_LONG, Duration.ofMillis(300), Duration.ofSeconds(5), Duration.ofMinutes(1));
        assertEquals(503, get(port, "").getResponseCode());
        assertEquals(503, refused.get());
        awaitNoConnection();
    }

    private static void pause(long millis) {
        Await.result(vertx.timer(millis, TimeUnit.MILLISECONDS));
    }

    private static void revoke(String actor) {
        Addresses.ACCESS_REVOKED.publish(vertx.eventBus(), new AccessRevoked(actor));
    }

    @Test
    void shouldCutWhatACallerLosesAccessToAtOnce() throws IOException {
        int port = serve(MILLION);
        try (SilentClient silent = SilentClient.ask(port, "/?format=ndjson", "token")) {
            assertEquals("HTTP/1.1 200 OK", silent.status());
            revoke("user:bob");
            // Looked at again meanwhile, and who it is cannot be found out: it goes on.
            access.set(Future.failedFuture(Problem.storageUnavailable().exception()));
            pause(3 * RECHECK.toMillis());
            try (SilentClient next = SilentClient.ask(port, "/", "token")) {
                assertEquals("HTTP/1.1 429 Too Many Requests", next.status());
            }
            revoke("user:ann");
            assertThrows(IOException.class, silent::rest);
        }
        awaitFree(port);
    }

    @Test
    void shouldCutWhatACallerLostAccessToWithoutAWordOfIt() throws IOException {
        int port = serve(MILLION);
        try (SilentClient silent = SilentClient.ask(port, "/?format=ndjson", "token")) {
            assertEquals("HTTP/1.1 200 OK", silent.status());
            access.set(Future.failedFuture(Problem.unauthenticated("gone").exception()));
            assertThrows(IOException.class, silent::rest);
        }
        awaitFree(port);
    }

    @Test
    void shouldSayThatAccessIsLostWhereNothingWasSentYet() {
        int port = serve(TAKES_LONG);
        access.set(Future.failedFuture(Problem.unauthenticated("gone").exception()));
        try (SilentClient silent = SilentClient.ask(port, "/", "token")) {
            assertEquals("HTTP/1.1 401 Unauthorized", silent.status());
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        awaitNoConnection();
    }
}
