package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.BusMessage.Act;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboard.Visibility;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.Period;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.domain.Zone;
import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.ranking.SealStore.Unfilled;
import dev.pacesetter.settings.Resources;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.Stores;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PreparedQuery;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leaderboards there are, and what is sealed of them, under changes at the same moment. */
class CatalogIT {

    private static final Instant NOON = Instant.parse("2026-11-10T12:00:00Z");

    private static final Act ACT = new Act("key:test", null);

    private final Vertx vertx = Vertx.vertx();
    private String database;
    private Pool pool;
    private LeaderboardCatalog catalog;
    private SealStore seals;

    @BeforeEach
    void start() {
        database = Stores.newDatabase();
        PostgresServers servers = new PostgresServers(List.of(database));
        Migrations.apply(servers);
        pool = servers.pool(vertx, 4, 50);
        catalog = new LeaderboardCatalog(pool);
        seals = new SealStore(pool);
        assertTrue(Await.result(catalog.create(board("A title", "UTC"), ACT)));
    }

    @AfterEach
    void stop() {
        Await.result(pool.close());
        Await.closed(vertx);
    }

    private static Leaderboard board(String title, String zone) {
        return new Leaderboard(
                "rows",
                title,
                Set.of("rowing", "erg"),
                Mode.SUM,
                Order.DESC,
                PeriodRule.of("day", null, null),
                Zone.of(zone),
                "",
                0,
                0,
                100,
                Visibility.PUBLIC);
    }

    private static List<Period> dayOf(Leaderboard board) {
        return List.of(board.periodAt(NOON, 0).orElseThrow());
    }

    private Leaderboard known() {
        return catalog.get().find("rows").orElseThrow();
    }

    private long noted() {
        return Oracle.number(database, "select count(*) from sealed_period");
    }

    /** Holds back what one read has found; everything else is as it is. */
    private static final class HeldBack {

        final Promise<Void> release = Promise.promise();
        final Promise<Void> found = Promise.promise();
        private final AtomicReference<@Nullable String> statement = new AtomicReference<>();

        Pool of(Pool pool) {
            return wrap(Pool.class, pool);
        }

        /** The next one of these. */
        void next(String sql) {
            statement.set(sql);
        }

        private <T> T wrap(Class<T> type, T real) {
            return type.cast(
                    Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                        Object result = invoke(method, real, arguments);
                        boolean held = method.getName().equals("preparedQuery")
                                && String.valueOf(arguments[0]).equals(statement.get());
                        if (held) {
                            statement.set(null);
                        }
                        return held ? hold((PreparedQuery<?>) result) : result;
                    }));
        }

        private Object hold(PreparedQuery<?> query) {
            return Proxy.newProxyInstance(
                    PreparedQuery.class.getClassLoader(), new Class<?>[] {PreparedQuery.class}, (self, method, all) -> {
                        Future<?> rows = (Future<?>) invoke(method, query, all);
                        return rows.compose(read -> {
                            found.complete();
                            return release.future().map(go -> (Object) read);
                        });
                    });
        }

        private static Object invoke(Method method, Object real, Object[] arguments) throws Throwable {
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        }
    }

    @Test
    void shouldNotUndoAChangeByAReadThatBeganBefore() {
        HeldBack late = new HeldBack();
        LeaderboardCatalog here = new LeaderboardCatalog(late.of(pool));
        Await.result(here.refresh());
        late.next(Resources.text("sql/ranking/list_leaderboards.sql"));
        Future<?> old = here.refresh();
        Await.result(late.found.future());
        assertTrue(Await.result(here.change(board("Another title", "Asia/Tokyo"), ACT)));
        assertEquals("Another title", here.get().find("rows").orElseThrow().title());
        late.release.complete();
        Await.result(old);
        assertEquals("Another title", here.get().find("rows").orElseThrow().title());
        assertTrue(Await.result(here.delete("rows", ACT)));
        assertTrue(Await.result(here.refresh()).all().isEmpty());
    }

    /** On another node than the one that changed it, which has not heard of it yet. */
    @Test
    void shouldSealNothingByRulesThatWereChanged() {
        Leaderboard old = known();
        assertTrue(Await.result(catalog.change(board("A title", "Asia/Tokyo"), ACT)));
        assertFalse(Await.result(seals.note(old, dayOf(old))));
        assertEquals(0, noted());
        Await.result(seals.advance(old, NOON));
        assertEquals(0, Oracle.number(database, "select count(sealed_to) from leaderboard"));
        Leaderboard now = known();
        assertTrue(Await.result(seals.note(now, dayOf(now))));
        assertEquals(1, noted());
        List<Unfilled> some = Await.result(seals.unfilled("rows"));
        assertEquals(dayOf(now), some.stream().map(Unfilled::period).toList());
        Await.result(seals.drop(old, some));
        assertEquals(1, noted(), "who does not know the rules cannot know that it is none");
        Await.result(seals.drop(now, some));
        assertEquals(0, noted());
    }

    /** A change that waits for the sealing must see what it has sealed. */
    @Test
    void shouldNotChangeTheRulesOfWhatIsBeingSealed() throws SQLException {
        try (Connection sealing = Oracle.connect(database)) {
            sealing.setAutoCommit(false);
            sealing.createStatement().execute("select from leaderboard where id = 'rows' for share");
            Future<Boolean> change = catalog.change(board("A title", "Asia/Tokyo"), ACT);
            Await.until(
                    "the change to wait",
                    () -> Oracle.number(database, "select count(*) from pg_locks where not granted") > 0);
            sealing.createStatement()
                    .execute("insert into sealed_period (leaderboard, label, from_at, to_at, athlete_time, sealed_at) "
                            + "values ('rows', '2026-11-10', '2026-11-10Z', '2026-11-11Z', false, now())");
            sealing.commit();
            assertFalse(Await.result(change));
        }
        assertEquals("UTC", Oracle.text(database, "select time_zone from leaderboard"));
        assertEquals("UTC", known().zone().name());
    }
}
