package dev.pacesetter.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk: as many requests as a server takes, in a closed loop. */
final class Wrk {

    /** An answer that takes longer is a failure. Less than a run; wrk's own two seconds a first request may take. */
    private static final int TIMEOUT_SECONDS = 30;

    private static final Pattern ANSWERS = Pattern.compile("(\\d+) requests in");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern HALF = Pattern.compile("50%\\s+([0-9.]+)(us|ms|s)");
    /** Of the first, wrk says which; the last is our scripts' own. All of them are in its rate. */
    private static final List<Pattern> BAD = List.of(
            Pattern.compile("Non-2xx or 3xx responses: (\\d+)"),
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)"),
            Pattern.compile("Bad answers: (\\d+)"));

    private final Path scripts;

    /**
     * What came of it. Every answer was a good one.
     *
     * @param answers how many there were; as many requests again as there are connections may have had an effect
     * @param perSecond requests answered a second
     * @param medianMillis half were answered faster
     */
    record Result(long answers, double perSecond, double medianMillis) {}

    Wrk(Path scripts) {
        this.scripts = scripts;
    }

    /** @throws IOException when something was refused, failed or took too long: that is no rate */
    Result run(int port, int threads, int connections, int seconds, String script, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "wrk", "-t" + threads, "-c" + connections, "-d" + seconds + "s", "--timeout", TIMEOUT_SECONDS + "s",
                "--latency", "-s", scripts.resolve(script).toString(), "http://127.0.0.1:" + port, "--"));
        command.addAll(List.of(arguments));
        String what = script + " " + Arrays.toString(arguments);
        Result result = read(what, Program.run(seconds + 3 * TIMEOUT_SECONDS, command));
        // Of what is never answered, wrk says nothing.
        if (result.answers() < connections) {
            throw new IOException(what + ": " + result.answers() + " answers to " + connections + " connections");
        }
        return result;
    }

    static Result read(String what, String out) throws IOException {
        for (Pattern pattern : BAD) {
            Matcher bad = pattern.matcher(out);
            long sum = 0;
            if (bad.find()) {
                for (int i = 1; i <= bad.groupCount(); i++) {
                    sum += Long.parseLong(bad.group(i));
                }
            }
            if (sum > 0) {
                throw new IOException(what + ": refused or failed, which counts as a rate all the same:\n" + out);
            }
        }
        Matcher half = found(HALF, out);
        double unit = half.group(2).equals("us") ? 1e-3 : half.group(2).equals("s") ? 1e3 : 1;
        return new Result(
                Long.parseLong(found(ANSWERS, out).group(1)),
                Double.parseDouble(found(RATE, out).group(1)),
                Double.parseDouble(half.group(1)) * unit);
    }

    private static Matcher found(Pattern pattern, String out) throws IOException {
        Matcher matcher = pattern.matcher(out);
        if (!matcher.find()) {
            throw new IOException(out);
        }
        return matcher;
    }
}
