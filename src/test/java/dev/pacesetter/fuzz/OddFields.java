package dev.pacesetter.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies that are JSON, with something odd in a field. Some are right, and accepted. */
final class OddFields implements Family {

    private static final int MOST_BODY = 66_000;

    @Override
    public boolean changesNothing() {
        return false;
    }

    @Override
    public Input make(Dice dice, Target target) {
        Operation contracted = target.withBody(dice);
        Map<String, String> fields = new LinkedHashMap<>(contracted.fields());
        fields.putAll(Target.tamed(contracted.id()));
        Operation operation =
                new Operation(contracted.id(), contracted.method(), contracted.path(), contracted.query(), fields);
        String path = target.changeable(operation);
        @Nullable String bearer = target.bearer(dice, operation);
        String field = dice.of(fields.keySet().toArray(String[]::new));
        String right = operation.body(null, "");
        String value = Nasty.json(dice);
        return switch (dice.below(8)) {
            case 0 ->
                request(
                        "a field twice",
                        operation,
                        path,
                        bearer,
                        "{" + Nasty.quoted(field) + ":" + value + "," + right.substring(1));
            case 1 ->
                request(
                        "an unknown field",
                        operation,
                        path,
                        bearer,
                        "{" + Nasty.quoted(Nasty.text(dice)) + ":" + value + "," + right.substring(1));
            case 2 ->
                request(
                        "a body at the limit",
                        operation,
                        path,
                        bearer,
                        " ".repeat(Math.max(0, 65_534 + dice.below(6) - right.length())) + right);
            case 3 -> request("a body too large", operation, path, bearer, " ".repeat(MOST_BODY) + right);
            case 4 -> charset(dice, operation, path, bearer, right);
            default -> request("an odd field", operation, path, bearer, operation.body(field, value));
        };
    }

    private static Input charset(Dice dice, Operation operation, String path, @Nullable String bearer, String right) {
        java.nio.charset.Charset charset =
                dice.of(java.nio.charset.StandardCharsets.UTF_16BE, java.nio.charset.StandardCharsets.UTF_16LE);
        String body = new String(right.getBytes(charset), java.nio.charset.StandardCharsets.ISO_8859_1);
        return request("in " + charset, operation, path, bearer, body);
    }

    private static Input request(String kind, Operation operation, String path, @Nullable String bearer, String body) {
        return Input.whole(kind, Target.json(operation.method(), path, bearer, body));
    }
}
