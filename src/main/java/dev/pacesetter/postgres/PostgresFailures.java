package dev.pacesetter.postgres;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import org.flywaydb.core.api.FlywayException;

/** Tells PostgreSQL's absence from its answers. */
public final class PostgresFailures {

    private PostgresFailures() {}

    /**
     * Whether a failure means that PostgreSQL cannot be had now: no connection, shutting down, out of resources, or only
     * reading. Everything else that PostgreSQL says is an answer.
     */
    public static boolean isDown(Throwable failure) {
        if (failure instanceof PgException refusal) {
            return isDown(String.valueOf(refusal.getSqlState()));
        }
        if (failure instanceof FlywayException migration) {
            return isDown(migration);
        }
        return failure instanceof IOException
                || failure instanceof VertxException
                || failure instanceof ClosedConnectionException
                || failure instanceof TimeoutException;
    }

    /** Flyway wraps what the driver says, more than once. */
    private static boolean isDown(FlywayException migration) {
        for (Throwable cause = migration.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refusal) {
                return isDown(String.valueOf(refusal.getSQLState()));
            }
        }
        return false;
    }

    /** Its message without line breaks: Flyway's have many. */
    static String line(Throwable failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("[-\\s]*\\R[-\\s]*", ", ");
    }

    private static boolean isDown(String state) {
        return state.startsWith("08") || state.startsWith("53") || state.startsWith("57") || state.equals("25006");
    }
}
