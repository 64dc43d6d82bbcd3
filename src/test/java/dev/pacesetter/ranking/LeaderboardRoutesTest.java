package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaderboardRoutesTest {

    @ParameterizedTest
    @CsvSource({"1, 1, 100", "1, 6, 100", "6, 6, 0", "2, 6, 80", "2, 4, 66.67", "1, 0, 100"})
    void shouldGiveTheShareThatStandsAtOrBelow(long rank, long total, double percentile) {
        assertEquals(percentile, LeaderboardRoutes.percentile(rank, total));
    }
}
