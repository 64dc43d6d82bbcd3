package dev.pacesetter.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.limit.Attempts.Verdict;
import org.junit.jupiter.api.Test;

/** Attempts at one account, as a node alone counts them. */
class AttemptsTest {

    private long now = 1_000_000;
    private final Attempts attempts = new Attempts(now);

    private Verdict from(String place) {
        return attempts.tryFrom(place, now);
    }

    private void fail(String place, int times) {
        for (int i = 0; i < times; i++) {
            from(place);
        }
    }

    @Test
    void shouldRememberOnlySoManyPlacesAndSlowDownTheOthersTogether() {
        for (int i = 0; i < 1_000; i++) {
            assertEquals(0, from("elsewhere-" + i).waitMillis(), "number " + i + ", whenever it may come");
            assertTrue(from("refused-" + i).waitMillis() > 0 || i < Attempts.FREE_FROM_ANYWHERE, "number " + i);
            now += Attempts.LONGEST_WAIT_MILLIS;
        }
        // The places there is no room for have one of their own.
        assertEquals(Attempts.MOST_PLACES + 1, attempts.places());
        // Whoever signs in is believed about the account, and not about those others: they have waits of their own now.
        attempts.tryFrom("home", now);
        now += Attempts.LONGEST_WAIT_MILLIS;
        attempts.right("home", now);
        assertEquals(0, from("one more").waitMillis());
        assertTrue(from("yet another").waitMillis() > 0);
        assertEquals(0, from("elsewhere-0").waitMillis(), "which is counted for itself");
    }

    @Test
    void shouldForgetAPlaceWhoseAttemptsWereNotDecided() {
        for (int i = 0; i < 1_000; i++) {
            assertEquals(0, from("place-" + i).waitMillis());
            attempts.undo("place-" + i);
        }
        assertEquals(0, attempts.places());
    }

    @Test
    void shouldLetThoseFromAKnownPlaceInWhateverOthersFail() {
        from("home");
        attempts.right("home", now);
        fail("a", 20);
        for (int i = 0; i < Attempts.FREE_FROM_ANYWHERE; i++) {
            from("stranger-" + i);
        }
        assertTrue(from("new").waitMillis() > 0);
        assertFalse(from("new").known());
        assertEquals(new Verdict(0, true), from("home"));
        attempts.right("home", now);
        assertTrue(from("new").waitMillis() > 0, "what others failed is not forgotten for it");
        fail("home", Attempts.FREE_FROM_ADDRESS);
        assertTrue(from("home").waitMillis() > 0, "what fails there counts there");
        assertTrue(from("home").known());
    }

    @Test
    void shouldKnowTheLastFewPlaces() {
        for (int i = 0; i <= Attempts.MOST_KNOWN; i++) {
            from("home-" + i);
            attempts.right("home-" + i, now);
        }
        assertFalse(from("home-0").known());
        for (int i = 1; i <= Attempts.MOST_KNOWN; i++) {
            assertTrue(from("home-" + i).known(), "number " + i);
        }
    }
}
