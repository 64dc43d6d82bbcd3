package dev.pacesetter.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk: as many requests as a server takes, in a closed loop. */
final class Wrk {

    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern HALF = Pattern.compile("50%\\s+([0-9.]+)(us|ms|s)");
    private static final Pattern BAD = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

    private final java.nio.file.Path scripts;

    /**
     * What came of it.
     *
     * @param perSecond requests answered a second
     * @param medianMillis half were answered faster
     * @param bad answers that were no success
     */
    record Result(double perSecond, double medianMillis, long bad) {}

    Wrk(java.nio.file.Path scripts) {
        this.scripts = scripts;
    }

    Result run(int port, int threads, int connections, int seconds, String script, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "wrk", "-t" + threads, "-c" + connections, "-d" + seconds + "s", "--latency", "-s",
                scripts.resolve(script).toString(), "http://127.0.0.1:" + port, "--"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher rate = RATE.matcher(out);
        Matcher half = HALF.matcher(out);
        if (!rate.find() || !half.find()) {
            throw new IOException(out);
        }
        Matcher bad = BAD.matcher(out);
        double unit = half.group(2).equals("us") ? 1e-3 : half.group(2).equals("s") ? 1e3 : 1;
        return new Result(
                Double.parseDouble(rate.group(1)),
                Double.parseDouble(half.group(1)) * unit,
                bad.find() ? Long.parseLong(bad.group(1)) : 0);
    }
}
