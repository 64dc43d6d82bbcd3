package dev.pacesetter.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.LongStream;

/** Times and sizes with the same buckets everywhere, so that they can be set beside each other. */
public final class Histograms {

    private static final Duration[] TIMES = LongStream.of(
                    1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);
    private static final double[] SIZES = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000};

    private Histograms() {}

    /** How long something takes, in seconds; buckets from a millisecond to ten seconds. */
    public static Timer times(MeterRegistry meters, String name, String description, String... tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(TIMES)
                .register(meters);
    }

    /** How many there are in something; buckets from one to ten thousand. */
    public static DistributionSummary sizes(MeterRegistry meters, String name, String description) {
        return DistributionSummary.builder(name)
                .description(description)
                .serviceLevelObjectives(SIZES)
                .register(meters);
    }
}
