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
import dev.pacesetter.domain.Zone;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Paging;
import dev.pacesetter.http.Problem;
import dev.pacesetter.postgres.PostgresFailures;
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
import java.util.Optional;
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
    private final Clock clock;

    /** With the database that has the sealed ones. */
    public PeriodRoutes(Auth auth, Pool pool, Supplier<Leaderboards> leaderboards, Clock clock) {
        this.auth = auth;
        this.pool = pool;
        this.leaderboards = leaderboards;
        this.clock = clock;
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
        List<Period> open = open(leaderboard, before, limit);
        Tuple arguments = Tuple.of(leaderboard.id(), before.atOffset(ZoneOffset.UTC), limit + 1 - open.size());
        pool.preparedQuery(LIST_SEALED)
                .execute(arguments)
                .timeout(STATEMENT_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        PostgresFailures.isDown(failure)
                                ? Problem.storageUnavailable().exception()
                                : failure))
                .compose(rows -> finals(bus, leaderboard, rows))
                .compose(finals -> {
                    List<JsonObject> all = new ArrayList<>();
                    boolean more = open.size() + finals.size() > limit;
                    List<Period> shown = open.subList(0, Math.min(limit, open.size()));
                    List<JsonObject> rest = finals.subList(0, Math.min(limit - shown.size(), finals.size()));
                    String last = rest.isEmpty()
                            ? shown.isEmpty()
                                    ? null
                                    : shown.get(shown.size() - 1).from().toString()
                            : rest.get(rest.size() - 1).getString("from");
                    return Replay.inTurn(shown, period -> read(bus, leaderboard, period)
                                    .onSuccess(json -> {
                                        // A day long past on which nobody did anything is of no interest.
                                        if (!json.getString("state").equals("closing")
                                                || !Long.valueOf(0).equals(json.getLong("total"))) {
                                            all.add(json);
                                        }
                                    })
                                    .mapEmpty())
                            .map(read -> {
                                all.addAll(rest);
                                return new JsonObject()
                                        .put("leaderboard", leaderboard.id())
                                        .put("periods", new JsonArray(all))
                                        .put("next", more ? last : null);
                            });
                })
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    /** Those that are not sealed, back to the first score that may still come. */
    private List<Period> open(Leaderboard leaderboard, Instant before, int limit) {
        List<Period> open = new ArrayList<>();
        Instant now = clock.instant();
        Instant latest = leaderboard.zone().isAthletes() ? now.plus(Zone.FURTHEST) : now;
        Optional<Period> next = Optional.of(leaderboard.currentPeriod(latest));
        while (next.isPresent() && open.size() <= limit) {
            Period period = next.get();
            if (new BoardPeriod(leaderboard, period).isSealed() || !leaderboard.hasBegun(period, now)) {
                break;
            }
            if (period.from().isBefore(before)) {
                open.add(period);
            }
            next = period.from().isAfter(Instant.EPOCH)
                    ? leaderboard
                            .period()
                            .at(period.from().minusMillis(1), leaderboard.zone().id())
                    : Optional.empty();
        }
        return open;
    }

    /** With whoever leads it now; nobody knows while the ranking cannot be read. */
    private Future<JsonObject> read(EventBus bus, Leaderboard leaderboard, Period period) {
        JsonObject json = json(period, period.to().isAfter(clock.instant()) ? "open" : "closing");
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
