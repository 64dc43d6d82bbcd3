package dev.pacesetter.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What turns one top N into the next.
 *
 * @param changed entries that came in, or whose score, time or name changed
 * @param removed ids that left
 */
public record TopDelta(List<Entry> changed, List<String> removed) {

    public TopDelta {
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
    }

    /** The difference between two lists; both hold an id at most once. */
    public static TopDelta between(List<Entry> before, List<Entry> after) {
        Map<String, Entry> old = new HashMap<>(before.size() * 2);
        before.forEach(entry -> old.put(entry.userId(), entry));
        List<Entry> changed = new ArrayList<>();
        for (Entry entry : after) {
            Entry known = old.remove(entry.userId());
            if (known == null || !known.sameLine(entry)) {
                changed.add(entry);
            }
        }
        List<String> removed = new ArrayList<>();
        for (Entry entry : before) {
            if (old.containsKey(entry.userId())) {
                removed.add(entry.userId());
            }
        }
        return new TopDelta(changed, removed);
    }

    /** Whether there is nothing to say. */
    public boolean isEmpty() {
        return changed.isEmpty() && removed.isEmpty();
    }
}
