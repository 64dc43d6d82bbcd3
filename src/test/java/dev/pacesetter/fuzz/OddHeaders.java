package dev.pacesetter.fuzz;

import dev.pacesetter.support.App;

/** Headers: many, long, twice, folded, with values that nobody means. */
final class OddHeaders implements Family {

    private static final String BODY = "{\"activity\":\"running\",\"userId\":\"fuzz-1\",\"score\":-1}";

    @Override
    public Input make(Dice dice, Target target) {
        if (dice.chance(40)) {
            return authorization(dice, target);
        }
        // Wrong at any rate, so that nothing comes of the header's being understood.
        boolean writes = dice.chance(60);
        Operation operation = target.reading(dice);
        String odd = header(dice);
        String kind = "header " + odd.split("[:\r\n]", 2)[0];
        String start = writes
                ? "POST /api/v1/scores HTTP/1.1\r\nAuthorization: Bearer " + App.ADMIN_KEY + "\r\n"
                : "GET " + target.harmless(operation) + " HTTP/1.1\r\n";
        String host = kind.equalsIgnoreCase("header host") || dice.chance(3) ? "" : "Host: 127.0.0.1\r\n";
        String rest = writes
                ? "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY
                : "\r\n";
        String cut = kind.substring(0, Math.min(40, kind.length()));
        String request = start + host + odd + rest;
        return odd.contains("Expect") || !odd.endsWith("\r\n") || odd.startsWith("\r\n")
                ? Input.open(cut, request)
                : Input.whole(cut, request).split(dice);
    }

    private static String header(Dice dice) {
        String text = Nasty.text(dice);
        String value = text.substring(0, Math.min(text.length(), 5_000));
        return switch (dice.below(16)) {
            case 0 ->
                "Idempotency-Key: " + dice.of("", " ", "a".repeat(128), "a".repeat(129), "a b", "\u00e9", value)
                        + "\r\n";
            case 1 -> "Idempotency-Key: a\r\nIdempotency-Key: b\r\n";
            case 2 ->
                "Prefer: "
                        + dice.of(
                                "return",
                                "return=",
                                "return=minimal;" + ";".repeat(900),
                                "\"".repeat(500),
                                "return=minimal, return=representation",
                                "return = \"minimal\" , ".repeat(200),
                                " ".repeat(3_000) + "x",
                                value)
                        + "\r\n";
            case 3 -> "If-None-Match: " + dice.of("*", "\"", "W/", "W/\"\"", "\"a\",".repeat(500), value) + "\r\n";
            case 4 ->
                "Host: "
                        + dice.of(
                                "",
                                " ",
                                "a:b",
                                "a:99999",
                                "a b",
                                "[::1",
                                "[::1]:80",
                                "a@b",
                                "a/b",
                                ":",
                                "evil.example",
                                "a\r\nHost: b",
                                value)
                        + "\r\n";
            case 5 ->
                "Origin: "
                        + dice.of(
                                "null",
                                "",
                                "http://",
                                "https://evil.example",
                                "http://127.0.0.1:99999",
                                "javascript:1",
                                "http://a b",
                                "file:///",
                                "\u00e9",
                                value)
                        + "\r\n" + dice.of("", "Access-Control-Request-Method: DELETE\r\n");
            case 6 -> "Expect: " + dice.of("100-continue", "100-Continue", "200-ok", "", value) + "\r\n";
            case 7 -> "Content-Encoding: " + dice.of("gzip", "br", "identity", "gzip, gzip", "deflate", value) + "\r\n";
            case 8 -> "X-Many: a\r\n".repeat(dice.of(50, 300, 900));
            case 9 -> "X-Long: " + "a".repeat(dice.of(4_000, 8_150, 8_200, 60_000)) + "\r\n";
            case 10 ->
                dice.of(
                        "X-Fold: a\r\n b\r\n",
                        "X-Fold: a\r\n\tb\r\n",
                        " X-Lead: a\r\n",
                        "X Space: a\r\n",
                        "X-Space : a\r\n",
                        ": a\r\n",
                        "X-No-Colon\r\n",
                        "X-Nul\u0000: a\r\n",
                        "X-Nul: a\u0000b\r\n",
                        "X-Cr: a\rb\r\n",
                        "X-Lf: a\nX-Injected: 1\r\n",
                        "X-\u00e9: a\r\n",
                        "X-Bytes: \u0001\u0002\u007f\u00ff\r\n",
                        "\r\n");
            case 11 ->
                "X-Forwarded-For: "
                        + dice.of(
                                "127.0.0.1",
                                "1.2.3.4, 5.6.7.8",
                                ",".repeat(900),
                                "unknown",
                                "::ffff:1.2.3.4",
                                "1.2.3.4:99",
                                value)
                        + "\r\n" + "Forwarded: for=\"[::1]:a\";proto=" + dice.of("https", "\"", "x y") + "\r\n";
            case 12 ->
                "Connection: "
                        + dice.of(
                                "close", "upgrade", "keep-alive, close", "Content-Length", "Authorization", ",", value)
                        + "\r\n"
                        + dice.of(
                                "",
                                "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
                                "Upgrade: websocket\r\n",
                                "Upgrade: TLS/1.0\r\n");
            case 13 ->
                "Cookie: " + dice.of("a", "=", "a=b;".repeat(800), "$Version=1; a=\"", "a=\u0001", value) + "\r\n";
            case 14 ->
                "Accept: " + dice.of("", "text/html;q=9", "*/*;*/*", ";".repeat(900), value) + "\r\nAccept-Language: "
                        + dice.of("*", "-", "a".repeat(900)) + "\r\n";
            default ->
                dice.of(
                                "Content-Type",
                                "Accept-Charset",
                                "TE",
                                "Via",
                                "X-HTTP-Method-Override",
                                "Date",
                                "Max-Forwards",
                                "Transfer-Encoding-X",
                                "User-Agent")
                        + ": " + value + "\r\n";
        };
    }

    /** Tokens and keys that do not hold, twice, in other schemes. */
    private static Input authorization(Dice dice, Target target) {
        String token = target.user().token();
        String[] parts = token.split("\\.", 3);
        String none = base64("{\"alg\":\"none\",\"typ\":\"JWT\"}");
        String value = dice.of(
                "",
                " ",
                "Bearer",
                "Bearer ",
                "Bearer  ",
                "bearer\t" + token,
                "Basic YTpi",
                "Basic " + "a".repeat(3_000),
                "Digest username=\"a\"",
                "Bearer null",
                "Bearer " + token + "x",
                "Bearer " + token.substring(0, token.length() - dice.below(40) - 1),
                "Bearer " + parts[0] + "." + parts[1] + ".",
                "Bearer " + parts[0] + "." + parts[1],
                "Bearer " + none + "." + parts[1] + ".",
                "Bearer " + none + "." + parts[1] + "." + parts[2],
                "Bearer " + base64("{\"alg\":\"HS256\",\"kid\":\"../../dev/null\"}") + "." + parts[1] + "." + parts[2],
                "Bearer " + base64(Nasty.deep(3_000)) + "." + parts[1] + ".a",
                "Bearer " + parts[0] + "." + base64("{\"sub\":1e999,\"exp\":\"a\"}") + "." + parts[2],
                "Bearer " + base64("{\"alg\":" + Nasty.json(dice) + "}") + ".e30.a",
                "Bearer " + base64("null") + ".bnVsbA.a",
                "Bearer ...",
                "Bearer ..",
                "Bearer a.b.c",
                "Bearer =.=.=",
                "Bearer ps_",
                "Bearer ps_admin_" + "a".repeat(43),
                "Bearer ps_\u00e9\u0000",
                "Bearer " + App.ADMIN_KEY + "\u0000",
                "Bearer " + App.ADMIN_KEY.substring(1),
                "Bearer " + App.ADMIN_KEY + ", Bearer a",
                "\u00e9",
                "Bearer " + "a.".repeat(2_000));
        Operation operation = target.reading(dice);
        String twice = dice.chance(20) ? "Authorization: " + dice.of("Bearer a", "", "Basic YTpi") + "\r\n" : "";
        String cut = value.length() > 7_500 ? value.substring(0, 7_500) : value;
        boolean decodes = value.chars().allMatch(each -> each >= ' ' && each < 127);
        String request = "GET " + target.harmless(operation) + " HTTP/1.1\r\nHost: a\r\n" + "Authorization: " + cut
                + "\r\n" + twice + "\r\n";
        return decodes ? Input.whole("authorization", request) : Input.open("authorization", request);
    }

    private static String base64(String text) {
        return java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Input.bytes(text.length() > 2_500 ? text.substring(0, 2_500) : text));
    }
}
