package dev.pacesetter.chaos;

import dev.pacesetter.support.Oracle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What clients asked for and what they were told, to be compared with PostgreSQL at the end: an acknowledged score is
 * there once with the content that was acknowledged, one acknowledged as taken back does not count, and nothing is there
 * that nobody asked for. Safe for many threads.
 */
final class History {

    /** A score as a client sends it; no two have the same user and time. */
    record Content(String user, String activity, int score, long occurredAtMillis) {}

    private final Map<Content, Boolean> asked = new ConcurrentHashMap<>();
    private final Map<String, Content> acknowledged = new ConcurrentHashMap<>();
    /** Ids of scores whose deletion was tried, and whether it was acknowledged. */
    private final Map<String, Boolean> deleted = new ConcurrentHashMap<>();

    private final List<String> broken = new ArrayList<>();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong repeats = new AtomicLong();
    final AtomicLong refusals = new AtomicLong();

    void asks(Content content) {
        asked.put(content, true);
    }

    void acknowledged(String id, Content content) {
        Content before = acknowledged.putIfAbsent(id, content);
        if (before != null && !before.equals(content)) {
            breaks("the id " + id + " was given to " + before + " and to " + content);
        }
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

    long deletions() {
        return deleted.values().stream().filter(done -> done).count();
    }

    /** What came of comparing it with PostgreSQL. */
    record Verdict(long lost, long doubled, long wrong, List<String> examples) {}

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
            if (!one.getValue().equals(stored.get(one.getKey()))) {
                lost++;
                examples.add("acknowledged as " + one + ", stored is " + stored.get(one.getKey()));
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
