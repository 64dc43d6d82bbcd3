package dev.pacesetter.live;

import dev.pacesetter.bus.BusMessage.EntryAround;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.domain.Entry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one user was last told of their own standing on one leaderboard. Times are milliseconds that never go back. */
final class PersonalBoard {

    /** Neighbours each side that are told; more are read, to know who has overtaken. */
    static final int SHOWN = 2;

    static final int READ = 10;

    private static final long PASSED_MILLIS = 5_000;

    private final String userId;
    private @Nullable EntryAround told;
    private @Nullable PersonalFrame latest;
    private long passedAt = -PASSED_MILLIS;

    PersonalBoard(String userId) {
        this.userId = userId;
    }

    /** The latest standing; null when the user has not been on the leaderboard while followed. */
    @Nullable PersonalFrame latest() {
        return latest;
    }

    /** Takes what was read, with {@link #READ} neighbours each side; what is to be said of it. */
    List<PersonalFrame> read(EntryAround now, long millis) {
        EntryAround before = told;
        told = now;
        if (now.equals(before) || (latest == null && now.entry() == null)) {
            return List.of();
        }
        Entry self = now.entry();
        Entry old = before != null && before.period().equals(now.period()) ? before.entry() : null;
        PersonalFrame standing = Frames.standing(userId, now, old == null ? null : old.rank());
        boolean news = latest == null || !standing.envelope().equals(latest.envelope());
        latest = standing;
        if (old != null
                && self != null
                && before != null
                && overtaken(old, self)
                && millis - passedAt >= PASSED_MILLIS) {
            passedAt = millis;
            return List.of(standing, Frames.passed(userId, now, self.rank(), overtaker(before, old, now, self)));
        }
        return news ? List.of(standing) : List.of();
    }

    /** Whoever got worse by themselves was not overtaken. */
    private static boolean overtaken(Entry old, Entry self) {
        return self.rank() > old.rank() && self.score() == old.score();
    }

    /** The nearest who is ahead and was not; null when all who are near were ahead before: somebody went far ahead. */
    private static @Nullable Entry overtaker(EntryAround before, Entry old, EntryAround now, Entry self) {
        Set<String> wereAhead = new HashSet<>();
        before.neighbours().stream().filter(one -> one.rank() < old.rank()).forEach(one -> wereAhead.add(one.userId()));
        Entry nearest = null;
        for (Entry one : now.neighbours()) {
            if (one.rank() < self.rank() && !wereAhead.contains(one.userId())) {
                nearest = one;
            }
        }
        return nearest;
    }
}
