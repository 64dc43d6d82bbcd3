package dev.pacesetter.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.http.Quota;
import dev.pacesetter.support.Await;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** One node alone, with a clock of its own. */
class BucketsTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5 * SECOND);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Leases leases = new Leases(now::get, meters);

    @AfterAll
    static void close() {
        Await.closed(VERTX);
    }

    private Buckets buckets(Policy policy, int most) {
        return new Buckets(VERTX, policy, leases, Counter.builder("refused").register(meters), most);
    }

    private static int allowed(Buckets buckets, String subject, int attempts) {
        int allowed = 0;
        for (int i = 0; i < attempts; i++) {
            allowed += buckets.take(subject).result().allowed() ? 1 : 0;
        }
        return allowed;
    }

    @Test
    void shouldAllowABurstAndThenTheRate() {
        Buckets buckets = buckets(Policy.perSecond("user", 10, 50), 100);
        assertEquals(50, allowed(buckets, "ada", 200));
        assertEquals(150, meters.get("refused").counter().count());
        for (int i = 0; i < 10; i++) {
            // The clock comes to its end and begins anew.
            now.addAndGet(SECOND);
            assertEquals(10, allowed(buckets, "ada", 200));
        }
        now.addAndGet(3_600 * SECOND);
        assertEquals(50, allowed(buckets, "ada", 200), "no more than a burst is saved up");
    }

    @Test
    void shouldCountEachForThemselves() {
        Buckets buckets = buckets(Policy.perSecond("user", 1, 2), 100);
        assertEquals(2, allowed(buckets, "ada", 5));
        assertEquals(2, allowed(buckets, "bob", 5));
    }

    @Test
    void shouldTellWhatIsLeftAndWhenToComeAgain() {
        Buckets buckets = buckets(Policy.within("signup", 3_600, 2), 100);
        Quota first = buckets.take("a").result();
        assertEquals("\"signup\";q=2;w=3600", first.policy());
        assertEquals("\"signup\";r=1;t=1800", first.left());
        buckets.take("a");
        Quota refused = buckets.take("a").result();
        assertFalse(refused.allowed());
        assertEquals("\"signup\";r=0;t=1800", refused.left());
        assertEquals(1_800, refused.retrySeconds());
        now.addAndGet(1_799 * SECOND + SECOND / 2);
        assertEquals(1, buckets.take("a").result().retrySeconds());
        now.addAndGet(SECOND / 2);
        assertTrue(buckets.take("a").result().allowed());
    }

    @Test
    void shouldNotCountWhatIsNotLimited() {
        Buckets buckets = buckets(Policy.perSecond("user", 0, 1), 100);
        assertEquals(1_000, allowed(buckets, "ada", 1_000));
        assertEquals(Quota.UNCOUNTED, buckets.take("ada").result());
    }

    @Test
    void shouldRememberNoMoreSubjectsThanItMay() {
        Buckets buckets = buckets(Policy.perSecond("address", 1, 1), 100);
        for (int i = 0; i < 10_000; i++) {
            buckets.take("10.0.0." + i);
            assertTrue(buckets.size() <= 100);
        }
    }

    @Test
    void shouldLookWithoutTaking() {
        Buckets buckets = buckets(Policy.perSecond("guesses", 1, 2), 100);
        assertTrue(buckets.look("a").allowed());
        assertFalse(buckets.isAnyDry());
        assertEquals(2, allowed(buckets, "a", 3));
        assertTrue(buckets.isAnyDry());
        assertFalse(buckets.look("a").allowed());
        assertTrue(buckets.look("b").allowed());
        now.addAndGet(SECOND);
        assertTrue(buckets.look("a").allowed());
        now.addAndGet(SECOND);
        assertFalse(buckets.isAnyDry());
    }

    @Test
    void shouldMakeThoseWhoFailToSignInWaitLongerAndLonger() {
        Attempts attempts = new Attempts(0);
        long clock = 0;
        for (int i = 0; i < Attempts.FREE_FROM_ADDRESS; i++) {
            assertEquals(0, attempts.tryFrom("a", clock).waitMillis());
        }
        for (long wait : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertEquals(wait * 1_000, attempts.tryFrom("a", clock).waitMillis());
            clock += wait * 1_000;
            assertEquals(0, attempts.tryFrom("a", clock).waitMillis());
        }
        assertEquals(0, attempts.tryFrom("b", clock).waitMillis(), "not from elsewhere");
        attempts.right("a", clock);
        assertEquals(0, attempts.tryFrom("a", clock).waitMillis());
    }

    @Test
    void shouldSlowDownManyWhoTryOneAccount() {
        Attempts attempts = new Attempts(0);
        for (int i = 0; i < Attempts.FREE_FROM_ANYWHERE; i++) {
            assertEquals(0, attempts.tryFrom("a" + i, 0).waitMillis());
        }
        assertEquals(1_000, attempts.tryFrom("another", 0).waitMillis());
        assertEquals(0, attempts.tryFrom("another", 1_000).waitMillis());
        assertEquals(1_000, attempts.tryFrom("a third", 2_000).waitMillis());
    }

    @Test
    void shouldTakeBackWhatWasNotDecided() {
        Attempts attempts = new Attempts(0);
        for (int i = 0; i < 100; i++) {
            assertEquals(0, attempts.tryFrom("a", 0).waitMillis());
            attempts.undo("a");
        }
    }
}
