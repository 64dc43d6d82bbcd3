package dev.pacesetter.fuzz;

import java.util.List;

/** Values that programs trip over. Texts are bytes, a character each. */
final class Nasty {

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\u0000",
            "a\u0000b",
            "\u0001\u001f\u007f",
            Input.utf8("\u202eevil\u2066"),
            Input.utf8("a\u200b\u200d\ufeffb"),
            Input.utf8("\u0085\u2028\u2029"),
            Input.utf8("e\u0301".repeat(200)),
            Input.utf8("\ud83d\ude00".repeat(64)),
            Input.utf8("\ud83d\ude00".repeat(65)),
            Input.utf8("\uffff\ufdd0"),
            "<script>alert(1)</script>",
            "'; drop table score; --",
            "${jndi:ldap://127.0.0.1/a}",
            "../../../../etc/passwd",
            "%s%n%x",
            "me",
            "*",
            "null",
            "NaN",
            "-1",
            "a".repeat(65),
            "a".repeat(129),
            "a".repeat(4_097),
            "a".repeat(20_000));

    private static final List<String> NUMBERS = List.of(
            "-1",
            "-0",
            "0",
            "1.0",
            "1e0",
            "0.1",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "1e999",
            "-1e999",
            "1e-999",
            "1e1000000000",
            "1E+2147483648",
            "0." + "0".repeat(900) + "1",
            "9".repeat(900),
            "9".repeat(5_000),
            "1." + "3".repeat(5_000));

    private static final List<String> NO_JSON = List.of(
            "NaN",
            "Infinity",
            "-Infinity",
            "00",
            "01",
            "+1",
            ".5",
            "1.",
            "1e",
            "0x10",
            "1_000",
            "'a'",
            "True",
            "undefined",
            "\"\\u12\"",
            "\"\\x41\"",
            "\"a\nb\"",
            "\"a\u0000b\"",
            "\"\u00c0\u00af\"",
            "\"\u00f8\u0088\u0080\u0080\u0080\"",
            "\"\u00ff\u00fe\"",
            "\"\u00e2\u0082\"",
            "// a",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "[",
            "{\"a\"",
            "\"");

    private static final List<String> TIMES = List.of(
            "\"2026-11-23\"",
            "\"2026-13-45T99:99:99Z\"",
            "\"+999999999-12-31T23:59:59.999999999Z\"",
            "\"-999999999-01-01T00:00:00Z\"",
            "\"2026-11-23T07:30:00+18:00\"",
            "\"2026-11-23T07:30:00+99:99\"",
            "\"0000-01-01T00:00:00Z\"",
            "\"2026-06-30T23:59:60Z\"",
            "\"9999-12-31T23:59:59Z\"");

    private Nasty() {}

    static String text(Dice dice) {
        return dice.of(TEXTS);
    }

    static String number(Dice dice) {
        return dice.of(NUMBERS);
    }

    /** What no JSON parser may take, be it alone or as the value of a field. */
    static String noJson(Dice dice) {
        return dice.chance(15)
                ? dice.of("[".repeat(10_000), "{\"a\":".repeat(10_000), deep(10_000), "[{\"a\":".repeat(2_000))
                : dice.of(NO_JSON);
    }

    /** Many brackets that all end. */
    static String deep(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }

    /** Some JSON that no field is made for; or is it? */
    static String json(Dice dice) {
        return switch (dice.below(8)) {
            case 0 -> dice.of("null", "true", "false", "[]", "{}", "[null]", "{\"a\":{}}", "[[]]", "/* a */ 1");
            case 1, 2 -> number(dice);
            case 3 -> dice.of(TIMES);
            case 4 ->
                dice.of(
                        "\"\\ud800\"",
                        "\"\u00ed\u00a0\u0080\"",
                        "\"\\udc00\\ud800\"",
                        "\"a\\u0000b\"",
                        "\"\\u202e\"",
                        "\"\\ud83d\\ude00\"");
            case 5 -> deep(2 + dice.below(900));
            case 6 -> "[" + (quoted("a") + ",").repeat(1_100) + "\"a\"]";
            default -> quoted(text(dice));
        };
    }

    /** As a JSON string. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each < ' ') {
                quoted.append(String.format("\\u%04x", (int) each));
            } else {
                quoted.append(each == '"' || each == '\\' ? "\\" : "").append(each);
            }
        }
        return quoted.append('"').toString();
    }

    /** Percent-encoded, so that it can stand in a target. */
    static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            boolean plain = each < 128 && (Character.isLetterOrDigit(each) || each == '-' || each == '.');
            encoded.append(plain ? String.valueOf(each) : String.format("%%%02x", (int) each));
        }
        return encoded.toString();
    }

    /** A piece of a target: odd, encoded more or less well. */
    static String target(Dice dice) {
        String text = text(dice);
        return dice.chance(50)
                ? encoded(text.substring(0, Math.min(900, text.length())))
                : dice.of(
                        "%00",
                        "a%00b",
                        "%2e%2e",
                        "%2e%2e%2f",
                        "..%2f..%2f",
                        "%252e%252e",
                        "..;",
                        ";a=b",
                        "a;b",
                        "%2f",
                        "a%2fb",
                        "%5c",
                        "%",
                        "%g0",
                        "%a",
                        "%u0041",
                        "%c0%af",
                        "%ed%a0%80",
                        "%ff",
                        "%e2%82",
                        "%0d%0aX-Injected:%201",
                        "%0aX-Injected:1",
                        "+",
                        "%20",
                        "a%20b",
                        "*",
                        ":id",
                        "{id}",
                        "%7bid%7d",
                        "~",
                        "%f0%9f%98%80",
                        "%e2%80%ae",
                        "00000000-0000-0000-0000-0000000000000",
                        "1-1-1-1-1",
                        "-1",
                        "a".repeat(3_000),
                        "%41".repeat(1_000));
    }
}
