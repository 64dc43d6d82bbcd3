package dev.pacesetter.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pacesetter as shipped beside the design of the tutorials and beside the limits that platform and stores set, in turns on
 * one machine, keys and authentication on, stores durable. Arguments: the bench directory, the number of rounds, cases.
 */
public final class Speed {

    private Speed() {}

    public static void main(String[] args) {
        int status = 0;
        try {
            measure(
                    Path.of(args[0]).toAbsolutePath().normalize(),
                    Integer.parseInt(args[1]),
                    Arrays.asList(args).subList(2, args.length));
        } catch (IOException | RuntimeException failed) {
            failed.printStackTrace();
            status = 1;
        }
        // Event loops would live on; and servers that are still open end with this process.
        System.exit(status);
    }

    private static void measure(Path bench, int rounds, List<String> names) throws IOException {
        Run run = new Run(bench);
        Map<String, Case> cases = new LinkedHashMap<>();
        names.forEach(name -> cases.put(name, named(name, run)));
        // Rounds of a case lie far from each other, or its spread would be that of a few minutes of a shared machine.
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Case> each : cases.entrySet()) {
                System.err.println("== " + each.getKey() + ", round " + (round + 1));
                each.getValue().measure(round);
            }
        }
        cases.values().forEach(Case::report);
        run.print();
    }

    private static Case named(String name, Run run) {
        return switch (name) {
            case "writes" -> new WriteSpeed(run);
            case "limits" -> new StoreLimits(run);
            case "boards" -> new BoardSpeed(run);
            case "latency" -> new LatencySpeed(run);
            case "batch" -> new BatchSpeed(run);
            case "reads" -> new ReadSpeed(run);
            case "groups" -> new GroupSpeed(run);
            default -> throw new IllegalArgumentException("no such case: " + name);
        };
    }
}
