package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.BusMessage.UnknownPeriod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeaderboardRoutesTest {

    @ParameterizedTest
    @CsvSource({"1, 1, 100", "1, 6, 100", "6, 6, 0", "2, 6, 80", "2, 4, 66.67", "1, 0, 100"})
    void shouldGiveTheShareThatStandsAtOrBelow(long rank, long total, double percentile) {
        assertEquals(percentile, LeaderboardRoutes.percentile(rank, total));
    }

    @ParameterizedTest
    @ValueSource(strings = {"all-time", "2026-11-23", "2026-W48", "2026-11", "fixed"})
    void shouldNameEveryKindOfLabelWhenAPeriodIsUnknown(String label) {
        String detail = LeaderboardRoutes.problem(new UnknownPeriod()).toJson().getString("detail");
        assertTrue(detail.contains(label), detail);
    }
}
