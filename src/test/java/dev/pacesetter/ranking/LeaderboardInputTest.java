package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.ProblemException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaderboardInputTest {

    private static final String SHAPE =
            "must be all-time, day, week, month, or {from, to}, two times from 1970 to 9999 with from before to";

    private static JsonInput board(String from, String to) {
        return JsonInput.of(new JsonObject()
                .put("id", "challenge")
                .put("title", "A challenge")
                .put("activities", new JsonArray().add("*"))
                .put("mode", "sum")
                .put("period", new JsonObject().put("from", from).put("to", to))
                .toBuffer());
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 2046-01-02T00:00:00Z",
        "2026-01-01T00:00:00Z, 9999-12-31T00:00:00Z",
        "1970-01-02T00:00:00Z, 2026-01-01T00:00:00Z"
    })
    void shouldSayHowLongAPeriodMayBe(String from, String to) {
        assertEquals("must be at most 20 years long (7305 days)", wrong(from, to));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-02-01T00:00:00Z, 2026-01-01T00:00:00Z",
        "1969-12-31T00:00:00Z, 1980-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z, +10000-01-01T00:00:00Z",
        "soon, 2026-01-01T00:00:00Z"
    })
    void shouldSayWhatAPeriodLooksLike(String from, String to) {
        assertEquals(SHAPE, wrong(from, to));
    }

    @Test
    void shouldTakeTheLongestPeriod() {
        assertEquals(
                "fixed",
                LeaderboardInput.read(board("2026-01-01T00:00:00Z", "2046-01-01T00:00:00Z"), null)
                        .period()
                        .kind());
    }

    @Test
    void shouldTakeOutOfTitlesAndUnitsWhatIsNotSeenOrTurnsTheTextBesideThem() {
        JsonInput body = JsonInput.of(new JsonObject()
                .put("id", "challenge")
                .put("title", "\u202EA\u200B challenge\u00A0 ")
                .put("unit", "k\u034Fm")
                .put("activities", new JsonArray().add("*"))
                .put("mode", "sum")
                .put("period", "week")
                .toBuffer());
        Leaderboard read = LeaderboardInput.read(body, null);
        assertEquals("A challenge", read.title());
        assertEquals("km", read.unit());
    }

    private static String wrong(String from, String to) {
        ProblemException refused =
                assertThrows(ProblemException.class, () -> LeaderboardInput.read(board(from, to), null));
        JsonObject error = refused.problem().toJson().getJsonArray("errors").getJsonObject(0);
        assertEquals("period", error.getString("field"));
        return error.getString("detail");
    }
}
