package dev.pacesetter.postgres;

import io.vertx.pgclient.PgException;
import java.io.Serial;
import org.flywaydb.core.api.FlywayException;

/** PostgreSQL is there, and a node cannot start on it: waiting does not help. The message is for the operator. */
public final class PostgresRefusal extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private PostgresRefusal(String message, Throwable cause) {
        super(message, cause);
    }

    /** What PostgreSQL or a migration said, in one line; any other failure as it is. */
    public static Throwable explain(Throwable failure) {
        if (failure instanceof PgException) {
            return new PostgresRefusal("PostgreSQL refuses: " + PostgresFailures.line(failure), failure);
        }
        if (failure instanceof FlywayException) {
            return new PostgresRefusal("The schema cannot be migrated: " + PostgresFailures.line(failure), failure);
        }
        return failure;
    }
}
