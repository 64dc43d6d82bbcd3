package dev.pacesetter.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The stores that run for us alone, on the loopback address. PostgreSQL keeps its data under the data directory, as
 * durable as a server of its own; Redis keeps nothing. The servers are processes of their own and outlive a JVM that is
 * killed: the next start on the same data directory stops them first.
 *
 * <p>One process at a time: a lock file in the data directory is held until {@link #close}. All methods block.
 */
public final class EmbeddedStores implements AutoCloseable {

    private static final int ATTEMPTS = 3;
    /** How Redis and PostgreSQL say it. */
    private static final List<String> TAKEN =
            List.of("Failed listening on port", "could not create any TCP/IP sockets");

    private final DirectoryLock lock;
    private final @Nullable PostgresServer postgres;
    private final @Nullable RedisServer redis;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedStores(DirectoryLock lock, @Nullable PostgresServer postgres, @Nullable RedisServer redis) {
        this.lock = lock;
        this.postgres = postgres;
        this.redis = redis;
    }

    /**
     * Starts the wanted stores, PostgreSQL on port 5432 and Redis on 6379 where these are free, else on any free ones.
     * The very first start takes some seconds, later ones less than one.
     *
     * @param dataDir made when missing
     * @throws EmbeddedStoreException when another process holds the data directory, or a store does not start
     */
    public static EmbeddedStores start(Path dataDir, boolean postgres, boolean redis) {
        Path home = makeHome(dataDir);
        DirectoryLock lock = DirectoryLock.acquire(home);
        CompletableFuture<@Nullable PostgresServer> startingPostgres = inParallel(
                "embedded-postgres",
                () -> postgres ? withFreePort(5432, port -> PostgresServer.start(home, port)) : null);
        CompletableFuture<@Nullable RedisServer> startingRedis = inParallel(
                "embedded-redis", () -> redis ? withFreePort(6379, port -> RedisServer.start(home, port)) : null);
        try {
            return new EmbeddedStores(lock, startingPostgres.join(), startingRedis.join());
        } catch (CompletionException e) {
            new EmbeddedStores(lock, ifStarted(startingPostgres), ifStarted(startingRedis)).close();
            throw e.getCause() instanceof EmbeddedStoreException known
                    ? known
                    : new EmbeddedStoreException("The embedded stores did not start", e.getCause());
        }
    }

    /** Where PostgreSQL is, if it was wanted: a {@code postgresql://…}. */
    public Optional<String> postgresUri() {
        return Optional.ofNullable(postgres).map(PostgresServer::uri);
    }

    /** Where Redis is, if it was wanted: a {@code redis://…}. */
    public Optional<String> redisUri() {
        return Optional.ofNullable(redis).map(RedisServer::uri);
    }

    /** Stops what was started, PostgreSQL by a fast shutdown, and gives the data directory free; without effect the second time. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        if (redis != null) {
            redis.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        lock.close();
    }

    private static Path makeHome(Path dataDir) {
        try {
            return Files.createDirectories(dataDir).toRealPath();
        } catch (IOException e) {
            throw new EmbeddedStoreException("Cannot make the data directory " + dataDir.toAbsolutePath(), e);
        }
    }

    /** Starts on the preferred port; on any free one if that is taken, be it in the last moment. */
    static <T> T withFreePort(int preferred, IntFunction<T> start) {
        int port = Ports.free(preferred);
        for (int attempt = 1; ; attempt++) {
            try {
                return start.apply(port);
            } catch (EmbeddedStoreException e) {
                if (attempt == ATTEMPTS || TAKEN.stream().noneMatch(String.valueOf(e.getMessage())::contains)) {
                    throw e;
                }
                port = Ports.free(0);
            }
        }
    }

    private static <T extends @Nullable Object> CompletableFuture<T> inParallel(String name, Supplier<T> start) {
        return CompletableFuture.supplyAsync(start, task -> new Thread(task, name).start());
    }

    private static <T> @Nullable T ifStarted(CompletableFuture<@Nullable T> starting) {
        return starting.exceptionally(e -> null).join();
    }
}
