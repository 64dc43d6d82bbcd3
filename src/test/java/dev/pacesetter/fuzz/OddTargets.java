package dev.pacesetter.fuzz;

import org.jspecify.annotations.Nullable;

/** Paths, queries and methods. */
final class OddTargets implements Family {

    /** No body that could be right. */
    private static final String WRONG = "{\"fuzz\":";

    @Override
    public Input make(Dice dice, Target target) {
        return switch (dice.below(10)) {
            case 0, 1, 2 -> path(dice, target);
            case 3, 4, 5, 6 -> query(dice, target);
            case 7 -> method(dice, target);
            case 8 -> form(dice, target);
            default -> file(dice);
        };
    }

    /** A parameter of the path is odd. */
    private static Input path(Dice dice, Target target) {
        Operation operation = target.operation(dice);
        String odd = Nasty.target(dice);
        String path = operation.path().contains("{")
                ? operation.path().replaceAll("\\{[a-zA-Z]+}", java.util.regex.Matcher.quoteReplacement(odd))
                : target.harmless(operation) + dice.of("/", "//", "/.", "/..", ";", "%", "%00", "/" + odd);
        // One of the odd ids is me, and who is deleted then would be missed.
        String bearer = target.bearer(dice, operation);
        boolean ends =
                operation.method().equals("DELETE") && target.user().token().equals(bearer);
        return request("an odd path", operation, path, ends ? null : bearer);
    }

    private static Input query(Dice dice, Target target) {
        Operation operation = dice.chance(80) ? target.reading(dice) : target.operation(dice);
        StringBuilder path = new StringBuilder(target.harmless(operation)).append('?');
        for (int i = 1 + dice.below(3); i > 0; i--) {
            String name = operation.query().isEmpty() || dice.chance(10)
                    ? dice.of("limit", "offset", "cursor", "period", Nasty.target(dice))
                    : dice.of(operation.query());
            path.append(name)
                    .append(dice.of("=", "=", "=", "", "[]=", "%00="))
                    .append(value(dice))
                    .append(dice.of("&", "&", ";", "&&"));
        }
        if (dice.chance(2)) {
            path.append("limit=1&".repeat(dice.of(50, 400)));
        }
        // Signing out, and what names a user who is not there, are done all the same, whatever the query says.
        boolean done = operation.method().equals("DELETE");
        return request("an odd query", operation, path.toString(), done ? null : target.bearer(dice, operation));
    }

    private static String value(Dice dice) {
        return switch (dice.below(6)) {
            case 0 -> Nasty.encoded(Nasty.number(dice).substring(0, 1));
            case 1 -> cut(Nasty.encoded(Nasty.number(dice)));
            case 2 -> cursor(dice);
            case 3 ->
                dice.of(
                        "all-time",
                        "fixed",
                        "2026-W48",
                        "2026-W00",
                        "2026-W99",
                        "9999-W53",
                        "0000-W01",
                        "-999999999-01-01",
                        "%2b999999999-12-31",
                        "%2b999999999-12",
                        "2026-02-30",
                        "2026-00",
                        "0000-00-00",
                        "999999999999-W01",
                        "csv",
                        "ndjson",
                        "CSV");
            default -> Nasty.target(dice);
        };
    }

    /** What might be the next of an answer. */
    private static String cursor(Dice dice) {
        String id = "00000000-0000-4000-8000-000000000000";
        String inside = dice.of(
                "",
                " ",
                "a",
                "\u0000",
                "2026-11-23T00:00:00Z",
                "2026-11-23T00:00:00Z ",
                "2026-11-23T00:00:00Z " + id,
                "+1000000000-12-31T23:59:59.999999999Z " + id,
                "-1000000000-01-01T00:00:00Z " + id,
                "+294277-01-01T00:00:00Z " + id,
                "-4714-01-01T00:00:00Z " + id,
                "2026-11-23T00:00:00Z 1-1-1-1-1",
                "{\"a\":1}",
                "1 2 3",
                Nasty.text(dice));
        return dice.chance(70)
                ? java.util.Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Input.bytes(inside.substring(0, Math.min(500, inside.length()))))
                : cut(Nasty.encoded(inside));
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(1_500, text.length())).replaceAll("%.?$", "");
    }

    private static Input method(Dice dice, Target target) {
        Operation operation = target.reading(dice);
        String path = target.harmless(operation);
        String method = dice.of(
                "TRACE",
                "CONNECT",
                "PRI",
                "get",
                "Post",
                "PROPFIND",
                "LINK",
                "OPTIONS",
                "HEAD",
                "PATCH",
                "PUT",
                "DELETE",
                "G",
                "\u0001",
                "GET\u00e9",
                "A".repeat(100),
                "A".repeat(9_000),
                "\"GET\"",
                "GET,POST");
        if (operation.path().equals("/api/v1/users/me") && method.equals("DELETE")) {
            method = "TRACE";
        }
        Input input = request(
                "method " + method.substring(0, Math.min(9, method.length())),
                new Operation(operation.id(), method, operation.path(), operation.query(), null),
                operation.path().contains("{") ? "/api/v1/leaderboards/absent" : path,
                target.bearer(dice, operation));
        return method.equals("HEAD") ? new Input(input.kind(), input.parts(), Input.Ending.HEAD, 1) : input;
    }

    /** The target in another form, and whole first lines. */
    private static Input form(Dice dice, Target target) {
        Operation operation = target.reading(dice);
        String path = target.harmless(operation);
        @Nullable String bearer = target.bearer(dice, operation);
        String odd = dice.of(
                "http://127.0.0.1" + path,
                "http://evil.example" + path,
                "https://a:b@127.0.0.1:99999" + path,
                "http://" + path,
                "//evil.example" + path,
                "*",
                path.substring(1),
                "http:",
                ":",
                "",
                "/" + path,
                "/." + path,
                "/x/.." + path,
                "/x/%2e%2e" + path,
                path.replace("/", "//"),
                path.replace("/", "%2f"),
                path.replace("/", "\\"),
                path + "#a",
                path + "?#",
                path + "\u0000",
                path + "\u00e9",
                path + "?" + "a".repeat(5_000),
                "/" + "a".repeat(9_000),
                "/".repeat(3_000),
                "/a".repeat(2_000),
                "/../".repeat(500) + "etc/passwd");
        if (dice.chance(70)) {
            return request("an odd target", operation, odd, bearer);
        }
        String version = dice.of(
                "HTTP/1.0",
                "HTTP/0.9",
                "HTTP/2.0",
                "HTTP/1.2",
                "HTTP/9.9",
                "HTTP/1.1 ",
                "http/1.1",
                "HTTP/1",
                "",
                "HTP/1.1",
                "RTSP/1.0",
                "HTTP/1.1\u0000");
        return Input.open(
                "version " + version, "GET " + path + dice.of(" ", "  ", "\t") + version + "\r\nHost: a\r\n\r\n");
    }

    /** Files that are there, and that must not be. */
    private static Input file(Dice dice) {
        String path = dice.of(
                        "/",
                        "/index.html",
                        "/docs/",
                        "/webjars/swagger-ui/",
                        "/client/",
                        "/openapi.yaml",
                        "/asyncapi.yaml",
                        "/js/")
                + dice.of(
                        "",
                        "..",
                        "../",
                        "%2e%2e/",
                        "..%2f",
                        "..%5c",
                        "%2e%2e%2f%2e%2e%2fconf/config.json",
                        "../../etc/passwd",
                        "..;/conf",
                        ".git",
                        "%00",
                        "a%00.html",
                        "....//",
                        "META-INF/MANIFEST.MF",
                        "../conf/leaderboards.json",
                        Nasty.target(dice));
        String headers = dice.of(
                "",
                "Range: bytes=0-\r\n",
                "Range: bytes=5-1\r\n",
                "Range: bytes=-99999999999999999999\r\n",
                "Range: lines=1\r\n",
                "Range: bytes=" + "0-1,".repeat(500) + "0-1\r\n",
                "If-None-Match: *\r\n",
                "If-None-Match: \"" + "a".repeat(900) + "\"\r\n",
                "If-Modified-Since: never\r\n",
                "If-Modified-Since: Mon, 99 Foo 99999 99:99:99 GMT\r\n",
                "If-Unmodified-Since: 1\r\n",
                "If-Range: \"a\"\r\nRange: bytes=1-2\r\n",
                "Accept-Encoding: gzip;q=nan, *;q=99\r\n",
                "Accept: */*;q=,,;\r\n");
        return Input.whole("a file", Target.head("GET", path, null) + headers + "\r\n");
    }

    private static Input request(String kind, Operation operation, String path, @Nullable String bearer) {
        return Input.whole(
                kind,
                operation.fields() == null
                        ? Target.head(operation.method(), path, bearer) + "\r\n"
                        : Target.json(operation.method(), path, bearer, WRONG));
    }
}
