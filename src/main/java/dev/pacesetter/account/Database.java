package dev.pacesetter.account;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, with a limit on how long an answer may take: one that stopped without closing its connections would else
 * keep a caller for good. A statement that ran out of time may still take effect.
 */
final class Database {

    private final Pool pool;
    private final long timeoutMillis;

    Database(Pool pool, long timeoutMillis) {
        this.pool = pool;
        this.timeoutMillis = timeoutMillis;
    }

    Future<RowSet<Row>> query(String sql, @Nullable Object... parameters) {
        return pool.preparedQuery(sql)
                .execute(Tuple.from(Arrays.asList(parameters)))
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    /** Runs two statements as one transaction; with what the second answers. */
    Future<RowSet<Row>> inOrder(String first, String second, Object... parametersOfSecond) {
        return pool.withTransaction(
                        connection -> connection.preparedQuery(first).execute().compose(done -> connection
                                .preparedQuery(second)
                                .execute(Tuple.from(List.of(parametersOfSecond)))))
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS);
    }
}
