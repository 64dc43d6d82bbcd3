package dev.pacesetter.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import dev.pacesetter.cache.BoundedCache;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Remembers which users were stored, so that a batch names only those that may be new. Bounded; safe to forget. */
final class SeenUsers {

    private final Cache<String, Boolean> seen;

    SeenUsers(long capacity) {
        seen = BoundedCache.ofAtMost(capacity).build();
    }

    /** Users of a batch that may be unknown, in one order for all writers. */
    Set<String> newcomers(List<WaitingScore> batch) {
        Set<String> newcomers = new TreeSet<>();
        for (WaitingScore score : batch) {
            if (seen.getIfPresent(score.score().userId()) == null) {
                newcomers.add(score.score().userId());
            }
        }
        return newcomers;
    }

    /** This one may not be stored any longer. */
    void forget(String user) {
        seen.invalidate(user);
    }

    /** These are stored now. */
    void add(Collection<String> users) {
        users.forEach(user -> seen.put(user, Boolean.TRUE));
    }
}
