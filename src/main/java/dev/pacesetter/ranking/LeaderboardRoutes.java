package dev.pacesetter.ranking;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage;
import dev.pacesetter.bus.BusMessage.EntryAround;
import dev.pacesetter.bus.BusMessage.EntryReply;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PageReply;
import dev.pacesetter.bus.BusMessage.RankingDown;
import dev.pacesetter.bus.BusMessage.ReadEntry;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.bus.BusMessage.UnknownGroup;
import dev.pacesetter.bus.BusMessage.UnknownPeriod;
import dev.pacesetter.domain.Entry;
import dev.pacesetter.domain.Group;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Score;
import dev.pacesetter.group.GroupLookup;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Paging;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Leaderboards and what stands on them. */
public final class LeaderboardRoutes implements Mount {

    private static final int NOT_MODIFIED = 304;
    private static final int MAX_LIMIT = 200;
    private static final int DEFAULT_LIMIT = 100;
    /** Beyond what a board holds in Redis; a page past the last entry is an empty one, a typing error is told. */
    private static final int MAX_OFFSET = 10_000_000;

    private static final int MAX_AROUND = 50;

    private final Auth auth;
    private final Supplier<Leaderboards> leaderboards;
    private final Clock clock;

    /** With the leaderboards there are. */
    public LeaderboardRoutes(Auth auth, Supplier<Leaderboards> leaderboards, Clock clock) {
        this.auth = auth;
        this.leaderboards = leaderboards;
        this.clock = clock;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        EventBus bus = vertx.eventBus();
        PageCache pages = new PageCache(bus, ask -> read(bus, ask), LeaderboardRoutes::render, System::nanoTime);
        String one = "/api/v1/leaderboards/:id";
        router.get("/api/v1/leaderboards").handler(auth.anyone()).handler(context -> list(bus, context));
        router.get(one).handler(auth.anyone()).handler(context -> describe(bus, context));
        router.get(one + "/entries").handler(auth.anyone()).handler(context -> page(bus, pages, context));
        router.get(one + "/entries/:userId").handler(auth.anyone()).handler(context -> entry(bus, context));
    }

    private void list(EventBus bus, RoutingContext context) {
        boolean admin = Auth.of(context).isAdmin();
        List<Future<JsonObject>> all = new ArrayList<>();
        for (Leaderboard leaderboard : leaderboards.get().all()) {
            if (leaderboard.isShownTo(admin)) {
                all.add(json(bus, leaderboard, admin));
            }
        }
        Future.all(all)
                .onSuccess(done -> context.json(new JsonObject().put("leaderboards", new JsonArray(done.list()))))
                .onFailure(context::fail);
    }

    private void describe(EventBus bus, RoutingContext context) {
        json(bus, leaderboard(context), Auth.of(context).isAdmin())
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    /** The total is null while the ranking cannot be read: what a leaderboard is does not depend on Redis. */
    private Future<JsonObject> json(EventBus bus, Leaderboard leaderboard, boolean admin) {
        return Addresses.PAGE
                .ask(bus, new ReadPage(leaderboard.id(), null, null, 0, 0))
                .otherwise(new RankingDown())
                .map(reply -> {
                    Long total = reply instanceof Page page ? (Long) page.total() : null;
                    return admin
                            ? LeaderboardJson.forAdmins(leaderboard, clock.instant(), total)
                            : LeaderboardJson.of(leaderboard, clock.instant(), total);
                });
    }

    private void page(EventBus bus, PageCache pages, RoutingContext context) {
        Leaderboard leaderboard = leaderboard(context);
        int limit = Paging.number(context, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        int offset = Paging.number(context, "offset", 0, MAX_OFFSET, 0);
        String named = context.request().getParam("period");
        String period =
                named == null ? leaderboard.currentPeriod(clock.instant()).label() : named;
        group(bus, context)
                .compose(group -> pages.get(new ReadPage(leaderboard.id(), period, group, limit, offset), period))
                .onSuccess(page -> send(context, page, isForAll(leaderboard, context)))
                .onFailure(context::fail);
    }

    /** Whether a copy that was sent to one may be shown to all. */
    private static boolean isForAll(Leaderboard leaderboard, RoutingContext context) {
        return leaderboard.isShownTo(false) && context.request().getParam("group") == null;
    }

    /** The group that is asked for, if the caller may see it. */
    private static Future<@Nullable String> group(EventBus bus, RoutingContext context) {
        String group = context.request().getParam("group");
        return group == null
                ? Future.succeededFuture()
                : GroupLookup.readable(bus, group, Auth.of(context)).map(Group::id);
    }

    private static void send(RoutingContext context, PageCache.Rendered page, boolean isPublic) {
        HttpServerResponse response = context.response()
                .putHeader(HttpHeaders.ETAG, page.tag())
                // To be kept, and asked about each time: a ranking may change at any moment.
                .putHeader(HttpHeaders.CACHE_CONTROL, isPublic ? "no-cache" : "private, no-cache");
        if (holds(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), page.tag())) {
            response.setStatusCode(NOT_MODIFIED).end();
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(page.body());
        }
    }

    /** Whether one of the tags that a client holds is this one; what proxies have weakened counts, too (RFC 9110, 13.1.2). */
    private static boolean holds(@Nullable String held, String tag) {
        if (held == null) {
            return false;
        }
        for (String one : held.split(",", -1)) {
            String bare = one.trim();
            if (bare.equals("*") || bare.equals(tag) || bare.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }

    private static Future<Page> read(EventBus bus, ReadPage ask) {
        return Addresses.PAGE.ask(bus, ask).otherwise(new RankingDown()).compose(LeaderboardRoutes::page);
    }

    private static Buffer render(Page page) {
        return new JsonObject()
                .put("leaderboard", page.leaderboard())
                .put("period", page.period())
                .put("epoch", page.epoch())
                .put("version", page.version())
                .put("total", page.total())
                .put("entries", json(page.entries()))
                .toBuffer();
    }

    private static Future<Page> page(PageReply reply) {
        return reply instanceof Page page
                ? Future.succeededFuture(page)
                : Future.failedFuture(problem(reply).exception());
    }

    private void entry(EventBus bus, RoutingContext context) {
        Leaderboard leaderboard = leaderboard(context);
        String userId = user(context);
        int around = Paging.number(context, "around", 0, MAX_AROUND, 0);
        String period = context.request().getParam("period");
        group(bus, context)
                .compose(group -> Addresses.ENTRY
                        .ask(bus, new ReadEntry(leaderboard.id(), period, group, userId, around))
                        .otherwise(new RankingDown()))
                .compose(LeaderboardRoutes::entry)
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    private static Future<JsonObject> entry(EntryReply reply) {
        if (!(reply instanceof EntryAround found)) {
            return Future.failedFuture(problem(reply).exception());
        }
        Entry entry = found.entry();
        if (entry == null) {
            return Future.failedFuture(
                    Problem.notFound("This user has no entry here").exception());
        }
        return Future.succeededFuture(new JsonObject()
                .put("leaderboard", found.leaderboard())
                .put("period", found.period())
                .put("total", found.total())
                .put("entry", json(entry).put("percentile", percentile(entry.rank(), found.total())))
                .put("neighbours", json(found.neighbours())));
    }

    /** The share of the others that stand at or below a rank, in percent with two decimals; 100 when alone. */
    static double percentile(long rank, long total) {
        return total <= 1 ? 100 : Math.round(10_000.0 * (total - rank) / (total - 1)) / 100.0;
    }

    static Problem problem(BusMessage reply) {
        if (reply instanceof UnknownPeriod) {
            return Problem.notFound("The leaderboard has no such period; periods look like all-time, 2026-11-23, "
                    + "2026-W48, 2026-11 or fixed, by the leaderboard's own rule");
        }
        return reply instanceof UnknownGroup
                ? Problem.notFound("The group was deleted a moment ago")
                : Problem.rankingUnavailable();
    }

    private Leaderboard leaderboard(RoutingContext context) {
        return find(leaderboards.get(), context);
    }

    /**
     * The leaderboard in the path.
     *
     * @throws dev.pacesetter.http.ProblemException when there is none, or none for this caller
     */
    static Leaderboard find(Leaderboards leaderboards, RoutingContext context) {
        return leaderboards
                .find(context.pathParam("id"))
                .filter(found -> found.isShownTo(Auth.of(context).isAdmin()))
                .orElseThrow(() -> Problem.notFound("There is no such leaderboard; see GET /leaderboards")
                        .exception());
    }

    private static String user(RoutingContext context) {
        String userId = context.pathParam("userId");
        if (!userId.equals("me")) {
            if (!Score.isUserId(userId)) {
                throw Problem.invalid("userId", "must be 1 to 64 of A-Z a-z 0-9 _ . -")
                        .exception();
            }
            return userId;
        }
        if (Auth.of(context) instanceof Principal.User self) {
            return self.id();
        }
        throw Problem.unauthenticated("To ask for me, send a user's token").exception();
    }

    private static JsonArray json(List<Entry> entries) {
        JsonArray all = new JsonArray();
        entries.forEach(entry -> all.add(json(entry)));
        return all;
    }

    private static JsonObject json(Entry entry) {
        return new JsonObject()
                .put("rank", entry.rank())
                .put("userId", entry.userId())
                .put("name", entry.name())
                .put("score", entry.score())
                .put("reachedAt", entry.reachedAt().toString());
    }
}
