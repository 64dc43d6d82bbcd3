package dev.pacesetter.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer as it came over the wire.
 *
 * @param headers by name in lower case; of several of a name the last
 */
record Answer(int status, Map<String, String> headers, String body) {

    private static final String END = "\r\n\r\n";
    private static final String PROBLEM = "{\"type\":\"urn:pacesetter:problem:";

    /** Whether it says that something was done. A batch answers for each line, and may have refused them all. */
    boolean accepts() {
        boolean refusesAll = !body.isEmpty() && body.lines().allMatch(line -> line.startsWith(PROBLEM));
        return status / 100 == 2 && !refusesAll;
    }

    /**
     * All that are in what came. Texts are bytes, a character each.
     *
     * @param bodiless to a HEAD
     * @throws IllegalArgumentException when it is not HTTP
     */
    static List<Answer> all(String bytes, boolean bodiless, boolean closed) {
        List<Answer> all = new ArrayList<>();
        int at = 0;
        while (at < bytes.length()) {
            int end = bytes.indexOf(END, at);
            if (end < 0) {
                if (closed) {
                    throw new IllegalArgumentException("an answer that is cut off: " + bytes.substring(at));
                }
                break;
            }
            String[] lines = bytes.substring(at, end).split("\r\n", -1);
            if (!lines[0].matches("[A-Z]+/[0-9]\\.[0-9] [1-5][0-9][0-9] .*")) {
                throw new IllegalArgumentException("no answer of HTTP: " + bytes.substring(at));
            }
            int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
            Map<String, String> headers = new TreeMap<>();
            for (String line : Arrays.asList(lines).subList(1, lines.length)) {
                String[] field = line.split(": ?", 2);
                headers.put(field[0].toLowerCase(Locale.ROOT), field.length < 2 ? "" : field[1]);
            }
            at = end + END.length();
            if (status < 200 && status != 101) {
                continue;
            }
            String body = "";
            boolean last = all.isEmpty() && bodiless;
            if (headers.getOrDefault("transfer-encoding", "").equals("chunked") && !last) {
                StringBuilder whole = new StringBuilder();
                at = chunks(bytes, at, whole);
                if (at < 0) {
                    break;
                }
                body = whole.toString();
            } else if (headers.containsKey("content-length") && !last && status != 304) {
                int to = at + Integer.parseInt(headers.get("content-length"));
                if (to > bytes.length()) {
                    break;
                }
                body = bytes.substring(at, to);
                at = to;
            }
            all.add(new Answer(status, headers, body));
        }
        return all;
    }

    /** Where they end; -1 when they are not all there yet. */
    private static int chunks(String bytes, int from, StringBuilder body) {
        int at = from;
        while (true) {
            int line = bytes.indexOf("\r\n", at);
            if (line < 0) {
                return -1;
            }
            int length = Integer.parseInt(bytes.substring(at, line), 16);
            int to = line + 2 + length;
            if (to + 2 > bytes.length()) {
                return -1;
            }
            body.append(bytes, line + 2, to);
            at = to + 2;
            if (length == 0) {
                return at;
            }
        }
    }
}
