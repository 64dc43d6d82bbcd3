package dev.pacesetter.fuzz;

import dev.pacesetter.support.App;

/** Batches, and single scores with keys: lines that are wrong beside some that are right. */
final class Lines implements Family {

    @Override
    public boolean changesNothing() {
        return false;
    }

    @Override
    public Input make(Dice dice, Target target) {
        String bearer = dice.of(target.ingestKey(), App.ADMIN_KEY, target.user().token());
        return dice.chance(40) ? keyed(dice, bearer) : batch(dice, bearer);
    }

    private static Input batch(Dice dice, String bearer) {
        StringBuilder body = new StringBuilder();
        for (int i = dice.chance(3) ? 1_005 : dice.below(12); i > 0; i--) {
            body.append(line(dice)).append(dice.of("\n", "\n", "\r\n", "\n\n", "\r"));
        }
        if (dice.chance(10)) {
            body.append("\"".repeat(dice.of(4_095, 4_096, 4_097, 70_000)));
        }
        String type = dice.of("application/x-ndjson", "application/json", "text/plain", "");
        String head = Target.head("POST", "/api/v1/scores/batch", bearer) + "Content-Type: " + type + "\r\n";
        if (dice.chance(30)) {
            return Input.whole(
                            "batch in a chunk",
                            head + "Transfer-Encoding: chunked\r\n\r\n"
                                    + (body.length() == 0
                                            ? ""
                                            : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n")
                                    + "0\r\n\r\n")
                    .split(dice);
        }
        return Input.whole("batch", head + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                .split(dice);
    }

    private static String line(Dice dice) {
        String user = "fuzz-" + dice.below(40);
        return switch (dice.below(6)) {
            case 0 -> Nasty.json(dice).replace("\n", "");
            case 1 -> Nasty.noJson(dice).replace("\n", "");
            case 2 -> "{\"userId\":\"" + user + "\",\"activity\":\"running\",\"score\":" + Nasty.number(dice) + "}";
            case 3 ->
                "{\"userId\":\"" + user + "\",\"activity\":\"running\",\"score\":1,\"key\":" + Nasty.json(dice) + "}";
            case 4 ->
                "{\"userId\":\"" + user + "\",\"activity\":\"running\",\"score\":1,\"occurredAt\":" + Nasty.json(dice)
                        + "}";
            default ->
                "{\"userId\":\"" + user + "\",\"activity\":\"running-5k\",\"score\":" + (600 + dice.below(1_000))
                        + ",\"key\":\"k" + dice.below(500) + "\"}";
        };
    }

    /** Keys at their bounds, and repeated. */
    private static Input keyed(Dice dice, String bearer) {
        String key = dice.of(
                "k" + dice.below(500),
                "!".repeat(128),
                "~".repeat(1 + dice.below(140)),
                "a,b",
                "\"a\"",
                "a b",
                "\u00e9",
                "");
        String body =
                "{\"userId\":\"fuzz-" + dice.below(40) + "\",\"activity\":\"running\",\"score\":" + dice.below(3) + "}";
        String prefer = dice.of("", "Prefer: return=minimal\r\n", "Prefer: return=\"minimal\", a=b\r\n");
        return Input.whole(
                "keyed score",
                Target.head("POST", "/api/v1/scores", bearer) + "Idempotency-Key: " + key + "\r\n" + prefer
                        + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }
}
