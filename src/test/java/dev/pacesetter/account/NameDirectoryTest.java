package dev.pacesetter.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.BusMessage.LookUpNames;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NameDirectoryTest {

    private final Map<String, String> database = new HashMap<>(Map.of("a", "Ada", "b", "Bob"));
    private final List<Set<String>> queries = new ArrayList<>();
    private boolean down;
    private long now;

    private final NameDirectory names = new NameDirectory(this::query, 100, () -> now);

    private Future<Map<String, String>> query(Set<String> ids) {
        queries.add(new TreeSet<>(ids));
        if (down) {
            return Future.failedFuture("down");
        }
        Map<String, String> found = new HashMap<>(database);
        found.keySet().retainAll(ids);
        return Future.succeededFuture(found);
    }

    private Map<String, String> lookUp(String... ids) {
        return names.lookUp(new LookUpNames(Set.of(ids))).result().byId();
    }

    @Test
    void shouldAskOnceForAllThatItDoesNotKnow() {
        assertEquals(Map.of("a", "Ada"), lookUp("a"));
        assertEquals(Map.of("a", "Ada", "b", "Bob"), lookUp("a", "b", "nobody"));
        assertEquals(Map.of("b", "Bob"), lookUp("b"));
        assertEquals(List.of(Set.of("a"), Set.of("b", "nobody")), queries);
    }

    @Test
    void shouldAskAgainAfterAWhileAndWhenToldTo() {
        lookUp("a", "b");
        database.put("a", "Ada L.");
        assertEquals(Map.of("a", "Ada"), lookUp("a"));
        names.forget("a");
        assertEquals(Map.of("a", "Ada L."), lookUp("a"));
        database.put("b", "Bobby");
        now += NameDirectory.FRESH.toNanos();
        assertEquals(Map.of("b", "Bobby"), lookUp("b"));
    }

    private boolean complete(String... ids) {
        return names.lookUp(new LookUpNames(Set.of(ids))).result().complete();
    }

    @Test
    void shouldSayWhetherSomeNamesCouldNotBeRead() {
        assertTrue(complete("a", "nobody"));
        down = true;
        assertTrue(complete("a"));
        assertFalse(complete("a", "b"));
        assertFalse(complete("a", "b"), "while it is left alone");
        assertTrue(complete("a"));
        now += NameDirectory.FRESH.toNanos();
        assertFalse(complete("a"), "it may be an old one");
    }

    @Test
    void shouldAskForAllAgainWhenRenamingsMayHaveBeenMissed() {
        lookUp("a", "b");
        database.put("a", "Ada L.");
        names.doubt();
        down = true;
        assertEquals(Map.of("a", "Ada"), lookUp("a"));
        down = false;
        now += NameDirectory.PAUSE.toNanos();
        assertEquals(Map.of("a", "Ada L."), lookUp("a"));
        assertEquals(3, queries.size());
        lookUp("a");
        assertEquals(3, queries.size(), "once");
    }

    @Test
    void shouldServeOldNamesWhileTheDatabaseIsDown() {
        lookUp("a");
        down = true;
        now += NameDirectory.FRESH.toNanos();
        assertEquals(Map.of("a", "Ada"), lookUp("a", "b"));
        // It is left alone for a while
        assertEquals(Map.of("a", "Ada"), lookUp("a", "b"));
        assertEquals(2, queries.size());
        // And asked again
        down = false;
        now += NameDirectory.PAUSE.toNanos();
        assertEquals(Map.of("a", "Ada", "b", "Bob"), lookUp("a", "b"));
    }

    @Test
    void shouldNotKeepANameThatWasReadBeforeARenaming() {
        Promise<Map<String, String>> slow = Promise.promise();
        List<Future<Map<String, String>>> answers =
                new ArrayList<>(List.of(slow.future(), Future.succeededFuture(Map.of("a", "New"))));
        NameDirectory directory = new NameDirectory(ids -> answers.remove(0), 100, () -> now);
        Future<?> first = directory.lookUp(new LookUpNames(Set.of("a")));
        directory.forget("a");
        slow.complete(Map.of("a", "Old"));
        assertEquals(true, first.succeeded());
        assertEquals(
                Map.of("a", "New"),
                directory.lookUp(new LookUpNames(Set.of("a"))).result().byId());
    }
}
