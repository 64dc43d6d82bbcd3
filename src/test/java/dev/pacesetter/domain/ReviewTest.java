package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReviewTest {

    @ParameterizedTest
    @CsvSource({
        ", , 0, false",
        "10, , 9, true",
        "10, , 10, false",
        ", 100, 100, false",
        ", 100, 101, true",
        "10, 100, 50, false",
        "10, 100, 9, true",
        "10, 100, 101, true",
    })
    void shouldHoldWhatIsOutsideItsBoundsAndNotTheBoundsThemselves(
            Integer below, Integer above, int value, boolean held) {
        assertEquals(held, new Review(below, above).holds(value));
    }
}
