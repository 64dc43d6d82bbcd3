package dev.pacesetter.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.account.Passwords.Check;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.settings.Argon2Settings;
import dev.pacesetter.support.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordsTest {

    private static final Argon2Settings REAL = new Argon2Settings(19_456, 2, 2, 64);
    private static final Argon2Settings CHEAP = new Argon2Settings(64, 1, 1, 2);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        Await.closed(vertx);
    }

    @Test
    void shouldHashWithArgon2idAndTheParametersSet() {
        Passwords passwords = new Passwords(vertx, REAL);
        String hash = Await.result(passwords.hash("correct horse"));
        assertTrue(hash.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), hash);
        assertNotEquals(hash, Await.result(passwords.hash("correct horse")));
        assertEquals(new Check(true, false), Await.result(passwords.check("correct horse", hash)));
        assertEquals(new Check(false, false), Await.result(passwords.check("Correct horse", hash)));
        assertEquals(new Check(false, false), Await.result(passwords.check("", hash)));
    }

    @Test
    void shouldNoticeAHashOfOtherParameters() {
        String hash = Await.result(new Passwords(vertx, CHEAP).hash("correct horse"));
        Passwords dearer = new Passwords(vertx, new Argon2Settings(128, 2, 1, 2));
        assertEquals(new Check(true, true), Await.result(dearer.check("correct horse", hash)));
        assertEquals(new Check(false, false), Await.result(dearer.check("wrong horse", hash)));
    }

    @Test
    void shouldFindNothingForNobody() {
        Passwords passwords = new Passwords(vertx, CHEAP);
        assertFalse(Await.result(passwords.checkNobodys("nobody's password")).right());
    }

    @Test
    void shouldWorkAsLongForNobodyAsForSomebody() {
        Passwords passwords = new Passwords(vertx, REAL);
        String hash = Await.result(passwords.hash("correct horse"));
        Await.result(passwords.checkNobodys("warm up"));
        // By turns and the fastest of each: what else the machine does slows down both. One that did no work would
        // always
        // be far ahead.
        long somebody = Long.MAX_VALUE;
        long nobody = Long.MAX_VALUE;
        for (int i = 0; i < 5 || (i < 50 && nobody <= somebody / 2); i++) {
            somebody = Math.min(somebody, nanos(() -> passwords.check("wrong horse", hash)));
            nobody = Math.min(nobody, nanos(() -> passwords.checkNobodys("wrong horse")));
        }
        assertTrue(nobody > somebody / 2, nobody + " ns for nobody, " + somebody + " ns for somebody");
    }

    /** In work, not in time: KiB gone over in all passes. */
    @ParameterizedTest
    @CsvSource({"64, 1", "512, 2", "1024, 1", "1000, 2", "2048, 1", "1016, 2", "1024, 2"})
    void shouldWorkAsMuchForAnAccountOfLowerParametersAsForNobody(int memoryKiB, int iterations) {
        String old = Await.result(
                new Passwords(vertx, new Argon2Settings(memoryKiB, iterations, 1, 2)).hash("correct horse"));
        AtomicLong worked = new AtomicLong();
        Passwords raised = new Passwords(vertx, new Argon2Settings(1_024, 2, 1, 2), worked::addAndGet);
        Await.result(raised.checkNobodys("made"));
        worked.set(0);
        Await.result(raised.checkNobodys("wrong horse"));
        assertEquals(2_048, worked.getAndSet(0));
        assertFalse(Await.result(raised.check("wrong horse", old)).right());
        assertEquals(2_048, worked.getAndSet(0));
        // Who is right is told so anyway.
        assertTrue(Await.result(raised.check("correct horse", old)).right());
        assertEquals((long) memoryKiB * iterations, worked.get());
    }

    private static long nanos(Supplier<Future<Check>> check) {
        long start = System.nanoTime();
        Await.result(check.get());
        return System.nanoTime() - start;
    }

    @Test
    void shouldLetOnlySoManyWait() {
        Passwords passwords = new Passwords(vertx, new Argon2Settings(19_456, 2, 1, 2));
        Await.result(passwords.checkNobodys("nobody's hash is ready"));
        List<Future<String>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(passwords.hash("correct horse"));
        }
        // One is worked on, two wait.
        for (Future<String> refused : all.subList(3, 5)) {
            ProblemException problem = (ProblemException) refused.cause();
            assertEquals(429, problem.problem().status());
            assertTrue(problem.problem().retryAfterSeconds() > 0);
        }
        all.subList(0, 3).forEach(Await::result);
        assertTrue(Await.result(passwords.hash("there is room again")).startsWith("$argon2id$"));
    }
}
