package dev.pacesetter.postgres;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The servers that may hold the database, in the order to try them. A server that answers but only reads, as a standby
 * does, is passed over.
 */
public final class PostgresServers {

    private static final long CONNECT_MILLIS = 3_000;

    private final List<PgConnectOptions> servers = new ArrayList<>();

    /**
     * Parses URIs: {@code postgresql://user:password@host:port/database}, one for each server.
     *
     * @throws IllegalArgumentException when one cannot be read
     */
    public PostgresServers(List<String> uris) {
        for (String uri : uris) {
            servers.add(PgConnectOptions.fromUri(uri)
                    .setCachePreparedStatements(true)
                    // Unasked, those of 2,048 characters and more are parsed and planned each time.
                    .setPreparedStatementCacheSqlFilter(sql -> true));
        }
    }

    private PostgresServers(PgConnectOptions server) {
        servers.add(server);
    }

    /** Opens a connection of one's own, to the first server that takes writes. */
    public Future<PgConnection> connect(Vertx vertx) {
        Future<PgConnection> attempt = Future.failedFuture("no server");
        for (PgConnectOptions server : servers) {
            attempt = attempt.recover(previous -> connect(vertx, server));
        }
        return attempt;
    }

    private static Future<PgConnection> connect(Vertx vertx, PgConnectOptions server) {
        Promise<PgConnection> promise = Promise.promise();
        long timer = vertx.setTimer(CONNECT_MILLIS, id -> promise.tryFail(silence()));
        PgConnection.connect(vertx, server).compose(PostgresServers::writable).onComplete(result -> {
            vertx.cancelTimer(timer);
            // One that comes after all, too late for its caller, is let go.
            if (result.failed()) {
                promise.tryFail(result.cause());
            } else if (!promise.tryComplete(result.result())) {
                result.result().close();
            }
        });
        return promise.future();
    }

    /**
     * Finds the first server that takes writes now. Leaves nothing open, whether a server answers or not.
     *
     * @return that one alone
     */
    public Future<PostgresServers> writable(Vertx vertx) {
        Future<PostgresServers> attempt = Future.failedFuture("no server");
        for (PgConnectOptions server : servers) {
            attempt = attempt.recover(previous -> check(vertx, server).map(takesWrites -> new PostgresServers(server)));
        }
        return attempt;
    }

    private static Future<Void> check(Vertx vertx, PgConnectOptions server) {
        // A pool, since only its end also ends a connection on which the server says nothing.
        Pool pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(1).setShared(false))
                .with(new NetClientOptions().setConnectTimeout((int) CONNECT_MILLIS))
                .connectingTo(server)
                .using(vertx)
                .build();
        return pool.query("show transaction_read_only")
                .execute()
                .timeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS)
                .compose(PostgresServers::writable)
                .recover(failure -> Future.failedFuture(failure instanceof TimeoutException ? silence() : failure))
                .onComplete(answered -> pool.close());
    }

    private static TimeoutException silence() {
        return new TimeoutException("no answer from PostgreSQL in " + CONNECT_MILLIS + " ms");
    }

    private static Future<Void> writable(RowSet<Row> rows) {
        return rows.iterator().next().getString(0).equals("off")
                ? Future.succeededFuture()
                : Future.failedFuture("this PostgreSQL only reads");
    }

    private static Future<PgConnection> writable(PgConnection connection) {
        return connection
                .query("show transaction_read_only")
                .execute()
                .compose(PostgresServers::writable)
                .map(connection)
                .recover(failure -> connection.close().transform(closed -> Future.failedFuture(failure)));
    }

    /**
     * Makes a pool for short queries.
     *
     * @param size most connections
     * @param maxWaiting most requests that wait for one; further ones fail at once
     */
    public Pool pool(Vertx vertx, int size, int maxWaiting) {
        PoolOptions options = new PoolOptions()
                .setMaxSize(size)
                .setMaxWaitQueueSize(maxWaiting)
                .setConnectionTimeout(3)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                .setShared(false);
        List<SqlConnectOptions> all = new ArrayList<>(servers);
        return PgBuilder.pool()
                .with(options)
                .with(new NetClientOptions().setConnectTimeout((int) CONNECT_MILLIS))
                .connectingTo(all)
                .using(vertx)
                .build();
    }

    List<PgConnectOptions> all() {
        return List.copyOf(servers);
    }
}
