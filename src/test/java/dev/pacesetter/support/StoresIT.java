package dev.pacesetter.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** That the harm which other tests rely on is really done. */
class StoresIT {

    @Test
    void everyDatabaseIsFreshAndSortsAsPeopleDo() throws SQLException {
        String first = Stores.newDatabase();
        String second = Stores.newDatabase();

        assertNotEquals(first, second);
        assertEquals("0", query(first, "select count(*) from pg_tables where schemaname = 'public'"));
        query(first, "create table t (x int); select 1");
        assertEquals("0", query(second, "select count(*) from pg_tables where schemaname = 'public'"));
        assertEquals("true", query(first, "select ('a' < 'B')::text"));
        assertEquals("false", query(first, "select ('a' < 'B' collate \"C\")::text"));
    }

    @Test
    void redisIsEmptyOnTheSamePortAfterStopOrKill() throws IOException {
        try (RedisHandle redis = Stores.newRedis()) {
            String uri = redis.uri();
            assertEquals("+OK", redis(redis, "SET a 1"));
            redis.stop();
            assertThrows(IOException.class, () -> redis(redis, "PING"));

            redis.start();
            assertEquals(uri, redis.uri());
            assertEquals(":0", redis(redis, "DBSIZE"));
            assertEquals("+OK", redis(redis, "SET a 1"));

            redis.kill();
            assertThrows(IOException.class, () -> redis(redis, "PING"));
            redis.start();
            assertEquals(":0", redis(redis, "DBSIZE"));
        }
    }

    @Test
    void pausedRedisAnswersNothingUntilItGoesOn() throws IOException {
        try (RedisHandle redis = Stores.newRedis()) {
            redis(redis, "SET a 1");

            redis.pause();
            assertThrows(SocketTimeoutException.class, () -> redis(redis, "PING"));
            redis.resume();

            assertEquals(":1", redis(redis, "DBSIZE"));
            redis.pause();
        }
    }

    private static String query(String uri, String sql) throws SQLException {
        URI parsed = URI.create(uri);
        String[] user = parsed.getUserInfo().split(":", 2);
        String jdbc = "jdbc:postgresql://" + parsed.getHost() + ":" + parsed.getPort() + parsed.getPath();
        try (Connection connection = DriverManager.getConnection(jdbc, user[0], user.length == 2 ? user[1] : null);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            try (ResultSet rows = statement.getResultSet()) {
                return rows != null && rows.next() ? rows.getString(1) : "";
            }
        }
    }

    private static String redis(RedisHandle redis, String command) throws IOException {
        URI uri = URI.create(redis.uri());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(300);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[64];
            int length = socket.getInputStream().read(answer);
            if (length < 0) {
                throw new IOException("closed");
            }
            return new String(answer, 0, length, StandardCharsets.US_ASCII).strip();
        }
    }
}
