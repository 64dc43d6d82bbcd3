package dev.pacesetter.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddedStoresIT {

    @TempDir
    Path parent;

    private Path dir;
    private final List<Process> forks = new ArrayList<>();
    private final List<EmbeddedStores> started = new ArrayList<>();

    @BeforeEach
    void nameDirectory() {
        dir = parent.resolve("my data");
    }

    @AfterEach
    void closeAll() throws IOException {
        forks.forEach(Process::destroyForcibly);
        started.forEach(EmbeddedStores::close);
        if (!forks.isEmpty()) {
            // What a killed process has left is stopped by the next start.
            awaitStart().close();
        }
        assertEquals(List.of(), serversIn(parent));
    }

    @Test
    void dataOutlivesCloseAndStart() {
        // Given
        EmbeddedStores first = start();
        query(first, "create table t (x int)");
        query(first, "insert into t values (7)");

        // When
        first.close();
        EmbeddedStores second = start();

        // Then
        assertEquals("7", query(second, "select x from t"));
    }

    @Test
    void serversAreDurableAndOnLoopbackAlone() throws IOException {
        EmbeddedStores stores = start();

        assertEquals("on", query(stores, "show fsync"));
        assertEquals("on", query(stores, "show synchronous_commit"));
        assertEquals("on", query(stores, "show full_page_writes"));
        assertEquals("127.0.0.1", query(stores, "show listen_addresses"));
        assertEquals("", query(stores, "show unix_socket_directories"));
        assertEquals("200", query(stores, "show max_connections"));
        assertTrue(query(stores, "show server_version").startsWith("18"));
        assertEquals("UTF8", query(stores, "show server_encoding"));
        assertTrue(redis(stores, "CONFIG GET bind").contains("127.0.0.1"));
        assertTrue(redis(stores, "CONFIG GET appendonly").contains("no"));
        assertEquals("*2 $4 save $0  ", redis(stores, "CONFIG GET save"));
    }

    @Test
    void orphansOfKilledProcessAreStoppedAndDataIsThere() throws IOException {
        // Given
        Process fork = fork();
        String[] uris = firstLine(fork).split(" ", -1);
        assertEquals("ready", uris[0]);
        query(uris[1], "create table t (x int)");
        query(uris[1], "insert into t values (7)");

        // When
        fork.destroyForcibly().onExit().join();
        List<Long> orphans = serversIn(dir);
        EmbeddedStores stores = start();

        // Then
        assertEquals(2, orphans.size(), "a PostgreSQL and a Redis live on");
        assertTrue(serversIn(dir).stream().noneMatch(orphans::contains));
        assertEquals("7", query(stores, "select x from t"));
        assertEquals("+PONG ", redis(stores, "PING"));
    }

    @Test
    void staleProcessIdOfAnotherProgramHarmsNobody() throws IOException {
        // Given
        start().close();
        Process bystander = new ProcessBuilder("sleep", "60").start();
        forks.add(bystander);
        Files.writeString(dir.resolve("redis.pid"), bystander.pid() + "\n");

        // When
        EmbeddedStores stores = start();

        // Then
        assertTrue(bystander.isAlive());
        assertEquals("+PONG ", redis(stores, "PING"));
    }

    @Test
    void firstStartThatDiedHalfwayIsBegunAgain() throws IOException {
        // Given
        Files.createDirectories(dir.resolve("postgres.partial"));
        Files.writeString(dir.resolve("postgres.partial/postgresql.conf"), "");
        Files.createDirectories(dir.resolve("bin/postgres/partial/bin"));
        Files.writeString(dir.resolve("bin/postgres/partial/bin/initdb"), "");

        // When
        EmbeddedStores stores = start();

        // Then
        assertEquals("1", query(stores, "select 1"));
        assertFalse(Files.exists(dir.resolve("postgres.partial")));
        assertFalse(Files.exists(dir.resolve("bin/postgres/partial")));
    }

    @Test
    void takenPortsAreAvoided() throws IOException {
        try (ServerSocket postgres = occupy(5432);
                ServerSocket redis = occupy(6379)) {
            EmbeddedStores stores = start();

            assertFalse(stores.postgresUri().orElseThrow().contains(":" + postgres.getLocalPort() + "/"));
            assertFalse(stores.redisUri().orElseThrow().endsWith(":" + redis.getLocalPort()));
            assertEquals("1", query(stores, "select 1"));
            assertEquals("+PONG ", redis(stores, "PING"));
        }
    }

    @Test
    void portTakenInTheLastMomentIsAvoided() throws IOException {
        Path home = Files.createDirectories(dir).toRealPath();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Integer> tried = new ArrayList<>();
            IntUnaryOperator lateOnce = port -> {
                tried.add(port);
                return tried.size() % 2 == 1 ? taken.getLocalPort() : port;
            };

            PostgresServer postgres =
                    EmbeddedStores.withFreePort(5432, port -> PostgresServer.start(home, lateOnce.applyAsInt(port)));
            postgres.close();
            RedisServer redis =
                    EmbeddedStores.withFreePort(6379, port -> RedisServer.start(home, lateOnce.applyAsInt(port)));
            redis.close();

            assertEquals(4, tried.size());
        }
    }

    @Test
    void heldDirectoryIsRefusedWithClearMessage() throws IOException {
        // Given
        Process fork = fork();
        assertTrue(firstLine(fork).startsWith("ready"));

        // When
        String elsewhere = assertThrows(EmbeddedStoreException.class, () -> EmbeddedStores.start(dir, true, true))
                .getMessage();
        EmbeddedStores other = EmbeddedStores.start(parent.resolve("other"), false, false);
        started.add(other);
        String here = assertThrows(
                        EmbeddedStoreException.class, () -> EmbeddedStores.start(parent.resolve("other"), false, false))
                .getMessage();

        // Then
        assertEquals(
                "another Pacesetter (process " + fork.pid() + ") is running on data directory " + dir.toRealPath()
                        + ": stop it, or set data.dir (PACESETTER_DATA_DIR) to another one",
                elsewhere);
        assertTrue(here.startsWith("another Pacesetter is running on data directory "), here);
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void brokenDataDirectoryIsToldInTheServersOwnWords() throws IOException {
        start().close();
        Files.writeString(dir.resolve("postgres/PG_VERSION"), "11\n");

        EmbeddedStoreException e =
                assertThrows(EmbeddedStoreException.class, () -> EmbeddedStores.start(dir, true, true));

        assertTrue(e.getMessage().contains("initialized by PostgreSQL version 11"), e.getMessage());
    }

    @Test
    void adminKeyIsMadeOnceForItsOwnerAlone() throws IOException {
        EmbeddedSecrets.AdminKey made = EmbeddedSecrets.adminKey(dir);
        EmbeddedSecrets.AdminKey read = EmbeddedSecrets.adminKey(dir);

        assertTrue(made.isNew());
        assertFalse(read.isNew());
        assertEquals(made.key(), read.key());
        assertTrue(made.key().matches("ps_admin_[A-Za-z0-9]{32}"));
        assertFalse(made.toString().contains(made.key()));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("admin.key"))));
        try (Stream<Path> files = Files.list(dir)) {
            assertEquals(1, files.count());
        }
        Files.writeString(dir.resolve("admin.key"), "");
        assertThrows(EmbeddedStoreException.class, () -> EmbeddedSecrets.adminKey(dir));
    }

    private EmbeddedStores start() {
        EmbeddedStores stores = EmbeddedStores.start(dir, true, true);
        started.add(stores);
        return stores;
    }

    /** The lock of a process that is being killed may last a moment. */
    private EmbeddedStores awaitStart() {
        forks.forEach(fork -> fork.onExit().join());
        return EmbeddedStores.start(dir, true, true);
    }

    private Process fork() throws IOException {
        Process fork = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedStoresMain.class.getName(),
                        dir.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        forks.add(fork);
        return fork;
    }

    private static String firstLine(Process fork) throws IOException {
        BufferedReader reader = fork.inputReader(StandardCharsets.UTF_8);
        String line = reader.readLine();
        while (line != null && !line.startsWith("ready") && !line.startsWith("failed")) {
            line = reader.readLine();
        }
        return String.valueOf(line);
    }

    /** The processes whose executable lies there and whose parent does not: one a server. */
    private static List<Long> serversIn(Path directory) throws IOException {
        Path home = directory.toRealPath();
        return ProcessHandle.allProcesses()
                .filter(process -> runsFrom(process, home))
                .filter(process -> process.parent()
                        .filter(parent -> runsFrom(parent, home))
                        .isEmpty())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static boolean runsFrom(ProcessHandle process, Path home) {
        return process.info()
                .command()
                .map(Path::of)
                .filter(path -> path.startsWith(home))
                .isPresent();
    }

    private static ServerSocket occupy(int port) throws IOException {
        try {
            return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        } catch (IOException taken) {
            return new ServerSocket(0);
        }
    }

    private static String query(EmbeddedStores stores, String sql) {
        return query(stores.postgresUri().orElseThrow(), sql);
    }

    /** The first value of the first row, "" when there is none. */
    private static String query(String uri, String sql) {
        URI parsed = URI.create(uri);
        String jdbc = "jdbc:postgresql://" + parsed.getHost() + ":" + parsed.getPort() + parsed.getPath();
        try (Connection connection = DriverManager.getConnection(jdbc, parsed.getUserInfo(), null);
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getString(1) : "";
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The server's answer, its lines separated by blanks. */
    private static String redis(EmbeddedStores stores, String command) {
        URI uri = URI.create(stores.redisUri().orElseThrow());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(5));
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .replaceAll("\r\n", " ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
