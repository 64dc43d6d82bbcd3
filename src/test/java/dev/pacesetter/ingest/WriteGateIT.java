package dev.pacesetter.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Hiding and sealing are exact only if whatever writes scores passes the gate that they close. */
class WriteGateIT {

    private static final Pattern WRITES = Pattern.compile(
            "(insert\\s+into|update|delete\\s+from|merge\\s+into)\\s+(only\\s+)?score\\b", Pattern.CASE_INSENSITIVE);

    /** A statement that is prepared holds the locks that it takes, as PostgreSQL itself knows them. */
    @Test
    void shouldBePassedByEveryStatementThatWritesScores() throws IOException, SQLException {
        String database = Stores.newDatabase();
        Migrations.apply(new PostgresServers(List.of(database)));
        Set<String> writers = new TreeSet<>();
        Set<String> passing = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources/sql"));
                Connection connection = Oracle.connect(database)) {
            connection.setAutoCommit(false);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String sql = Files.readString(file);
                if (!WRITES.matcher(sql).find()) {
                    continue;
                }
                Set<String> locked = lockedForWriting(connection, sql);
                if (locked.contains("score")) {
                    writers.add(file.getFileName().toString());
                }
                if (locked.contains("write_gate")) {
                    passing.add(file.getFileName().toString());
                }
                connection.rollback();
            }
        }
        assertEquals(
                Set.of(
                        "change_score.sql",
                        "commit_batch.sql",
                        "commit_limited_batch.sql",
                        "erase_user.sql",
                        "release_score.sql",
                        "take_back.sql"),
                writers);
        assertEquals(writers, passing);
    }

    private static Set<String> lockedForWriting(Connection connection, String sql) throws SQLException {
        Set<String> locked = new TreeSet<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("prepare one as " + sql);
            try (ResultSet rows = statement.executeQuery("select relation::regclass::text from pg_locks "
                    + "where pid = pg_backend_pid() and locktype = 'relation' and mode = 'RowExclusiveLock'")) {
                while (rows.next()) {
                    locked.add(rows.getString(1));
                }
            }
            statement.execute("deallocate one");
        }
        return locked;
    }
}
