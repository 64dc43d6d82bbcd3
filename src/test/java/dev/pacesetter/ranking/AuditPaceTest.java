package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditPaceTest {

    private static final int SECONDS = 1_000;

    private static final class Counted {
        int entries;
        int looks;
        long nanos;
        long longest;
    }

    /** Looks as the auditor does, at entries that all cost the same. */
    private static Counted run(AuditPace pace, long nanosEach) {
        return run(pace, 0, nanosEach);
    }

    private static Counted run(AuditPace pace, long nanosALook, long nanosEach) {
        Counted all = new Counted();
        for (int second = 0; second < SECONDS; second++) {
            pace.second();
            for (int size = pace.next(); size > 0; size = pace.next()) {
                long took = nanosALook + size * nanosEach;
                pace.looked(size, took);
                all.entries += size;
                all.looks++;
                all.nanos += took;
                all.longest = Math.max(all.longest, took);
            }
        }
        return all;
    }

    @Test
    void shouldCompareAsManyASecondAsAskedForWhenTheyCostLittle() {
        Counted all = run(new AuditPace(500, 5), 1_000);
        assertTrue(all.entries >= 490 * SECONDS && all.entries <= 501 * SECONDS, all.entries + " entries");
        assertTrue(all.looks <= 2 * SECONDS, all.looks + " looks");
    }

    /** From athletes with a hundred scores to some with a million; the last look may go beyond. */
    @ParameterizedTest
    @CsvSource({"5, 200000", "5, 20000000", "5, 200000000", "1, 200000", "50, 20000000"})
    void shouldTakeNoMoreThanItsShareOfTheTimeHoweverCostlyEntriesAre(int percent, long nanosEach) {
        Counted all = run(new AuditPace(500, percent), nanosEach);
        long share = TimeUnit.SECONDS.toNanos(SECONDS) * percent / 100;
        assertTrue(all.nanos <= share + all.longest, all.nanos + " ns of " + share);
        assertTrue(all.nanos >= share * 9 / 10, all.nanos + " ns of " + share);
    }

    /** Stores may be some milliseconds away; that is no reason to ask for ten entries at a time. */
    @Test
    void shouldAskForMoreAtOnceWhereALookTakesItsTime() {
        assertTrue(run(new AuditPace(500, 5), TimeUnit.MILLISECONDS.toNanos(20), 1_000).entries >= 490 * SECONDS);
    }

    @Test
    void shouldBeginWithFewOnAnotherBoard() {
        AuditPace pace = new AuditPace(500, 5);
        run(pace, 1_000);
        pace.second();
        assertTrue(pace.next() > 100);
        pace.board();
        assertEquals(10, pace.next());
    }

    @Test
    void shouldLookAtMoreAgainOnceEntriesCostLess() {
        AuditPace pace = new AuditPace(500, 5);
        run(pace, 20_000_000);
        pace.second();
        assertTrue(pace.next() <= 10);
        assertTrue(run(pace, 1_000).entries >= 480 * SECONDS);
    }

    /** Each costs a query, so that many boards without members must not make for many of them. */
    @Test
    void shouldNotLookOftenWhereNothingIsFound() {
        AuditPace pace = new AuditPace(500, 5);
        pace.second();
        int looks = 0;
        for (; pace.next() > 0; looks++) {
            pace.looked(0, 1_000);
        }
        assertEquals(20, looks);
    }

    @Test
    void shouldNotSaveUpTimeThatItDidNotNeed() {
        AuditPace pace = new AuditPace(500, 5);
        for (int second = 0; second < SECONDS; second++) {
            pace.second();
        }
        pace.looked(1, TimeUnit.MILLISECONDS.toNanos(51));
        assertEquals(0, pace.next());
    }

    @Test
    void shouldCompareNothingWhenTurnedOff() {
        AuditPace pace = new AuditPace(0, 5);
        pace.second();
        assertEquals(0, pace.next());
    }

    @Test
    void shouldCompareFewWhenFewAreAskedFor() {
        assertEquals(3 * SECONDS, run(new AuditPace(3, 5), 1_000).entries);
    }
}
