package dev.pacesetter.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.support.Await;
import dev.pacesetter.support.Stores;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresServersIT {

    private static final String PREPARED = "select count(*)::integer, sum(generic_plans + custom_plans)::integer "
            + "from pg_prepared_statements where statement like '%long long%'";

    private final Vertx vertx = Vertx.vertx();
    private PostgresServers servers;

    @BeforeEach
    void start() {
        servers = new PostgresServers(List.of(Stores.newDatabase()));
    }

    @AfterEach
    void stop() {
        Await.closed(vertx);
    }

    /** That of each batch is long; PostgreSQL takes more time to plan it than to carry it out. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPrepareAStatementOnceHoweverLongItIs(boolean pooled) {
        SqlClient client = pooled ? servers.pool(vertx, 1, 10) : Await.result(servers.connect(vertx));
        String sql = "select $1::integer /* " + "long ".repeat(2_000) + "*/";
        for (int i = 0; i < 3; i++) {
            Await.result(client.preparedQuery(sql).execute(Tuple.of(i)));
        }
        Row prepared = Await.result(client.query(PREPARED).execute()).iterator().next();
        assertEquals(1, prepared.getInteger(0));
        assertEquals(3, prepared.getInteger(1));
    }
}
