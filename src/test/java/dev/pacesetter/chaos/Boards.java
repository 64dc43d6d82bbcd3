package dev.pacesetter.chaos;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The boards of {@code chaos/leaderboards.json}, as the API shows them and as SQL over the scores says they must be:
 * every member, value, tie, rank and place. Periods are worked out here anew, from the calendar alone.
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
            Instant origin) {}

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
        this.boards = List.copyOf(all.values());
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
                new Board("all", "all-time", List.of("*"), "sum", true, Instant.EPOCH, END, "5 minutes", EPOCH),
                new Board("fastest", "all-time", List.of("run"), "best", false, Instant.EPOCH, END, "5 minutes", EPOCH),
                new Board(
                        "week",
                        week,
                        List.of("run", "ride"),
                        "sum",
                        true,
                        weekFrom,
                        monday.plusWeeks(1).atStartOfDay(auckland).toInstant(),
                        "200 milliseconds",
                        weekFrom),
                new Board(
                        "day",
                        day.toString(),
                        List.of("*"),
                        "count",
                        true,
                        dayFrom,
                        day.plusDays(1).atStartOfDay(newYork).toInstant(),
                        "50 milliseconds",
                        dayFrom),
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
                        monthFrom));
    }

    int size() {
        return boards.size();
    }

    /** What differs now, for people; nothing when all is as it must be. */
    List<String> differences(Api api) {
        List<String> differences = new ArrayList<>();
        for (Board board : boards) {
            List<Oracle.Line> expected = Oracle.ranking(
                    database,
                    board.activities(),
                    board.value(),
                    board.descending(),
                    board.from(),
                    board.to(),
                    board.resolution(),
                    board.origin());
            String difference = difference(board, expected, api);
            if (!difference.isEmpty()) {
                differences.add(board.id() + " " + board.period() + ": " + difference);
            }
        }
        return differences;
    }

    private static String difference(Board board, List<Oracle.Line> expected, Api api) {
        Answer answer =
                api.get("/api/v1/leaderboards/" + board.id() + "/entries?limit=200&period=" + board.period(), null);
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
