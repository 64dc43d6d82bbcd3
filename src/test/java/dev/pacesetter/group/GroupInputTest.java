package dev.pacesetter.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.ProblemException;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupInputTest {

    private static String title(String written) {
        JsonInput body = JsonInput.of(new JsonObject().put("title", written).toBuffer());
        return GroupInput.read(body, "crew", new Principal.Anonymous()).title();
    }

    @Test
    void shouldTakeOutOfTitlesWhatIsNotSeenOrTurnsTheTextBesideThem() {
        assertEquals("Lunch run 100", title("Lunch\u200B run \u202E100\u2066"));
        assertEquals("Lunch run", title("  Lunch\u00A0\u200D run"));
        assertEquals("Café", title("Cafe\u0301"));
        assertEquals("👩\u200D👧 می\u200Cخواهم", title("👩\u200D👧 می\u200Cخواهم"));
        assertEquals("x".repeat(100), title("x".repeat(100)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u200B", "a\u0000", "a\u2028b", "\uD83C", "\u0301"})
    void shouldTakeNoTitlesThatCannotBeSeenOrStored(String written) {
        assertThrows(ProblemException.class, () -> title(written));
        assertThrows(ProblemException.class, () -> title("x".repeat(101)));
    }
}
