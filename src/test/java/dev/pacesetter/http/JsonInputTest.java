package dev.pacesetter.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every field that is wrong is named, with what it must be. */
class JsonInputTest {

    private static JsonInput input(String json) {
        return new JsonInput(new JsonObject(json));
    }

    private static List<FieldError> errors(JsonInput input) {
        return assertThrows(ProblemException.class, input::check).problem().errors();
    }

    private static String onlyDetail(JsonInput input) {
        List<FieldError> errors = errors(input);
        assertEquals(1, errors.size(), errors.toString());
        return errors.get(0).detail();
    }

    @Test
    void shouldReadWhatIsRight() {
        JsonInput input = input("{'a':'x','b':7,'t':'2026-11-23T07:30:00.5+01:00','more':[]}".replace('\'', '"'));
        assertEquals("x", input.text("a", any -> true, "a text"));
        assertEquals(7, input.integer("b", 0, 10));
        assertEquals(OffsetDateTime.parse("2026-11-23T07:30:00.500+01:00"), input.optionalTime("t"));
        assertNull(input.optionalTime("none"));
        assertNull(input.optionalText("none", any -> true, "a text"));
        assertDoesNotThrow(input::check);
    }

    /** Else one text has many spellings, and what looks for a character in bytes is passed by. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "7b 22 61 22 3a 22 c0 af 22 7d", // overlong
                "7b 22 61 22 3a 22 ed a0 80 22 7d", // half a pair
                "7b 22 61 22 3a 22 f4 90 80 80 22 7d", // beyond the last character
                "7b 22 61 22 3a 22 e2 82 22 7d", // cut off
                "7b 22 61 22 3a 22 ff 22 7d",
                "7b 00 22 00 61 00 22 00 3a 00 22 00 62 00 22 00 7d 00" // UTF-16
            })
    void shouldTakeNothingButUtf8(String bytes) {
        Buffer body = Buffer.buffer(HexFormat.ofDelimiter(" ").parseHex(bytes));
        Problem problem =
                assertThrows(ProblemException.class, () -> JsonInput.of(body)).problem();
        assertEquals(400, problem.status());
        assertDoesNotThrow(() -> JsonInput.of(Buffer.buffer("{\"a\":\"\u00e9 \u20ac \ud83c\udfc3\"}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\":null}"})
    void shouldCallNullMissing(String json) {
        JsonInput input = input(json);
        assertEquals("", input.text("a", any -> true, "a name"));
        assertEquals("is missing: it must be a name", onlyDetail(input));
    }

    @ParameterizedTest
    @CsvSource({"5, a number", "1.5, a number", "true, true or false", "[], a list", "{}, an object"})
    void shouldSayWhatCameInsteadOfAText(String value, String kind) {
        JsonInput input = input("{\"a\":" + value + "}");
        input.text("a", any -> true, "a name");
        String detail = errors(input).get(0).detail();
        assertTrue(detail.startsWith("must be a text, not " + kind), detail);
    }

    @Test
    void shouldNoteOneErrorForOneField() {
        JsonInput input = input("{\"a\":5}");
        input.text("a", any -> true, "a name");
        onlyDetail(input);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "1.0", "1e3", "-0.0", "1e999"})
    void shouldTakeNoFractionAndNoExponent(String number) {
        JsonInput input = input("{\"n\":" + number + "}");
        input.integer("n", 0, 5_000);
        String detail = onlyDetail(input);
        assertTrue(detail.contains("a whole number") && detail.contains("without fraction or exponent"), detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483648", "-2147483649", "9223372036854775808", "99999999999999999999999999"})
    void shouldSayThatANumberIsTooLarge(String number) {
        JsonInput input = input("{\"n\":" + number + "}");
        input.integer("n", 0, Integer.MAX_VALUE);
        String detail = onlyDetail(input);
        assertTrue(detail.contains("too large or too small"), detail);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 11})
    void shouldHoldTheBounds(int number) {
        JsonInput input = input("{\"n\":" + number + "}");
        input.integer("n", 0, 10);
        assertEquals("must be a whole number from 0 to 10", onlyDetail(input));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"5\"", "true", "[5]", "{}"})
    void shouldTakeNothingElseForANumber(String value) {
        JsonInput input = input("{\"n\":" + value + "}");
        input.integer("n", 0, 10);
        assertTrue(onlyDetail(input).startsWith("must be a whole number from 0 to 10, not "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-11-23", "2026-11-23T07:30:00", "2026-02-30T00:00:00Z", "1795436654"})
    void shouldWantATimeWithItsOffset(String time) {
        JsonInput input = input(new JsonObject().put("t", time).encode());
        assertNull(input.optionalTime("t"));
        assertTrue(onlyDetail(input).contains("RFC 3339"));
    }

    @Test
    void shouldNameEveryFieldThatIsWrong() {
        JsonInput input = input("{\"a\":1,\"b\":\"x\"}");
        input.text("a", any -> true, "a name");
        input.integer("b", 0, 1);
        input.text("c", any -> true, "a name");
        assertEquals(
                List.of("a", "b", "c"),
                errors(input).stream().map(FieldError::field).toList());
    }
}
