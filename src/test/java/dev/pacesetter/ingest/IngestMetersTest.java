package dev.pacesetter.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.bus.BusMessage.Accepted;
import dev.pacesetter.bus.BusMessage.Suspended;
import dev.pacesetter.http.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class IngestMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final IngestMeters meters = new IngestMeters(registry);

    private double outcome(String outcome) {
        return registry.get("pacesetter.ingest.scores")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void shouldTellWhatCountsFromWhatIsHeld() {
        meters.told(new Accepted(null));
        meters.told(new Accepted("more than a day allows"));
        meters.told(new Accepted("more than a day allows"));
        meters.told(new Suspended());
        assertEquals(1, outcome("accepted"));
        assertEquals(2, outcome("held"));
        assertEquals(1, outcome("suspended"));
    }

    /** An alert on an increase misses the first of what was not there before. */
    @Test
    void shouldHaveACounterForEveryProblemOfALineBeforeItsFirst() {
        assertEquals(
                Problem.slugs(),
                registry.get("pacesetter.ingest.lines.refused").counters().stream()
                        .map(counter -> counter.getId().getTag("problem"))
                        .collect(Collectors.toSet()));
    }

    @Test
    void shouldCountRefusedLinesByTheirProblem() {
        meters.refused("malformed-json");
        meters.refused("malformed-json");
        meters.refused("invalid-request");
        assertEquals(
                2,
                registry.get("pacesetter.ingest.lines.refused")
                        .tag("problem", "malformed-json")
                        .counter()
                        .count());
    }
}
