package dev.pacesetter.fuzz;

import java.util.ArrayList;
import java.util.List;

/** What comes in at the bridge: messages that it may not understand, in frames that may be none. */
final class LiveFrames implements Family {

    private static final String HANDSHAKE = String.join(
            "\r\n",
            " HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version: 13",
            "",
            "");

    @Override
    public Input make(Dice dice, Target target) {
        return switch (dice.below(10)) {
            case 0, 1, 2 -> messages(dice, target);
            case 3, 4 -> sockJs(dice, target);
            case 5 -> frames(dice, target);
            case 6 -> fragments(dice, target);
            case 7 -> handshake(dice);
            default -> posts(dice, target);
        };
    }

    private static Input messages(Dice dice, Target target) {
        List<byte[]> parts = opened("/eventbus/websocket");
        for (int i = 1 + dice.below(3); i > 0; i--) {
            parts.add(Frame.text(message(dice, target)));
        }
        return new Input("bare bridge", parts, Input.Ending.SOCKET, 1);
    }

    private static Input sockJs(Dice dice, Target target) {
        List<byte[]> parts = opened("/eventbus/000/f" + dice.below(1_000_000) + "/websocket");
        String inner = message(dice, target);
        parts.add(Frame.text(
                switch (dice.below(4)) {
                    case 0 -> inner;
                    case 1 -> "[" + inner + "]";
                    case 2 ->
                        dice.of(
                                "[]",
                                "[",
                                "\"",
                                "[null]",
                                "[1]",
                                "[\"\"]",
                                "null",
                                "{}",
                                "[\"{\"",
                                "",
                                "[[\"a\"]]",
                                "[\"a\",null,\"a\"]",
                                "[" + "\"{}\",".repeat(500) + "\"{}\"]");
                    default -> "[" + Nasty.quoted(inner) + "]";
                }));
        return new Input("SockJS", parts, Input.Ending.SOCKET, 1);
    }

    /** A message of the bridge's protocol, more or less. */
    private static String message(Dice dice, Target target) {
        if (dice.chance(15)) {
            return dice.chance(50) ? Nasty.noJson(dice) : Nasty.json(dice);
        }
        String type = Nasty.quoted(dice.of(
                "register",
                "register",
                "register",
                "unregister",
                "ping",
                "send",
                "publish",
                "rec",
                "err",
                "",
                "REGISTER",
                "\u0000"));
        String address = Nasty.quoted(dice.of(
                "leaderboard.overall",
                "leaderboard.absent",
                "leaderboard.overall.group.fuzz-group",
                "leaderboard.overall.group.absent",
                "leaderboard.",
                "leaderboard.overall.group.",
                "leaderboard..group.",
                "leaderboard.a.group.b.group.c",
                "user." + target.user().id(),
                "user.fuzz-1",
                "user.",
                "user.me",
                "scores.submit",
                "*",
                "",
                " ",
                "leaderboard.overall\u0000",
                "a".repeat(161),
                Nasty.text(dice)));
        String headers = dice.of(
                "{}",
                "{}",
                "null",
                "[]",
                "1",
                "\"a\"",
                "{\"Authorization\":\"Bearer " + target.user().token() + "\"}",
                "{\"Authorization\":\"Bearer " + target.ingestKey() + "\"}",
                "{\"Authorization\":" + Nasty.json(dice) + "}",
                "{\"authorization\":[1]}",
                "{\"Authorization\":\"Bearer a.b.c\"}",
                "{\"passed\":{}}",
                "{\"passed\":" + Nasty.json(dice) + "}",
                "{" + Nasty.quoted(Nasty.text(dice)) + ":1}");
        String body = dice.chance(50) ? "{}" : Nasty.json(dice);
        String whole = "{\"type\":" + type + ",\"address\":" + address + ",\"headers\":" + headers + ",\"body\":" + body
                + ",\"replyAddress\":\"a\"}";
        return switch (dice.below(8)) {
            case 0 -> whole.substring(0, dice.below(whole.length()));
            case 1 -> whole.replace(dice.of(type, address, headers), Nasty.json(dice));
            case 2 -> whole.replace(dice.of("\"type\"", "\"address\"", "\"headers\""), "\"other\"");
            case 3 -> "{\"type\":\"register\"," + whole.substring(1);
            default -> whole;
        };
    }

    private static Input frames(Dice dice, Target target) {
        List<byte[]> parts = opened("/eventbus/websocket");
        String payload = message(dice, target);
        String some = payload.substring(0, Math.min(100, payload.length()));
        int first = dice.of(
                0x80,
                0x00,
                0x83,
                0x87,
                0x8b,
                0x8f,
                0xc1,
                0xa1,
                0x91,
                0xf1,
                0x82,
                0x88,
                0x89,
                0x8a,
                0x08,
                0x09,
                dice.below(256));
        switch (dice.below(5)) {
            case 0 -> parts.add(Frame.of(first, true, some, some.length()));
            case 1 -> parts.add(Frame.of(0x81, false, some, some.length()));
            case 2 ->
                parts.add(
                        Frame.of(0x81, true, some, dice.of(65_537L, 1L << 31, 1L << 62, -1L, Long.MIN_VALUE, 70_000L)));
            case 3 -> parts.add(Frame.of(0x81, true, "a".repeat(dice.of(65_530, 65_536, 65_537, 90_000)), 0));
            default ->
                parts.add(Input.bytes(
                        new String(dice.bytes(1 + dice.below(200)), java.nio.charset.StandardCharsets.ISO_8859_1)));
        }
        return new Input("frames", parts, Input.Ending.SOCKET_OPEN, 1);
    }

    private static Input fragments(Dice dice, Target target) {
        List<byte[]> parts = opened("/eventbus/websocket");
        String payload = message(dice, target);
        int at = dice.below(payload.length() + 1);
        parts.add(Frame.of(dice.of(0x01, 0x01, 0x02), true, payload.substring(0, at), at));
        if (dice.chance(40)) {
            parts.add(Frame.of(dice.of(0x89, 0x8a, 0x09, 0x81, 0x88), true, "a", 1));
        }
        for (int i = dice.chance(10) ? 2_000 : dice.below(3); i > 0; i--) {
            parts.add(Frame.of(0x00, true, "", 0));
        }
        String rest = payload.substring(at);
        parts.add(Frame.of(dice.of(0x80, 0x80, 0x80, 0x00), true, rest, rest.length()));
        return new Input("fragments", parts, Input.Ending.SOCKET_OPEN, 1);
    }

    private static Input handshake(Dice dice) {
        String path = dice.of(
                "/eventbus/websocket",
                "/eventbus/000/a/websocket",
                "/eventbus",
                "/eventbus/",
                "/eventbus//websocket",
                "/eventbus/0.0/a/websocket",
                "/eventbus/000/a.b/websocket",
                "/eventbus/%00/a/websocket",
                "/api/v1/scores",
                "/nothing");
        String headers = dice.of(
                        "Sec-WebSocket-Version: 13\r\n",
                        "Sec-WebSocket-Version: 99\r\n",
                        "Sec-WebSocket-Version: a\r\n",
                        "",
                        "Sec-WebSocket-Version: 8\r\n",
                        "Sec-WebSocket-Version: 0\r\n")
                + dice.of(
                        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
                        "Sec-WebSocket-Key: \r\n",
                        "",
                        "Sec-WebSocket-Key: " + "a".repeat(4_000) + "\r\n")
                + dice.of(
                        "",
                        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=0\r\n",
                        "Sec-WebSocket-Protocol: " + "a,".repeat(900) + "\r\n",
                        "Origin: https://evil.example\r\n",
                        "Content-Length: 5\r\n");
        String request = dice.of("GET ", "GET ", "GET ", "POST ") + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: "
                + dice.of("websocket", "WebSocket", "websocket, h2c", "h2c") + "\r\nConnection: "
                + dice.of("Upgrade", "keep-alive, Upgrade", "close") + "\r\n" + headers + "\r\n";
        return Input.open("handshake", request);
    }

    /** The transports without a WebSocket. */
    private static Input posts(Dice dice, Target target) {
        String session = "/eventbus/000/p" + dice.below(1_000_000);
        String transport = dice.of(
                "/xhr_send",
                "/xhr_send",
                "/xhr_send",
                "/jsonp_send",
                "/xhr",
                "/xhr_streaming",
                "/eventsource",
                "/htmlfile?c=a",
                "/htmlfile",
                "/jsonp",
                "/jsonp?c=%3Cscript%3E",
                "/jsonp?c=" + "a".repeat(2_000),
                "/nothing",
                "/iframe.html",
                "/info");
        String inner = message(dice, target);
        String body = dice.of(
                "[" + Nasty.quoted(inner) + "]",
                inner,
                "",
                "d=" + Nasty.encoded("[" + Nasty.quoted(inner.substring(0, Math.min(200, inner.length()))) + "]"),
                "[]",
                "[\"" + "a".repeat(17_000) + "\"]");
        String type = dice.of(
                "text/plain",
                "application/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=a",
                "");
        String open = Target.head("POST", session + "/xhr", null) + "Content-Length: 0\r\n\r\n";
        String request = Target.head(
                        transport.contains("send") || transport.contains("xhr") ? "POST" : "GET",
                        dice.chance(90) ? session + transport : "/eventbus" + transport,
                        null)
                + "Content-Type: " + type + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        boolean opened = dice.chance(60);
        // A session that waits for something to send does not answer.
        Input input = Input.open("SockJS by HTTP", opened ? open + request : request);
        return new Input(input.kind(), input.parts(), input.ending(), opened ? 2 : 1);
    }

    private static List<byte[]> opened(String path) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(Input.bytes("GET " + path + HANDSHAKE));
        return parts;
    }
}
