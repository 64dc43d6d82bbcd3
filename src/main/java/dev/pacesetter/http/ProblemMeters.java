package dev.pacesetter.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts problems. All of the catalogue are there from the start: who watches for an increase sees the first one, too. */
final class ProblemMeters {

    private final Map<String, Counter> counters;

    ProblemMeters(MeterRegistry meters) {
        counters = Problem.slugs().stream()
                .collect(Collectors.toUnmodifiableMap(Function.identity(), slug -> Counter.builder(
                                "pacesetter.http.problems")
                        .description("Requests that were refused or failed, by the problem they were answered with")
                        .tag("problem", slug)
                        .register(meters)));
    }

    /** A request is answered with it. */
    void count(Problem problem) {
        Objects.requireNonNull(counters.get(problem.slug())).increment();
    }
}
