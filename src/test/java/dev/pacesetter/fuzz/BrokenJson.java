package dev.pacesetter.fuzz;

import org.jspecify.annotations.Nullable;

/** Bodies that are no JSON object, or are not said to be one. */
final class BrokenJson implements Family {

    @Override
    public Input make(Dice dice, Target target) {
        Operation operation = target.withBody(dice);
        String path = target.harmless(operation);
        @Nullable String bearer = target.bearer(dice, operation);
        String right = operation.body(null, "");
        String field = dice.of(operation.fields().keySet().toArray(String[]::new));
        return switch (dice.below(7)) {
            case 0 -> request("truncated", operation, path, bearer, right.substring(0, dice.below(right.length())));
            case 1 -> request("no JSON", operation, path, bearer, Nasty.noJson(dice));
            case 2 ->
                request(
                        "no object",
                        operation,
                        path,
                        bearer,
                        dice.of("null", "1", "\"a\"", "[{}]", "true", " ", Nasty.deep(999)));
            case 3 -> request("no JSON in a field", operation, path, bearer, operation.body(field, Nasty.noJson(dice)));
            case 4 ->
                request("something after it", operation, path, bearer, right + dice.of("}", "{}", "a", ",", "\u0000"));
            case 5 -> request("bytes", operation, path, bearer, Input.utf8("\ufeff") + bytes(dice));
            default -> {
                String type = dice.of(
                        "text/plain",
                        "",
                        "application/jsonx",
                        "application/",
                        "json",
                        "multipart/form-data",
                        "multipart/form-data; boundary=x",
                        "application/x-www-form-urlencoded",
                        "text/json;application/json",
                        "application/x-ndjson",
                        "\u00ff",
                        "a".repeat(4_000));
                yield Input.whole(
                        "type " + type.substring(0, Math.min(40, type.length())),
                        Target.head(operation.method(), path, bearer) + "Content-Type: " + type + "\r\nContent-Length: "
                                + right.length() + "\r\n\r\n" + right);
            }
        };
    }

    private static Input request(String kind, Operation operation, String path, @Nullable String bearer, String body) {
        return Input.whole(kind, Target.json(operation.method(), path, bearer, body));
    }

    private static String bytes(Dice dice) {
        return new String(dice.bytes(1 + dice.below(300)), java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
