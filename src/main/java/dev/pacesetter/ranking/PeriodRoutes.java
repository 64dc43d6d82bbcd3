package dev.pacesetter.ranking;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.LookUpNames;
import dev.pacesetter.bus.BusMessage.Names;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.RankingDown;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Entry;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Period;
import dev.pacesetter.domain.RankKey;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Paging;
import dev.pacesetter.http.Problem;
import dev.pacesetter.postgres.PostgresFailures;
import dev.pacesetter.ranking.OpenPeriods.Open;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A leaderboard's periods, latest first: those that scores still change, and those that are final with their winners. */
public final class PeriodRoutes implements Mount {

    private static final String LIST_SEALED = Resources.text("sql/ranking/list_sealed.sql");
    private static final int MAX_LIMIT = 100;
    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST_WINNERS = 10;
    private static final long STATEMENT_SECONDS = 5;

    /** Before and after all that can be asked for. */
    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private final Auth auth;
    private final Pool pool;
    private final Supplier<Leaderboards> leaderboards;
    private final OpenPeriods periods;

    /** With the database that has the sealed ones. */
    public PeriodRoutes(Auth auth, Pool pool, Supplier<Leaderboards> leaderboards, Clock clock) {
        this.auth = auth;
        this.pool = pool;
        this.leaderboards = leaderboards;
        this.periods = new OpenPeriods(pool, clock);
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get("/api/v1/leaderboards/:id/periods")
                .handler(auth.anyone())
                .handler(context -> list(vertx.eventBus(), context));
    }

    private void list(EventBus bus, RoutingContext context) {
        Leaderboard leaderboard = LeaderboardRoutes.find(leaderboards.get(), context);
        int limit = Paging.number(context, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        Instant before = before(context.request().getParam("cursor"));
        periods.list(leaderboard, before, limit + 1)
                .compose(open -> sealed(leaderboard, before, limit + 1 - open.size())
                        .compose(rows -> finals(bus, leaderboard, rows))
                        .compose(finals -> page(bus, leaderboard, limit, open, finals)))
                .recover(failure -> Future.failedFuture(
                        PostgresFailures.isDown(failure)
                                ? Problem.storageUnavailable().exception()
                                : failure))
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    private Future<RowSet<Row>> sealed(Leaderboard leaderboard, Instant before, int most) {
        return pool.preparedQuery(LIST_SEALED)
                .execute(Tuple.of(
                        leaderboard.id(),
                        before.atOffset(ZoneOffset.UTC),
                        leaderboard.sealing().sealedTo().atOffset(ZoneOffset.UTC),
                        OpenPeriods.isFixed(leaderboard),
                        most))
                .timeout(STATEMENT_SECONDS, TimeUnit.SECONDS);
    }

    private Future<JsonObject> page(
            EventBus bus, Leaderboard leaderboard, int limit, List<Open> open, List<JsonObject> finals) {
        List<JsonObject> all = new ArrayList<>();
        return Replay.inTurn(
                        open.subList(0, Math.min(limit, open.size())),
                        one -> read(bus, leaderboard, one).onSuccess(all::add).mapEmpty())
                .map(read -> {
                    all.addAll(finals.subList(0, Math.min(limit - all.size(), finals.size())));
                    boolean more = open.size() + finals.size() > limit;
                    return new JsonObject()
                            .put("leaderboard", leaderboard.id())
                            .put("periods", new JsonArray(all))
                            .put("next", more ? all.get(all.size() - 1).getString("from") : null);
                });
    }

    /** With whoever leads it now; nobody knows while the ranking cannot be read. */
    private static Future<JsonObject> read(EventBus bus, Leaderboard leaderboard, Open one) {
        Period period = one.period();
        JsonObject json = json(period, one.running() ? "open" : "closing");
        if (!one.filled()) {
            return Future.succeededFuture(json.put("total", 0).put("winners", new JsonArray()));
        }
        return Addresses.PAGE
                .ask(bus, new ReadPage(leaderboard.id(), period.label(), null, MOST_WINNERS, 0))
                .otherwise(new RankingDown())
                .map(reply -> {
                    if (reply instanceof Page page) {
                        JsonArray winners = new JsonArray();
                        for (Entry entry : page.entries()) {
                            if (entry.rank() == 1) {
                                winners.add(winner(entry.userId(), entry.name(), entry.score(), entry.reachedAt()));
                            }
                        }
                        json.put("total", page.total()).put("winners", winners);
                    }
                    return json;
                });
    }

    private static JsonObject winner(String userId, String name, int score, Instant reachedAt) {
        return new JsonObject()
                .put("rank", 1)
                .put("userId", userId)
                .put("name", name)
                .put("score", score)
                .put("reachedAt", reachedAt.toString());
    }

    private static JsonObject json(Period period, String state) {
        return new JsonObject()
                .put("period", period.label())
                .put("from", period.from().toString())
                .put("to", period.to().toString())
                .put("state", state)
                .put("sealedAt", null)
                .put("correctedAt", null)
                .put("total", null)
                .put("winners", null);
    }

    private Future<List<JsonObject>> finals(EventBus bus, Leaderboard leaderboard, RowSet<Row> rows) {
        Set<String> users = new HashSet<>();
        rows.forEach(row -> users.addAll(List.of(row.getArrayOfStrings("users"))));
        Future<Names> names = users.isEmpty()
                ? Future.succeededFuture(Names.NONE)
                : Addresses.NAMES.ask(bus, new LookUpNames(users)).otherwise(Names.UNREADABLE);
        return names.map(known -> {
            List<JsonObject> all = new ArrayList<>();
            rows.forEach(row -> all.add(finals(leaderboard, row, known)));
            return all;
        });
    }

    private static JsonObject finals(Leaderboard leaderboard, Row row, Names names) {
        Period period = new Period(
                row.getString("label"),
                row.getOffsetDateTime("from_at").toInstant(),
                row.getOffsetDateTime("to_at").toInstant());
        BoardPeriod board = new BoardPeriod(leaderboard, period);
        JsonArray winners = new JsonArray();
        String[] users = row.getArrayOfStrings("users");
        Long[] keys = row.getArrayOfLongs("keys");
        for (int i = 0; i < users.length; i++) {
            winners.add(winner(
                    users[i],
                    names.of(users[i]),
                    RankKey.value(leaderboard.order(), keys[i]),
                    board.clock().instant(RankKey.tick(keys[i]))));
        }
        return json(period, "sealed")
                .put("sealedAt", text(row.getOffsetDateTime("sealed_at")))
                .put("correctedAt", text(row.getOffsetDateTime("corrected_at")))
                .put("total", row.getLong("total"))
                .put("winners", winners);
    }

    private static @Nullable String text(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant().toString();
    }

    private static Instant before(@Nullable String cursor) {
        try {
            Instant before = cursor == null ? LATEST : Instant.parse(cursor);
            if (before.isAfter(LATEST) || before.isBefore(EARLIEST)) {
                throw Paging.badCursor();
            }
            return before;
        } catch (DateTimeException none) {
            throw Paging.badCursor();
        }
    }
}
