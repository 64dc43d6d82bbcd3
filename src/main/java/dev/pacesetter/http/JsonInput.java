package dev.pacesetter.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object on its way into typed values: every field that is wrong is noted, with what it must be; {@link #check}
 * then fails with all of them. Until that is called, a wrong field reads as a harmless default.
 */
public final class JsonInput {

    private final JsonObject body;
    private final List<FieldError> errors = new ArrayList<>();

    /** Of an object parsed before. */
    JsonInput(JsonObject body) {
        this.body = body;
    }

    /**
     * The body of a request.
     *
     * @throws ProblemException when it is not JSON, not an object, or not declared as JSON
     */
    public static JsonInput of(RoutingContext context) {
        String type = context.request().getHeader("Content-Type");
        if (type == null || !isJson(type)) {
            throw Problem.unsupportedMediaType().exception();
        }
        Buffer buffer = context.body().buffer();
        if (buffer == null || buffer.length() == 0) {
            throw Problem.malformedJson("The body is empty; send a JSON object").exception();
        }
        return of(buffer);
    }

    /**
     * An object of its own.
     *
     * @throws ProblemException when it is not JSON, or not an object
     */
    public static JsonInput of(Buffer buffer) {
        String text = text(buffer);
        try {
            return new JsonInput(new JsonObject(text));
        } catch (DecodeException | ClassCastException | NullPointerException notAnObject) {
            throw Problem.malformedJson(place(String.valueOf(notAnObject.getMessage())))
                    .exception();
        }
    }

    /** Strictly: the parser itself takes overlong bytes, in which a character has many spellings, and other encodings. */
    private static String text(Buffer buffer) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(buffer.getBytes()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw Problem.malformedJson("This is not UTF-8; send one JSON object in UTF-8")
                    .exception();
        }
    }

    private static boolean isJson(String type) {
        String bare = type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        return bare.equals("application/json") || (bare.startsWith("application/") && bare.endsWith("+json"));
    }

    /** Where it went wrong, without the parser's own words: they show its classes, and the caller's bytes. */
    private static String place(String message) {
        int line = message.indexOf("line: ");
        int end = line < 0 ? -1 : message.indexOf(']', line);
        return "Send one JSON object" + (end < 0 ? "" : "; this one cannot be read at " + message.substring(line, end));
    }

    /** A text that must be there and pass a test; {@code expected} says what it must be. */
    public String text(String field, Predicate<String> valid, String expected) {
        String text = optionalText(field, valid, expected);
        if (text == null) {
            missing(field, expected);
            return "";
        }
        return text;
    }

    /** A text that may be left out; null then, or when it is wrong. */
    public @Nullable String optionalText(String field, Predicate<String> valid, String expected) {
        Object value = body.getValue(field);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text)) {
            wrong(field, "must be a text, not " + kind(value) + ": " + expected);
            return null;
        }
        if (!valid.test(text)) {
            wrong(field, "must be " + expected);
        }
        return text;
    }

    /** A whole number between two bounds that must be there. */
    public int integer(String field, int min, int max) {
        Object value = body.getValue(field);
        String expected = "a whole number from " + min + " to " + max;
        if (value == null) {
            missing(field, expected);
        } else if (!(value instanceof Number number)) {
            wrong(field, "must be " + expected + ", not " + kind(value));
        } else if (!(value instanceof Integer whole)) {
            boolean fraction = number instanceof Double || number instanceof Float;
            wrong(
                    field,
                    "must be " + expected
                            + (fraction
                                    ? ", written without fraction or exponent"
                                    : "; this one is too large or too small"));
        } else if (whole < min || whole > max) {
            wrong(field, "must be " + expected);
        } else {
            return whole;
        }
        return min;
    }

    /** A whole number between two bounds that may be left out. */
    public int integer(String field, int min, int max, int otherwise) {
        return has(field) ? integer(field, min, max) : otherwise;
    }

    /** A list of texts that must be there, with at least one in it, and pass a test each; empty when it is wrong. */
    public List<String> texts(String field, int most, Predicate<String> valid, String expected) {
        String rule = "a list of 1 to " + most + " " + expected;
        if (!(body.getValue(field) instanceof JsonArray all)) {
            wrong(field, has(field) ? "must be " + rule : "is missing: it must be " + rule);
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (Object one : all) {
            if (!(one instanceof String text) || !valid.test(text)) {
                wrong(field, "must be " + rule);
                return List.of();
            }
            texts.add(text);
        }
        if (texts.isEmpty() || texts.size() > most) {
            wrong(field, "must be " + rule);
        }
        return texts;
    }

    /** True or false, that may be left out; null then, or when it is wrong. */
    public @Nullable Boolean optionalFlag(String field) {
        Object value = body.getValue(field);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        wrong(field, "must be true or false, not " + kind(value));
        return null;
    }

    /** Whatever the field holds; null when it is not there. */
    public @Nullable Object value(String field) {
        return body.getValue(field);
    }

    /** A time that may be left out; null then, or when it is wrong. */
    public @Nullable OffsetDateTime optionalTime(String field) {
        String expected = "a time as in RFC 3339, with its offset, such as 2026-11-23T07:30:00+01:00";
        String text = optionalText(field, any -> true, expected);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text);
        } catch (DateTimeException notATime) {
            wrong(field, "must be " + expected);
            return null;
        }
    }

    /** Whether the field is there, whatever it holds. */
    public boolean has(String field) {
        return body.getValue(field) != null;
    }

    /** Notes that a field is wrong. */
    public void wrong(String field, String detail) {
        errors.add(new FieldError(field, detail));
    }

    private void missing(String field, String expected) {
        if (errors.stream().noneMatch(error -> error.field().equals(field))) {
            wrong(field, "is missing: it must be " + expected);
        }
    }

    private static String kind(Object value) {
        if (value instanceof Number) {
            return "a number";
        }
        if (value instanceof Boolean) {
            return "true or false";
        }
        return value instanceof String ? "a text" : value instanceof JsonArray ? "a list" : "an object";
    }

    /**
     * Goes on if nothing is wrong.
     *
     * @throws ProblemException naming every field that is
     */
    public void check() {
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors).exception();
        }
    }
}
