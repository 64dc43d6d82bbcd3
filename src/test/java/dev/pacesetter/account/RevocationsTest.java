package dev.pacesetter.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.account.Revocations.Since;
import dev.pacesetter.http.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RevocationsTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private final AtomicLong nanos = new AtomicLong();
    private final List<Set<String>> asked = new ArrayList<>();
    private final List<Promise<Map<String, Since>>> answers = new ArrayList<>();
    private final Revocations revocations = new Revocations(this::query, 100, nanos::get);

    private Future<Map<String, Since>> query(Set<String> users) {
        asked.add(users);
        Promise<Map<String, Since>> answer = Promise.promise();
        answers.add(answer);
        return answer.future();
    }

    private static Claims own(int version) {
        return new Claims("u", NOW, null, version, null);
    }

    private static Claims others(Instant issuedAt) {
        return new Claims("u", NOW, issuedAt, null, null);
    }

    @Test
    void shouldLetWhatIsNewer() {
        Since since = new Since(2, NOW);
        assertTrue(since.lets(own(2)));
        assertTrue(since.lets(own(3)));
        assertFalse(since.lets(own(1)));
        assertTrue(since.lets(others(NOW)));
        assertFalse(since.lets(others(NOW.minusMillis(1))));
        assertTrue(Since.EVER.lets(own(0)));
        assertTrue(Since.EVER.lets(others(Instant.EPOCH)));
    }

    @Test
    void shouldAskOnceForAllWhoWaitAndNotWhileItKnows() {
        Future<Since> ada = revocations.of("ada");
        Future<Since> bob = revocations.of("bob");
        Future<Since> eve = revocations.of("eve");
        assertEquals(List.of(Set.of("ada")), asked);
        answers.get(0).complete(Map.of());
        assertEquals(List.of(Set.of("ada"), Set.of("bob", "eve")), asked);
        answers.get(1).complete(Map.of("eve", new Since(1, NOW)));
        assertEquals(Since.EVER, ada.result());
        assertEquals(Since.EVER, bob.result());
        assertEquals(new Since(1, NOW), eve.result());
        nanos.addAndGet(Revocations.FRESH.toNanos() - 1);
        assertEquals(Since.EVER, revocations.of("ada").result());
        assertEquals(2, asked.size());
        nanos.addAndGet(1);
        assertFalse(revocations.of("ada").isComplete());
        assertEquals(3, asked.size());
    }

    @Test
    void shouldNotBelieveWhatWasReadBeforeAChange() {
        Future<Since> before = revocations.of("ada");
        revocations.forget("ada");
        Future<Since> after = revocations.of("ada");
        answers.get(0).complete(Map.of());
        assertTrue(before.succeeded());
        assertFalse(after.isComplete(), "it asks again");
        answers.get(1).complete(Map.of("ada", new Since(1, NOW)));
        assertEquals(1, after.result().version());
        assertEquals(1, revocations.of("ada").result().version());
        assertEquals(2, asked.size());
    }

    @Test
    void shouldGoByWhatItKnewWhileTheDatabaseIsDownAndKeepOthersWaiting() {
        revocations.of("ada");
        answers.get(0).complete(Map.of("ada", new Since(3, NOW)));
        nanos.addAndGet(Revocations.FRESH.toNanos());
        Future<Since> ada = revocations.of("ada");
        answers.get(1).fail(new IOException("down"));
        assertEquals(3, ada.result().version());
        assertEquals(3, revocations.of("ada").result().version());
        assertInstanceOf(IOException.class, revocations.of("bob").cause());
        assertEquals(2, asked.size(), "it is left alone for a while");
        nanos.addAndGet(Revocations.PAUSE.toNanos());
        Future<Since> bob = revocations.of("bob");
        assertEquals(3, asked.size());
        answers.get(2).complete(Map.of());
        assertEquals(Since.EVER, bob.result());
        // There was word of a change: nothing is known then, and nobody let in by what was.
        revocations.forget("ada");
        Future<Since> changed = revocations.of("ada");
        answers.get(3).fail(new IOException("down"));
        assertTrue(changed.failed());
    }

    @Test
    void shouldLetOnlySoManyWaitAndAskForSoManyAtATime() {
        revocations.of("first");
        List<Future<Since>> all = new ArrayList<>();
        for (int i = 0; i < 10_001; i++) {
            all.add(revocations.of("u-" + i));
        }
        Throwable refused = all.get(10_000).cause();
        assertEquals(
                429, assertInstanceOf(ProblemException.class, refused).problem().status());
        assertFalse(all.get(9_999).isComplete());
        for (int i = 0; i < answers.size(); i++) {
            answers.get(i).complete(Map.of());
        }
        assertEquals(11, asked.size());
        assertTrue(asked.stream().allMatch(users -> users.size() <= Revocations.BATCH));
        assertTrue(all.get(9_999).succeeded());
    }
}
