package dev.pacesetter.live;

import dev.pacesetter.bus.BusMessage.EntryAround;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.domain.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one user was last told of their own standing on one leaderboard. Times are milliseconds that never go back.
 *
 * <p>A pass that may not be told yet waits, as what was seen before it; when it may, whoever is ahead now and was not
 * then has passed. It is dropped when the user has made it good, or got worse by themselves.
 */
final class PersonalBoard {

    /** Neighbours each side that are told; more are read, to know who has overtaken. */
    static final int SHOWN = 2;

    static final int READ = 10;

    private static final long PASSED_MILLIS = 5_000;

    /**
     * What was seen at one time.
     *
     * @param top the board's first entries, read before; null when they were not
     */
    private record Sight(EntryAround around, @Nullable Page top) {

        /** The user's entry in a period. */
        @Nullable Entry self(String period) {
            return around.period().equals(period) ? around.entry() : null;
        }

        /** Those who were seen with a better score than the user's. The ranks of the top are those of when it was read. */
        List<Entry> ahead() {
            Entry self = around.entry();
            Integer next = around.next();
            if (self == null || next == null) {
                return List.of();
            }
            int better = Integer.compare(next, self.score());
            return seen().stream()
                    .filter(one -> Integer.compare(one.score(), self.score()) == better)
                    .toList();
        }

        /** The top, and then who is near: in the board's order, but for some that come twice. */
        private List<Entry> seen() {
            if (top == null || !top.period().equals(around.period())) {
                return around.neighbours();
            }
            List<Entry> seen = new ArrayList<>(top.entries());
            seen.addAll(around.neighbours());
            return seen;
        }
    }

    private final String userId;
    private @Nullable Sight last;
    private @Nullable PersonalFrame latest;
    /** What was seen before somebody passed, which is not yet told; null when nobody did. */
    private @Nullable Sight beforePass;

    private long passedAt = -PASSED_MILLIS;
    private boolean sought;

    PersonalBoard(String userId) {
        this.userId = userId;
    }

    /** The latest standing; null when the user has not been on the leaderboard while followed. */
    @Nullable PersonalFrame latest() {
        return latest;
    }

    /** Whether the neighbours alone do not show everybody who is ahead. */
    static boolean isDeep(EntryAround around) {
        Entry self = around.entry();
        return self != null && self.rank() > READ + 1;
    }

    /** Whether the user was so far down at the last look. */
    boolean isDeep() {
        return last != null && isDeep(last.around());
    }

    /** Whether a pass waits to be told. */
    boolean waits() {
        return beforePass != null;
    }

    /** Whether a pass waits, and may be told now: it is to be read again. */
    boolean due(long millis) {
        return waits() && millis - passedAt >= PASSED_MILLIS;
    }

    /**
     * Takes what was read; what is to be said of it.
     *
     * @param now with {@link #READ} neighbours each side
     * @param top the board's first entries, read before it; null when they are not known, or not needed
     */
    List<PersonalFrame> read(EntryAround now, @Nullable Page top, long millis) {
        Sight before = last;
        Sight sight = new Sight(now, top);
        last = sight;
        if (latest == null && now.entry() == null) {
            return List.of();
        }
        Entry old = before == null ? null : before.self(now.period());
        List<PersonalFrame> said = new ArrayList<>(2);
        if (before == null || !now.equals(before.around())) {
            PersonalFrame standing = Frames.standing(userId, now, old == null ? null : old.rank());
            if (latest == null || !standing.envelope().equals(latest.envelope())) {
                said.add(standing);
            }
            latest = standing;
        }
        notice(before, old, now);
        PersonalFrame passed = due(millis) ? passed(sight) : null;
        if (passed != null) {
            passedAt = millis;
            beforePass = null;
            said.add(passed);
        }
        return said;
    }

    private void notice(@Nullable Sight before, @Nullable Entry old, EntryAround now) {
        Entry self = now.entry();
        Entry start = beforePass == null ? old : beforePass.self(now.period());
        if (old == null || start == null || self == null || self.rank() <= start.rank()) {
            beforePass = null;
        } else if (self.rank() > old.rank()) {
            // Whoever got worse by themselves was not overtaken.
            boolean overtaken = self.score() == old.score();
            if (overtaken && beforePass == null) {
                beforePass = before;
                sought = false;
            } else if (!overtaken) {
                beforePass = null;
            }
        }
    }

    /** Tells it, unless who it was may yet be found by looking once more. */
    private @Nullable PersonalFrame passed(Sight sight) {
        EntryAround now = sight.around();
        Entry self = now.entry();
        Sight before = beforePass;
        if (before == null || self == null) {
            return null;
        }
        Entry by = overtaker(before, sight, self);
        if (by == null && !sought) {
            // The top is read before the entry: somebody may have passed in between.
            sought = true;
            return null;
        }
        return Frames.passed(userId, now, self.rank(), by);
    }

    /** The nearest who is ahead and was not; null when nobody who is seen is: somebody went past out of sight. */
    private static @Nullable Entry overtaker(Sight before, Sight now, Entry self) {
        Set<String> wereAhead = new HashSet<>();
        before.ahead().forEach(one -> wereAhead.add(one.userId()));
        // Without having known the top, all of it would look new.
        boolean comparable = before.top() != null || !isDeep(before.around());
        Entry nearest = null;
        for (Entry one : (comparable ? now : new Sight(now.around(), null)).ahead()) {
            boolean nearer = nearest == null || distance(one, self) <= distance(nearest, self);
            if (nearer && !wereAhead.contains(one.userId())) {
                nearest = one;
            }
        }
        return nearest;
    }

    private static long distance(Entry one, Entry self) {
        return Math.abs((long) one.score() - self.score());
    }
}
