package dev.pacesetter.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What is sent over one connection of its own.
 *
 * @param kind what it is, for people
 * @param parts the bytes, each part written and flushed for itself
 * @param ending what must follow
 * @param answers most answers that may come to it: one more is a request that was smuggled
 */
record Input(String kind, List<byte[]> parts, Ending ending, int answers) {

    private static final int START = 200;

    /** How it goes on after the last byte. */
    enum Ending {
        /** A whole request, or several: there must be an answer, or the connection must be closed. */
        WHOLE,
        /** As WHOLE, to a HEAD: answers have no body. */
        HEAD,
        /** It may be less than a request: when no answer comes, this side closes, and so must the other. */
        OPEN,
        /** Frames after a WebSocket's handshake, which is the first part; the socket must answer a ping, or close. */
        SOCKET,
        /** Frames that may be less than one: when this side closes, the other must, too. */
        SOCKET_OPEN
    }

    /** A whole request in one part. Texts are bytes, a character each. */
    static Input whole(String kind, String request) {
        return new Input(kind, List.of(bytes(request)), Ending.WHOLE, 1);
    }

    /** What may be less than a request. */
    static Input open(String kind, String request) {
        return new Input(kind, List.of(bytes(request)), Ending.OPEN, 1);
    }

    /** The same, cut at odd places. */
    Input split(Dice dice) {
        List<byte[]> cut = new ArrayList<>();
        for (byte[] part : parts) {
            int from = 0;
            for (int i = dice.below(4); i >= 0 && from < part.length; i--) {
                int to = i == 0 ? part.length : from + 1 + dice.below(part.length - from);
                cut.add(java.util.Arrays.copyOfRange(part, from, to));
                from = to;
            }
        }
        return new Input(kind + ", split", cut, ending, answers);
    }

    /** A text whose characters are bytes. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Unicode as such a text. */
    static String utf8(String unicode) {
        return new String(unicode.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** How it begins, in one piece. */
    String start() {
        StringBuilder start = new StringBuilder();
        for (byte[] part : parts) {
            start.append(new String(part, 0, Math.min(part.length, START), StandardCharsets.ISO_8859_1));
            if (start.length() >= START) {
                break;
            }
        }
        return start.toString();
    }

    /** The path that the first line asks for; empty when there is none. */
    String path() {
        String[] words = start().split("[ \r\n]", 3);
        return words.length < 2 ? "" : words[1];
    }

    /** Whether the first line is of a call of the API that may change something. */
    boolean mayWrite() {
        return path().startsWith("/api/") && answers == 1 && !start().matches("(?s)(GET|HEAD|OPTIONS) .*");
    }

    boolean isSocket() {
        return ending == Ending.SOCKET || ending == Ending.SOCKET_OPEN;
    }

    /** All bytes, as a Java string has them; parts are separated by a bar. */
    String escaped() {
        StringBuilder text = new StringBuilder();
        for (byte[] part : parts) {
            if (!text.isEmpty()) {
                text.append(" | ");
            }
            for (byte each : part) {
                if (each >= ' ' && each < 127 && each != '\\') {
                    text.append((char) each);
                } else {
                    text.append(
                            switch (each) {
                                case '\r' -> "\\r";
                                case '\n' -> "\\n";
                                case '\\' -> "\\\\";
                                default -> String.format("\\x%02x", each & 0xff);
                            });
                }
            }
        }
        return text.toString();
    }
}
