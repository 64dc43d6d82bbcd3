package dev.pacesetter.support;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * What a ranking must be: one SQL query over the scores, written without a look at the ranking's own. The tie-break's
 * resolution and origin are given as a person would say them ("200 milliseconds", the period's start).
 */
public final class Oracle {

    /** One expected line. */
    public record Line(String userId, int score, Instant reachedAt) {}

    private Oracle() {}

    /**
     * The expected ranking, best first.
     *
     * @param value {@code sum}, {@code best} or {@code count}
     * @param descending whether larger is better
     */
    public static List<Line> ranking(
            String databaseUri,
            List<String> activities,
            String value,
            boolean descending,
            Instant from,
            Instant to,
            String resolution,
            Instant origin) {
        return ranking(databaseUri, activities, value, descending, from, to, resolution, origin, "true");
    }

    /**
     * The same of some scores only.
     *
     * @param which a condition in SQL
     */
    public static List<Line> ranking(
            String databaseUri,
            List<String> activities,
            String value,
            boolean descending,
            Instant from,
            Instant to,
            String resolution,
            Instant origin,
            String which) {
        String better = descending ? "desc" : "asc";
        String grouped =
                switch (value) {
                    case "sum" ->
                        "select user_id, least(sum(score), 2147483647)::int as v, max(b) as b from s group by 1";
                    case "count" -> "select user_id, count(*)::int as v, max(b) as b from s group by 1";
                    case "best" ->
                        "select distinct on (user_id) user_id, score as v, b from s order by user_id, score " + better
                                + ", b";
                    default -> throw new IllegalArgumentException(value);
                };
        String sql = "with s as (select user_id, score, date_bin(?::interval, occurred_at, ?) as b from score "
                + "where deleted_at is null and held is null and user_id not in (select user_id from concealed) and (? or activity = any(?)) and occurred_at >= ? and occurred_at < ? and ("
                + which + ")), "
                + "g as (" + grouped + ") select user_id, v, b from g order by v " + better
                + ", b, user_id collate \"C\"";
        try (Connection connection = connect(databaseUri);
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, resolution);
            query.setObject(2, at(origin));
            query.setBoolean(3, activities.contains("*"));
            query.setArray(4, connection.createArrayOf("text", activities.toArray()));
            query.setObject(5, at(from));
            query.setObject(6, at(to));
            List<Line> lines = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    lines.add(new Line(
                            rows.getString(1),
                            rows.getInt(2),
                            rows.getObject(3, OffsetDateTime.class).toInstant()));
                }
            }
            return lines;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** How many scores are stored. */
    public static long scores(String databaseUri) {
        return number(databaseUri, "select count(*) from score");
    }

    /** All rows as texts. */
    public static List<String[]> rows(String databaseUri, String sql) {
        try (Connection connection = connect(databaseUri);
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            List<String[]> all = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                String[] row = new String[columns];
                for (int i = 0; i < columns; i++) {
                    row[i] = rows.getString(i + 1);
                }
                all.add(row);
            }
            return all;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** One number by SQL. */
    public static long number(String databaseUri, String sql) {
        try (Connection connection = connect(databaseUri);
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** One text by SQL. */
    public static String text(String databaseUri, String sql) {
        try (Connection connection = connect(databaseUri);
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Runs SQL. */
    public static void execute(String databaseUri, String sql) {
        try (Connection connection = connect(databaseUri)) {
            connection.createStatement().execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** A connection of its own. */
    public static Connection connect(String databaseUri) throws SQLException {
        URI uri = URI.create(databaseUri);
        String[] user = uri.getUserInfo().split(":", 2);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(),
                user[0],
                user.length > 1 ? user[1] : "");
    }
}
