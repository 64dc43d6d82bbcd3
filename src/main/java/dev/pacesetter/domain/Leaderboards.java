package dev.pacesetter.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All leaderboards at one moment, in the order of their making, and what users may do in a day. Immutable. */
public final class Leaderboards {

    private final Map<String, Leaderboard> byId = new LinkedHashMap<>();
    private final DayLimits limits;

    /** Those given, without limits a day. */
    public Leaderboards(Collection<Leaderboard> all) {
        this(all, DayLimits.NONE);
    }

    /** Those given. */
    public Leaderboards(Collection<Leaderboard> all, DayLimits limits) {
        this.limits = limits;
        all.forEach(leaderboard -> byId.put(leaderboard.id(), leaderboard));
    }

    /** All of them. */
    public Collection<Leaderboard> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    /** What users may do in a day. */
    public DayLimits limits() {
        return limits;
    }

    /** The one with this id. */
    public Optional<Leaderboard> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Those that scores of an activity feed. */
    public List<Leaderboard> taking(String activity) {
        List<Leaderboard> matching = new ArrayList<>(byId.size());
        for (Leaderboard leaderboard : byId.values()) {
            if (leaderboard.takes(activity)) {
                matching.add(leaderboard);
            }
        }
        return matching;
    }
}
