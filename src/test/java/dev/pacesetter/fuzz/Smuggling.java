package dev.pacesetter.fuzz;

import dev.pacesetter.support.App;

/**
 * Bodies whose length can be read in two ways, with a request hidden in them; chunks; and bodies of all sizes cut at odd
 * places. The hidden request asks for something that no other input asks for: it must not be answered.
 */
final class Smuggling implements Family {

    private static final String HIDDEN = "GET /asyncapi.yaml HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String WRONG = "{\"activity\":\"running\",\"userId\":\"fuzz-1\",\"score\":-1}";

    @Override
    public Input make(Dice dice, Target target) {
        String path = dice.of(
                "/api/v1/scores",
                "/api/v1/scores/batch",
                "/api/v1/tokens",
                "/api/v1/leaderboards/overall",
                "/health/live",
                "/nothing",
                "/eventbus/000/a/xhr_send");
        String start = dice.of("POST ", "POST ", "PUT ", "GET ") + path
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                + dice.of(App.ADMIN_KEY, target.ingestKey(), "a") + "\r\nContent-Type: application/json\r\n";
        return switch (dice.below(6)) {
            case 0, 1 -> lengths(dice, start);
            case 2, 3 -> chunks(dice, start);
            case 4 -> hidden(dice, start);
            default -> pipelined(dice, start);
        };
    }

    /** Several lengths, or none that is one. What follows is then no request. */
    private static Input lengths(Dice dice, String start) {
        int length = HIDDEN.length();
        String headers = dice.of(
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: " + length + "\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked, chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked, gzip\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: \u000bchunked\r\n",
                "Transfer-Encoding: \"chunked\"\r\n",
                "Transfer-Encoding : chunked\r\n",
                " Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding:\r\n chunked\r\n",
                "Transfer-Encoding: identity\r\nContent-Length: " + length + "\r\n",
                "transfer-encoding: CHUNKED\r\n",
                "Transfer-Encoding\u0000: chunked\r\n",
                "X: a\nTransfer-Encoding: chunked\r\n",
                "X: a\rTransfer-Encoding: chunked\r\n",
                "Content-Length: +" + length + "\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: 0x10\r\n",
                "Content-Length: 1e1\r\n",
                "Content-Length: 1 0\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "Content-Length: 9223372036854775807\r\n",
                "Content-Length: 2147483648\r\n",
                "Content-Length: \r\n",
                "Content-Length: " + length + ", " + length + "\r\n",
                "Content-Length: " + length + ", 5\r\n",
                "Content-Length: 0\r\nContent-Length: " + length + "\r\n",
                "Content-Length: " + length + "\r\nContent-Length: " + length + "\r\n",
                "Content-Length: " + length + "\r\nContent-Length: 0\r\n",
                "Content-Length : " + length + "\r\n",
                "Content-Length: 00" + length + "\r\n",
                "Content-Length:" + length + "\u0000\r\n",
                "Content_Length: " + length + "\r\n");
        String body = dice.of(HIDDEN, "0\r\n\r\n" + HIDDEN, "5\r\nabcde\r\n0\r\n\r\n");
        // A length of nothing, or none, makes what follows a request of its own, rightly: then it is no hidden one.
        boolean folded = headers.startsWith(" ");
        boolean none =
                headers.startsWith("Content_Length") || headers.contains("\u0000") || body.startsWith("5") || folded;
        Input input = Input.open(
                "lengths " + headers.split("\r\n", 2)[0].strip(), start + headers + "\r\n" + (none ? "" : body));
        return rightly(headers, body) ? new Input(input.kind(), input.parts(), input.ending(), 2) : input;
    }

    /** Whether the body ends before the hidden request also as the RFC has it: chunked overrides a length, says RFC 9112. */
    private static boolean rightly(String headers, String body) {
        return body.startsWith("0\r\n")
                && headers.toLowerCase(java.util.Locale.ROOT).contains("chunked");
    }

    private static Input chunks(Dice dice, String start) {
        String head = start + "Transfer-Encoding: chunked\r\n"
                + dice.of("", "", "Trailer: X\r\n", "Content-Encoding: gzip\r\n") + "\r\n";
        String size = Integer.toHexString(WRONG.length());
        if (dice.chance(40)) {
            StringBuilder body = new StringBuilder();
            int from = 0;
            while (from < WRONG.length()) {
                int to = Math.min(WRONG.length(), from + 1 + dice.below(12));
                body.append(Integer.toHexString(to - from))
                        .append(dice.of("", "", ";a", ";a=b", ";a=\"b\"", ";" + "a".repeat(200)))
                        .append("\r\n")
                        .append(WRONG, from, to)
                        .append("\r\n");
                from = to;
            }
            body.append(dice.of(
                    "0\r\n\r\n",
                    "000\r\n\r\n",
                    "0;a=b\r\n\r\n",
                    "0\r\nX-Trailer: a\r\n\r\n",
                    "0\r\nContent-Length: 9\r\n\r\n"));
            return Input.whole("chunks", head + body).split(dice);
        }
        String body = dice.of(
                "ffffffffffffffff\r\n" + WRONG,
                "7fffffff\r\n" + WRONG,
                "80000000\r\n" + WRONG,
                "fffffffffffffffff0\r\n" + WRONG,
                "-1\r\n" + WRONG,
                "+5\r\nabcde\r\n0\r\n\r\n",
                "0x5\r\nabcde\r\n0\r\n\r\n",
                "g\r\nabc\r\n0\r\n\r\n",
                "\r\n\r\n",
                " 5\r\nabcde\r\n0\r\n\r\n",
                "5 \r\nabcde\r\n0\r\n\r\n",
                "5\nabcde\n0\n\n",
                "5\r\nabcdefgh\r\n0\r\n\r\n",
                "5\r\nabc\r\n0\r\n\r\n",
                size + "\r\n" + WRONG,
                size + "\r\n" + WRONG + "\r\n",
                size + "\r\n" + WRONG + "\r\n0\r\n",
                "5;" + "a".repeat(10_000) + "\r\nabcde\r\n0\r\n\r\n",
                "5;a\nb\r\nabcde\r\n0\r\n\r\n",
                "0\r\n" + "X: a\r\n".repeat(2_000) + "\r\n",
                "0\r\nX: " + "a".repeat(10_000) + "\r\n\r\n",
                "1\r\na\r\n".repeat(2_000) + "0\r\n\r\n",
                "5\rabcde\r0\r\r");
        return Input.open("chunks that are none", head + body).split(dice);
    }

    /** A body that is a request: whatever reads it, it is a body. */
    private static Input hidden(Dice dice, String start) {
        String body = HIDDEN.repeat(1 + dice.below(3));
        boolean large = dice.chance(10);
        String all = large ? HIDDEN.repeat(1_700) : body;
        if (dice.chance(50)) {
            return Input.whole("hidden, by length", start + "Content-Length: " + all.length() + "\r\n\r\n" + all)
                    .split(dice);
        }
        return Input.whole(
                        "hidden, in a chunk",
                        start + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(all.length()) + "\r\n" + all
                                + "\r\n0\r\n\r\n")
                .split(dice);
    }

    /** Two requests: two answers, in their order. */
    private static Input pipelined(Dice dice, String start) {
        String first = start + "Content-Length: " + WRONG.length() + "\r\n\r\n" + WRONG;
        String second = dice.of(HIDDEN, "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", "BOGUS\r\n\r\n");
        Input input = Input.whole("pipelined", first + dice.of("", "\r\n", "\r\n\r\n") + second)
                .split(dice);
        return new Input(input.kind(), input.parts(), input.ending(), 2);
    }
}
