package dev.pacesetter.postgres;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Tells PostgreSQL's absence from its answers. */
public final class PostgresFailures {

    private PostgresFailures() {}

    /**
     * Whether a failure means that PostgreSQL cannot be had now: no connection, shutting down, out of resources, or only
     * reading. Everything else that PostgreSQL says is an answer.
     */
    public static boolean isDown(Throwable failure) {
        if (failure instanceof PgException refusal) {
            String state = String.valueOf(refusal.getSqlState());
            return state.startsWith("08") || state.startsWith("53") || state.startsWith("57") || state.equals("25006");
        }
        return failure instanceof IOException
                || failure instanceof VertxException
                || failure instanceof ClosedConnectionException
                || failure instanceof TimeoutException;
    }
}
