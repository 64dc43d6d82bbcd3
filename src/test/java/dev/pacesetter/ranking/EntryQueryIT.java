package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboard.Visibility;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.domain.Zone;
import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Stores;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What PostgreSQL reads for the entries of some users. */
class EntryQueryIT {

    private static final int ATHLETES = 20_000;
    private static final int SCORES_EACH = 3;
    private static final int ASKED = 500;
    private static final String FILL =
            "insert into score (id, user_id, activity, score, occurred_at, utc_offset, timed) "
                    + "select gen_random_uuid(), 'runner-' || n %% %d, 'running', 1, timestamptz '2026-11-01' + n * interval '1 second', 0, "
                    + "true from generate_series(1, %d) as n";
    private static final Pattern READ =
            Pattern.compile("Scan.* on score .*actual.* rows=([0-9.]+) loops=(\\d+)|Rows Removed by Filter: (\\d+)");

    private static Vertx vertx;
    private static PgConnection connection;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        String database = Stores.newDatabase();
        Migrations.apply(new PostgresServers(List.of(database)));
        connection = Await.result(PgConnection.connect(vertx, PgConnectOptions.fromUri(database)));
        execute("alter table score set (autovacuum_enabled = off)");
        execute(FILL.formatted(ATHLETES, ATHLETES * SCORES_EACH));
    }

    @AfterAll
    static void stop() {
        Await.closed(vertx);
    }

    private static List<Row> execute(String sql) {
        List<Row> rows = new ArrayList<>();
        Await.result(connection.query(sql).execute()).forEach(rows::add);
        return rows;
    }

    /** An auditor asks every second; and for its first minutes, a table that fills has no statistics. */
    @ParameterizedTest
    @CsvSource({
        "SUM, force_custom_plan",
        "SUM, force_generic_plan",
        "BEST, force_custom_plan",
        "BEST, force_generic_plan",
        "COUNT, force_custom_plan",
        "COUNT, force_generic_plan"
    })
    void shouldReadNoOtherUsersScoresBeforeThereAreStatistics(Mode mode, String plans) {
        assertEquals(
                -1,
                execute("select reltuples::integer from pg_class where oid = 'score'::regclass")
                        .get(0)
                        .getInteger(0));
        execute("set plan_cache_mode = " + plans);
        for (PeriodRule rule : List.of(new PeriodRule.AllTime(), new PeriodRule.Monthly())) {
            for (Set<String> activities : List.of(Set.of("*"), Set.of("running", "rowing"))) {
                assertFew(board(mode, rule, activities));
            }
        }
    }

    private static void assertFew(BoardPeriod board) {
        List<String> users = new ArrayList<>();
        for (int i = 0; i < ASKED; i++) {
            users.add("runner-" + i * 7);
        }
        EntryQuery query = EntryQuery.of(board, users);
        assertEquals(
                ASKED,
                Await.result(connection.preparedQuery(query.sql()).execute(query.arguments()))
                        .size());
        StringJoiner plan = new StringJoiner("\n");
        Await.result(connection
                        .preparedQuery("explain (analyze, costs off) " + query.sql())
                        .execute(query.arguments()))
                .forEach(row -> plan.add(row.getString(0)));
        double read = 0;
        Matcher line = READ.matcher(plan.toString());
        while (line.find()) {
            read += line.group(3) != null
                    ? Double.parseDouble(line.group(3))
                    : Double.parseDouble(line.group(1)) * Double.parseDouble(line.group(2));
        }
        assertTrue(read >= ASKED * SCORES_EACH && read <= 2 * ASKED * SCORES_EACH, read + " in " + plan);
    }

    private static BoardPeriod board(Mode mode, PeriodRule rule, Set<String> activities) {
        Leaderboard leaderboard = new Leaderboard(
                "runs", "", activities, mode, Order.DESC, rule, Zone.of("UTC"), "", 0, 0, 100, Visibility.PUBLIC);
        return new BoardPeriod(
                leaderboard,
                leaderboard.periodAt(Instant.parse("2026-11-15T12:00:00Z"), 0).orElseThrow());
    }
}
