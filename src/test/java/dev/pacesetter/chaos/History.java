package dev.pacesetter.chaos;

import dev.pacesetter.support.Oracle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What clients asked for and what they were told, to be compared with PostgreSQL at the end: an acknowledged score is
 * there once with the content that was acknowledged last, or what it was to become when that was not answered; one
 * acknowledged as taken back does not count, and nothing is there that nobody asked for. Safe for many threads.
 */
final class History {

    /** A score as a client sends it; no two have the same user and time. */
    record Content(String user, String activity, int score, long occurredAtMillis) {
        /** Another one of this one's user. */
        Content of(Content other) {
            return new Content(user, other.activity(), other.score(), other.occurredAtMillis());
        }
    }

    private final Map<Content, Boolean> asked = new ConcurrentHashMap<>();
    private final Map<String, Content> acknowledged = new ConcurrentHashMap<>();
    /** What scores were to be changed to, each at most once; in effect at some time or never, until it is acknowledged. */
    private final Map<String, Content> changing = new ConcurrentHashMap<>();

    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    /** Ids of scores whose deletion was tried, and whether it was acknowledged. */
    private final Map<String, Boolean> deleted = new ConcurrentHashMap<>();

    private final List<String> broken = new ArrayList<>();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong repeats = new AtomicLong();
    final AtomicLong refusals = new AtomicLong();
    final AtomicLong hidden = new AtomicLong();
    final AtomicLong shown = new AtomicLong();
    final AtomicLong regrouped = new AtomicLong();

    /** What was acknowledged. */
    Content content(String id) {
        return Objects.requireNonNull(acknowledged.get(id), id);
    }

    void asks(Content content) {
        asked.put(content, true);
    }

    void acknowledged(String id, Content content) {
        Content before = acknowledged.putIfAbsent(id, content);
        if (before != null && !before.equals(content)) {
            breaks("the id " + id + " was given to " + before + " and to " + content);
        }
    }

    /** It is to be made another; whoever asks may be stopped before the answer. */
    void changing(String id, Content content) {
        asks(content);
        if (changing.putIfAbsent(id, content) != null) {
            breaks("changed twice, so that nobody knows which comes last: " + id);
        }
    }

    /** It was made the other. */
    void changed(String id) {
        changed.add(id);
    }

    void deleting(String id) {
        deleted.putIfAbsent(id, false);
    }

    void deleted(String id) {
        deleted.put(id, true);
    }

    /** Something was answered that must not be. */
    synchronized void breaks(String what) {
        broken.add(what);
    }

    int acknowledged() {
        return acknowledged.size();
    }

    int changes() {
        return changed.size();
    }

    long deletions() {
        return deleted.values().stream().filter(done -> done).count();
    }

    /** What came of comparing it with PostgreSQL. */
    record Verdict(long lost, long doubled, long wrong, List<String> examples) {}

    /** What may be stored under an id that was acknowledged: one of two while the answer to its change is not known. */
    private Set<Content> allowed(String id, Content posted) {
        Content other = changing.get(id);
        if (other == null) {
            return Set.of(posted);
        }
        return changed.contains(id) ? Set.of(other) : Set.of(posted, other);
    }

    /** Compares it with the scores in PostgreSQL. */
    synchronized Verdict compare(String database) {
        List<String> examples = new ArrayList<>(broken);
        Map<String, Boolean> gone = new HashMap<>();
        Map<String, Content> stored = new HashMap<>();
        Map<Content, String> ids = new HashMap<>();
        long doubled = 0;
        for (String[] row : Oracle.rows(
                database,
                "select id, user_id, activity, score, (extract(epoch from occurred_at) * 1000)::bigint, "
                        + "deleted_at is not null from score")) {
            Content content = new Content(row[1], row[2], Integer.parseInt(row[3]), Long.parseLong(row[4]));
            stored.put(row[0], content);
            gone.put(row[0], row[5].equals("t"));
            if (ids.put(content, row[0]) != null) {
                doubled++;
                examples.add("stored twice: " + content);
            }
            if (!asked.containsKey(content)) {
                examples.add("nobody asked for " + content);
            }
        }
        long lost = 0;
        for (Map.Entry<String, Content> one : acknowledged.entrySet()) {
            Set<Content> allowed = allowed(one.getKey(), one.getValue());
            Content kept = stored.get(one.getKey());
            if (kept == null || !allowed.contains(kept)) {
                lost++;
                examples.add(
                        "acknowledged as " + one.getKey() + " " + allowed + ", stored is " + stored.get(one.getKey()));
            } else if (gone.getOrDefault(one.getKey(), false) && !deleted.containsKey(one.getKey())) {
                lost++;
                examples.add("taken back though nobody asked: " + one);
            }
        }
        for (Map.Entry<String, Boolean> one : deleted.entrySet()) {
            if (one.getValue() && !gone.getOrDefault(one.getKey(), false)) {
                examples.add("acknowledged as taken back, and counts: " + one.getKey());
            }
        }
        return new Verdict(lost, doubled, examples.size(), examples);
    }
}
