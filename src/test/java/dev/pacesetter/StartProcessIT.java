package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Await;
import dev.pacesetter.support.Forwarder;
import dev.pacesetter.support.NodeProcess;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the program ends when its PostgreSQL is not there, or will never do. */
class StartProcessIT {

    @TempDir
    private Path directory;

    private RedisHandle redis;
    private URI database;

    @BeforeEach
    void prepare() {
        redis = Stores.newRedis();
        database = URI.create(Stores.newDatabase());
    }

    @AfterEach
    void cleanUp() {
        redis.close();
    }

    private NodeProcess launch(String databaseUri) {
        return NodeProcess.launch(
                directory, Map.of("PACESETTER_POSTGRES_URI", databaseUri, "PACESETTER_REDIS_URI", redis.uri()));
    }

    private static long count(NodeProcess node, String level) {
        return node.log().lines().filter(line -> line.contains(level)).count();
    }

    @Test
    void shouldEndInOrderWhenAskedToWhileItWaits() {
        try (Forwarder postgres = new Forwarder(database.getPort())) {
            String uri =
                    "postgresql://" + database.getUserInfo() + "@127.0.0.1:" + postgres.port() + database.getPath();
            try (NodeProcess node = launch(uri)) {
                Await.until("waiting", () -> node.log().contains("PostgreSQL is not there"));
                assertEquals(503, node.api().get("/health/ready", null).status());
                long before = System.nanoTime();
                assertEquals(0, node.stop(), node.log());
                assertTrue(System.nanoTime() - before < 3_000_000_000L, node.log());
                assertEquals(1, count(node, "WARN"), node.log());
                assertEquals(0, count(node, "ERROR"), node.log());
            }
        }
    }

    @Test
    void shouldSayInOneLineThatPostgresRefuses() {
        try (NodeProcess node = launch(database.resolve("/nobody_made_this").toString())) {
            assertEquals(1, node.waitFor(), node.log());
            assertEquals(1, count(node, "ERROR"), node.log());
            assertTrue(node.log().lines().count() <= 3, node.log());
            assertTrue(node.log().contains("nobody_made_this"), node.log());
        }
    }

    @Test
    void shouldSayInOneLineThatAMigrationFailed() throws SQLException {
        String jdbc = "jdbc:postgresql://" + database.getHost() + ":" + database.getPort() + database.getPath();
        String[] user = String.valueOf(database.getUserInfo()).split(":", 2);
        try (Connection connection = DriverManager.getConnection(jdbc, user[0], user.length == 2 ? user[1] : null);
                Statement statement = connection.createStatement()) {
            // A schema of somebody else's, which Flyway does not touch.
            statement.execute("create table something_else (id int)");
        }
        try (NodeProcess node = launch(database.toString())) {
            assertEquals(1, node.waitFor(), node.log());
            assertEquals(1, count(node, "ERROR"), node.log());
            assertTrue(node.log().lines().count() <= 3, node.log());
        }
    }
}
