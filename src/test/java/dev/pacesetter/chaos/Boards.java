package dev.pacesetter.chaos;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Oracle;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The boards of {@code chaos/leaderboards.json}, as the API shows them and as SQL over the scores says they must be:
 * every member, value, tie, rank and place; some among a group's members, some of a period that was sealed meanwhile. Periods are worked out here anew, from the calendar alone.
 */
final class Boards {

    private static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

    /** One board in one period. */
    private record Board(
            String id,
            String period,
            List<String> activities,
            String value,
            boolean descending,
            Instant from,
            Instant to,
            String resolution,
            Instant origin,
            @Nullable String group) {
        /** The same among a group's members. */
        Board among(String id) {
            return new Board(this.id, period, activities, value, descending, from, to, resolution, origin, id);
        }
    }

    private static final int SEASONS_LOOKED_AT = 3;
    private final List<Board> seasons = new CopyOnWriteArrayList<>();
    /** Those that were found right after they were sealed. */
    private final Set<String> sealed = ConcurrentHashMap.newKeySet();

    private final String database;
    private final List<Board> boards;

    /** Boards whose scores lie between now and some days ago. */
    Boards(String database, Instant now, int days) {
        this.database = database;
        Map<String, Board> all = new LinkedHashMap<>();
        for (int day = 0; day <= days; day++) {
            for (Board board : at(now.minusSeconds(86_400L * day))) {
                all.put(board.id() + board.period(), board);
            }
        }
        List<Board> among = new ArrayList<>(all.values());
        for (Board current : at(now)) {
            among.add(current.among(Workload.GROUP));
        }
        this.boards = List.copyOf(among);
    }

    /** Makes the group among whose members some boards are looked at. */
    void group(Api api) {
        JsonArray members = new JsonArray();
        for (int i = 0; i < 30; i++) {
            members.add("user-" + 2 * i);
        }
        JsonObject group = new JsonObject().put("visibility", "public").put("members", members);
        Answer made = api.put("/api/v1/groups/" + Workload.GROUP, App.ADMIN_KEY, group);
        if (made.status() != 201) {
            throw new IllegalStateException(made.text());
        }
    }

    /** Makes a leaderboard of one period that ends, and is sealed, soon. */
    void season(Api api, Instant now, Instant to) {
        String id = "season-" + seasons.size();
        Instant from = now.minusSeconds(20 * 86_400L);
        JsonObject definition = new JsonObject()
                .put("id", id)
                .put("title", id)
                .put("activities", new JsonArray().add("*"))
                .put("mode", "sum")
                .put("graceHours", 0)
                .put("period", new JsonObject().put("from", from.toString()).put("to", to.toString()));
        Answer made = api.post("/api/v1/leaderboards", App.ADMIN_KEY, definition);
        if (made.status() != 201) {
            throw new IllegalStateException(made.text());
        }
        seasons.add(new Board(id, "fixed", List.of("*"), "sum", true, from, to, "500 milliseconds", from, null));
    }

    private List<Board> all() {
        List<Board> all = new ArrayList<>(boards);
        all.addAll(seasons.subList(Math.max(0, seasons.size() - SEASONS_LOOKED_AT), seasons.size()));
        return all;
    }

    private static List<Board> at(Instant at) {
        ZoneId auckland = ZoneId.of("Pacific/Auckland");
        ZoneId newYork = ZoneId.of("America/New_York");
        LocalDate monday = at.atZone(auckland).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        LocalDate day = at.atZone(newYork).toLocalDate();
        YearMonth month = YearMonth.from(at.atZone(ZoneOffset.UTC));
        Instant weekFrom = monday.atStartOfDay(auckland).toInstant();
        Instant dayFrom = day.atStartOfDay(newYork).toInstant();
        Instant monthFrom = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        String week = String.format(
                "%d-W%02d", monday.get(IsoFields.WEEK_BASED_YEAR), monday.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
        return List.of(
                new Board("all", "all-time", List.of("*"), "sum", true, Instant.EPOCH, END, "5 minutes", EPOCH, null),
                new Board(
                        "fastest",
                        "all-time",
                        List.of("run"),
                        "best",
                        false,
                        Instant.EPOCH,
                        END,
                        "5 minutes",
                        EPOCH,
                        null),
                new Board(
                        "week",
                        week,
                        List.of("run", "ride"),
                        "sum",
                        true,
                        weekFrom,
                        monday.plusWeeks(1).atStartOfDay(auckland).toInstant(),
                        "200 milliseconds",
                        weekFrom,
                        null),
                new Board(
                        "day",
                        day.toString(),
                        List.of("*"),
                        "count",
                        true,
                        dayFrom,
                        day.plusDays(1).atStartOfDay(newYork).toInstant(),
                        "50 milliseconds",
                        dayFrom,
                        null),
                new Board(
                        "longest",
                        month.toString(),
                        List.of("ride"),
                        "best",
                        true,
                        monthFrom,
                        month.plusMonths(1)
                                .atDay(1)
                                .atStartOfDay(ZoneOffset.UTC)
                                .toInstant(),
                        "1 second",
                        monthFrom,
                        null));
    }

    int size() {
        return boards.size();
    }

    /** What differs now, for people; nothing when all is as it must be. */
    List<String> differences(Api api) {
        List<String> differences = new ArrayList<>();
        for (Board board : all()) {
            String counts = "true";
            boolean season = seasons.contains(board);
            boolean over = season && isSealed(board);
            if (season) {
                counts =
                        "greatest(received_at, changed_at) <= (select sealed_at from sealed_period where filled and leaderboard = '"
                                + board.id() + "')";
            }
            List<Oracle.Line> expected = Oracle.ranking(
                    database,
                    board.activities(),
                    board.value(),
                    board.descending(),
                    board.from(),
                    board.to(),
                    board.resolution(),
                    board.origin(),
                    counts);
            if (board.group() != null) {
                Set<String> members = members(board.group());
                expected = expected.stream()
                        .filter(line -> members.contains(line.userId()))
                        .toList();
            }
            String difference = difference(board, expected, api);
            if (!difference.isEmpty()) {
                differences.add(board.id() + " " + board.period() + ": " + difference);
            } else if (over && !expected.isEmpty()) {
                sealed.add(board.id());
            }
        }
        return differences;
    }

    private boolean isSealed(Board board) {
        return Oracle.number(
                        database,
                        "select count(*) from sealed_period where filled and leaderboard = '" + board.id() + "'")
                > 0;
    }

    /** How many boards were sealed under faults, and found as SQL says that they must stay. */
    int sealedAndRight() {
        return sealed.size();
    }

    private Set<String> members(String group) {
        Set<String> members = new HashSet<>();
        Oracle.rows(database, "select user_id from group_member where group_id = '" + group + "'")
                .forEach(row -> members.add(row[0]));
        return members;
    }

    private static String difference(Board board, List<Oracle.Line> expected, Api api) {
        Answer answer = api.get(
                "/api/v1/leaderboards/" + board.id() + "/entries?limit=200&period=" + board.period()
                        + (board.group() == null ? "" : "&group=" + board.group()),
                null);
        if (answer.status() != 200) {
            return answer.status() + " " + answer.text();
        }
        JsonArray entries = answer.json().getJsonArray("entries");
        if (answer.json().getInteger("total") != expected.size() || entries.size() != expected.size()) {
            return "has " + entries.size() + " entries, must have " + expected.size();
        }
        long rank = 0;
        for (int i = 0; i < expected.size(); i++) {
            Oracle.Line line = expected.get(i);
            if (i == 0 || expected.get(i - 1).score() != line.score()) {
                rank = i + 1L;
            }
            JsonObject entry = entries.getJsonObject(i);
            boolean same = entry.getString("userId").equals(line.userId())
                    && entry.getInteger("score") == line.score()
                    && entry.getLong("rank") == rank
                    && Instant.parse(entry.getString("reachedAt")).equals(line.reachedAt());
            if (!same) {
                return "place " + (i + 1) + " is " + entry.encode() + ", must be rank " + rank + " " + line;
            }
        }
        return "";
    }
}
