package dev.pacesetter.ranking;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.LookUpNames;
import dev.pacesetter.bus.BusMessage.Names;
import dev.pacesetter.bus.BusMessage.UnknownPeriod;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Group;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.export.Column;
import dev.pacesetter.export.Export;
import dev.pacesetter.export.ExportFormat;
import dev.pacesetter.export.Exports;
import dev.pacesetter.group.GroupLookup;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Mount;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A whole leaderboard period as a file: of one moment, which pages of a ranking that goes on changing could not be, and
 * therefore from the scores.
 */
public final class BoardExportRoutes implements Mount {

    private final Auth auth;
    private final Supplier<Leaderboards> leaderboards;
    private final Exports exports;
    private final Clock clock;

    /** With the leaderboards there are. */
    public BoardExportRoutes(Auth auth, Supplier<Leaderboards> leaderboards, Exports exports, Clock clock) {
        this.auth = auth;
        this.leaderboards = leaderboards;
        this.exports = exports;
        this.clock = clock;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get("/api/v1/leaderboards/:id/export")
                .handler(auth.userOrKey())
                .handler(context -> export(vertx.eventBus(), context));
    }

    private void export(EventBus bus, RoutingContext context) {
        Leaderboard leaderboard = LeaderboardRoutes.find(leaderboards.get(), context);
        ExportFormat format = ExportFormat.of(context);
        BoardPeriod board = RankingReads.board(leaderboard, context.request().getParam("period"), clock.instant())
                .orElseThrow(
                        () -> LeaderboardRoutes.problem(new UnknownPeriod()).exception());
        String group = context.request().getParam("group");
        Future<@Nullable List<String>> members = group == null
                ? Future.succeededFuture()
                : GroupLookup.readable(bus, group, Auth.of(context)).map(Group::members);
        members.onSuccess(users -> export(bus, context, format, board, users)).onFailure(context::fail);
    }

    private void export(
            EventBus bus,
            RoutingContext context,
            ExportFormat format,
            BoardPeriod board,
            @Nullable List<String> users) {
        EntryQuery query = EntryQuery.of(board, users).inListOrder();
        List<Column> columns = new ArrayList<>(Column.exact("rank", "userId"));
        columns.add(Column.freeText("name"));
        columns.addAll(Column.exact("score", "reachedAt"));
        String name = board.leaderboard().id() + "-" + board.period().label();
        RankedLines lines = new RankedLines(board, some -> names(bus, some));
        exports.send(
                context, Auth.of(context), format, new Export(name, columns, query.sql(), query.arguments(), lines));
    }

    private static Future<Names> names(EventBus bus, List<RankingStore.Line> lines) {
        Set<String> users = lines.stream().map(RankingStore.Line::userId).collect(Collectors.toSet());
        return users.isEmpty() ? Future.succeededFuture(Names.NONE) : Addresses.NAMES.ask(bus, new LookUpNames(users));
    }
}
