package dev.pacesetter.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.LongStream;

/** Times and sizes with the same buckets everywhere, so that they can be set beside each other. */
public final class Histograms {

    private static final Duration[] TIMES = millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000);
    /** Some of those. */
    private static final Duration[] FEW_TIMES = millis(5, 10, 25, 50, 100, 250, 1_000, 5_000);

    private static final double[] SIZES = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000};

    private Histograms() {}

    private static Duration[] millis(long... millis) {
        return LongStream.of(millis).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    /** How long something takes, in seconds; buckets from a millisecond to ten seconds. */
    public static Timer times(MeterRegistry meters, String name, String description, String... tags) {
        return times(meters, name, description, tags, TIMES);
    }

    /** The same where there are many of a name, by their tags; buckets from 5 milliseconds to 5 seconds. */
    public static Timer fewTimes(MeterRegistry meters, String name, String description, String... tags) {
        return times(meters, name, description, tags, FEW_TIMES);
    }

    private static Timer times(
            MeterRegistry meters, String name, String description, String[] tags, Duration[] buckets) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(buckets)
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
