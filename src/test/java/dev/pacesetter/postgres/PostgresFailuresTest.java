package dev.pacesetter.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.pgclient.PgException;
import java.net.ConnectException;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What waiting can mend, and what it cannot. */
class PostgresFailuresTest {

    @ParameterizedTest
    @CsvSource({
        "57P03, true",
        "57P01, true",
        "08006, true",
        "53300, true",
        "25006, true",
        "28P01, false",
        "28000, false",
        "3D000, false",
        "42P07, false",
        "23505, false"
    })
    void shouldTellAbsenceFromAnAnswer(String state, boolean down) {
        assertEquals(down, PostgresFailures.isDown(new PgException("said", "FATAL", state, null)));
        FlywayException migration = new FlywayException("failed", new FlywayException(new SQLException("said", state)));
        assertEquals(down, PostgresFailures.isDown(migration), "through Flyway");
    }

    @Test
    void shouldTakeAFailedMigrationForAnAnswer() {
        assertEquals(false, PostgresFailures.isDown(new FlywayException("Validate failed")));
        assertEquals(true, PostgresFailures.isDown(new ConnectException("refused")));
    }

    @Test
    void shouldExplainInOneLine() {
        FlywayException failure = new FlywayException("Found a schema\n--------------\nSQL State : 42P07\n");
        assertEquals(
                "The schema cannot be migrated: Found a schema, SQL State : 42P07",
                PostgresRefusal.explain(failure).getMessage());
    }
}
