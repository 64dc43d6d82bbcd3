package dev.pacesetter.support;

import dev.pacesetter.embedded.EmbeddedStoreException;
import dev.pacesetter.embedded.EmbeddedStores;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * Real stores for tests: one PostgreSQL for the whole test JVM, and as many Redis servers as are asked for. Embedded
 * ones, or containers where the system property {@code pacesetter.stores} is {@code containers}. All of them end with
 * the JVM.
 */
public final class Stores {

    private static final boolean CONTAINERS = "containers".equals(System.getProperty("pacesetter.stores"));
    private static final Path HOME = Path.of("target", "stores");
    private static final String DATABASE_PREFIX = "test_";
    /** Test runs that may go on side by side in one working copy. */
    private static final int MOST_HOMES = 8;

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final Queue<AutoCloseable> OPEN = new ConcurrentLinkedQueue<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Stores::closeAll, "stores-close"));
    }

    private Stores() {}

    /**
     * A fresh and empty database, as a {@code postgresql://…}. It sorts texts as people do, so that a query which needs
     * the order of their bytes has to say so.
     */
    public static String newDatabase() {
        String name = DATABASE_PREFIX + NEXT.incrementAndGet();
        execute("create database " + name
                + " template template0 encoding 'UTF8' locale 'C' locale_provider icu icu_locale 'en-US'");
        return Postgres.ADMIN.resolve("/" + name).toString();
    }

    /** A fresh and empty Redis server. */
    public static RedisHandle newRedis() {
        RedisHandle redis = CONTAINERS
                ? new ContainerRedisHandle()
                : new EmbeddedRedisHandle(
                        HOME.resolve("redis-" + ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet()));
        OPEN.add(redis);
        return redis;
    }

    private static void execute(String sql) {
        try (Connection connection = connect(Postgres.ADMIN);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static Connection connect(URI uri) throws SQLException {
        String[] user = uri.getUserInfo().split(":", 2);
        String jdbc = "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath();
        return DriverManager.getConnection(jdbc, user[0], user.length == 2 ? user[1] : null);
    }

    private static void closeAll() {
        for (AutoCloseable store = OPEN.poll(); store != null; store = OPEN.poll()) {
            try {
                store.close();
            } catch (Exception e) {
                // Not by a logger, which may be closed already.
                System.err.println("A store has not closed: " + e);
            }
        }
    }

    /** Started when the first test asks for it. */
    private static final class Postgres {

        static final URI ADMIN = CONTAINERS ? startContainer() : startEmbedded();

        // Closed with the JVM.
        @SuppressWarnings("resource")
        private static URI startContainer() {
            PostgreSQLContainer container =
                    new PostgreSQLContainer("postgres:18").withCommand("postgres", "-c", "max_connections=300");
            container.start();
            OPEN.add(container);
            return URI.create("postgresql://" + container.getUsername() + ":" + container.getPassword() + "@"
                    + container.getHost() + ":" + container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT) + "/"
                    + container.getDatabaseName());
        }

        private static URI startEmbedded() {
            for (int i = 1; ; i++) {
                try {
                    EmbeddedStores stores = EmbeddedStores.start(HOME.resolve("postgres-" + i), true, false);
                    OPEN.add(stores);
                    URI uri = URI.create(stores.postgresUri().orElseThrow());
                    dropDatabasesOfEarlierRuns(uri);
                    return uri;
                } catch (EmbeddedStoreException e) {
                    if (i == MOST_HOMES || !e.getMessage().startsWith("another Pacesetter")) {
                        throw e;
                    }
                }
            }
        }

        private static void dropDatabasesOfEarlierRuns(URI uri) {
            try (Connection connection = connect(uri);
                    Statement statement = connection.createStatement()) {
                List<String> names = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery(
                        "select datname from pg_database where datname ~ '^" + DATABASE_PREFIX + "[0-9]+$'")) {
                    while (rows.next()) {
                        names.add(rows.getString(1));
                    }
                }
                for (String name : names) {
                    statement.execute("drop database " + name);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
