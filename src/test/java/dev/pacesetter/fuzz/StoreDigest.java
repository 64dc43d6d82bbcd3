package dev.pacesetter.fuzz;

import dev.pacesetter.support.Oracle;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that is stored, as a line a table and a line a ranking. Left out is what changes by itself: who writes at the
 * moment, the log on its way to the rankings, when a key was last used, up to when periods are sealed, which a node finds
 * out by itself when it has started, and at midnight.
 */
final class StoreDigest implements AutoCloseable {

    private static final String TABLES =
            "select c.table_name, string_agg(format('%I', c.column_name), ',' order by c.ordinal_position)"
                    + " from information_schema.columns c join information_schema.tables t using (table_schema, table_name)"
                    + " where c.table_schema = 'public' and t.table_type = 'BASE TABLE'"
                    + " and c.table_name not in ('stream', 'outbox', 'flyway_schema_history')"
                    + " and c.column_name not like 'last_used%' and c.column_name not in ('seen_at', 'sealed_to')"
                    + " group by 1 order by 1";

    private final Connection postgres;
    private final Socket redis;
    private final DataInputStream fromRedis;
    private final String sql;

    /** Of a node's stores. */
    StoreDigest(String databaseUri, String redisUri) {
        try {
            postgres = Oracle.connect(databaseUri);
            URI uri = URI.create(redisUri);
            redis = new Socket(uri.getHost(), uri.getPort());
            fromRedis = new DataInputStream(new BufferedInputStream(redis.getInputStream()));
        } catch (SQLException | IOException failure) {
            throw new IllegalStateException(failure);
        }
        List<String> each = new ArrayList<>();
        for (String[] table : Oracle.rows(databaseUri, TABLES)) {
            each.add("select '" + table[0] + "', count(*) || ' rows ' || coalesce(md5(string_agg(md5(row(" + table[1]
                    + ")::text), '' order by md5(row(" + table[1] + ")::text))), '') from " + table[0]);
        }
        sql = String.join(" union all ", each);
    }

    /** As it is now. */
    Map<String, String> take() {
        Map<String, String> all = new TreeMap<>();
        try (Statement statement = postgres.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                all.put(rows.getString(1), rows.getString(2));
            }
            for (Object key : (List<?>) redis("KEYS lb:*:z")) {
                List<?> entries = (List<?>) redis("ZRANGE " + key + " 0 -1 WITHSCORES");
                // An empty one is made when somebody asks for a period in which nobody did anything.
                if (!entries.isEmpty()) {
                    all.put(String.valueOf(key), entries.size() / 2 + " entries " + entries.hashCode());
                }
            }
        } catch (SQLException | IOException failure) {
            throw new IllegalStateException(failure);
        }
        return all;
    }

    private Object redis(String command) throws IOException {
        OutputStream out = redis.getOutputStream();
        out.write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return reply();
    }

    private Object reply() throws IOException {
        String line = line();
        int number = Integer.parseInt(line.substring(1));
        switch (line.charAt(0)) {
            case '*' -> {
                List<Object> all = new ArrayList<>(number);
                for (int i = 0; i < number; i++) {
                    all.add(reply());
                }
                return all;
            }
            case '$' -> {
                byte[] text = new byte[number + 2];
                fromRedis.readFully(text);
                return new String(text, 0, number, StandardCharsets.ISO_8859_1);
            }
            default -> {
                return line;
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int each = fromRedis.read(); each != '\r'; each = fromRedis.read()) {
            if (each < 0) {
                throw new IOException("Redis has closed");
            }
            line.append((char) each);
        }
        if (fromRedis.read() != '\n') {
            throw new IOException("no line");
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            postgres.close();
            redis.close();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
