package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Shell;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Walkthrough;
import dev.pacesetter.support.Walkthrough.Step;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/leaderboards.md}, pasted from top to bottom beside a fresh node: every answer is the one that is written there. */
class LeaderboardsDocIT {

    private static final Path DOCUMENT = Path.of("docs", "leaderboards.md");
    private static final Pattern DATE = Pattern.compile("2026-(?:W\\d\\d|11(?:-\\d\\d)?)");

    private static ErrorLog log;
    private static RedisHandle redis;
    private static App app;

    @BeforeAll
    static void start() {
        String database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        // What the document shows of standings is what comes in time.
        app = App.start(database, redis.uri(), new JsonObject().put("ranking.standingTimeoutMs", 10_000));
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void shouldAnswerAsItIsWritten(@TempDir Path directory) throws IOException {
        Files.createDirectory(directory.resolve("data"));
        Files.writeString(directory.resolve("data").resolve("admin.key"), App.ADMIN_KEY + "\n");
        Walkthrough document = Walkthrough.of(Files.readString(DOCUMENT));
        assertTrue(
                document.steps().size() > 70, () -> "only " + document.steps().size() + " calls are found");
        Shell shell = new Shell(directory, document.variables());
        for (Step step : document.steps()) {
            take(shell, step);
        }
    }

    @Test
    void shouldShowAnAnswerToEveryCall() throws IOException {
        String document = Files.readString(DOCUMENT);
        for (Step step : Walkthrough.of(document).steps()) {
            boolean calls = step.commands().contains("curl ");
            assertEquals(calls, step.answer() != null, DOCUMENT + ":" + step.line());
        }
        assertFalse(Walkthrough.prose(document).contains("curl -"), "a call that is not in a block of sh");
    }

    private static void take(Shell shell, Step step) {
        String commands = step.commands().replace("localhost:8080", "127.0.0.1:" + app.port());
        String came = Walkthrough.onOneLine(shell.run(commands));
        if (step.answer() == null) {
            assertEquals("", came, DOCUMENT + ":" + step.line());
            return;
        }
        String expected =
                inThisWeek(step.answer(), LocalDate.parse(shell.run("echo $DAY").strip()));
        Pattern pattern = Walkthrough.pattern(expected);
        AtomicReference<String> last = new AtomicReference<>(came);
        if (step.isRead()) {
            try {
                Await.until(step.commands(), () -> {
                    if (!pattern.matcher(last.get()).matches()) {
                        last.set(Walkthrough.onOneLine(shell.run(commands)));
                    }
                    return pattern.matcher(last.get()).matches();
                });
            } catch (AssertionError late) {
                // Told below, with what came.
            }
        }
        if (!pattern.matcher(last.get()).matches()) {
            assertEquals(Walkthrough.onOneLine(expected), last.get(), DOCUMENT + ":" + step.line() + "\n" + commands);
        }
    }

    /** The document's dates, whose day is Wednesday, 2026-11-18, as those of another day. */
    private static String inThisWeek(String answer, LocalDate day) {
        LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        return DATE.matcher(answer).replaceAll(found -> switch (found.group()) {
            case "2026-11-16" -> monday.toString();
            case "2026-11-18" -> day.toString();
            case "2026-11-19" -> day.plusDays(1).toString();
            case "2026-11-23" -> monday.plusWeeks(1).toString();
            case "2026-11-30" -> monday.plusWeeks(2).toString();
            case "2026-11" -> day.toString().substring(0, 7);
            case "2026-W47" -> week(monday);
            case "2026-W48" -> week(monday.plusWeeks(1));
            default -> fail("a date that is not known here: " + found.group());
        });
    }

    private static String week(LocalDate monday) {
        return DateTimeFormatter.ISO_WEEK_DATE.format(monday).substring(0, "2026-W47".length());
    }
}
