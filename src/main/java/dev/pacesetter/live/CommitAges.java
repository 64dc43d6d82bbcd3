package dev.pacesetter.live;

import dev.pacesetter.bus.BusMessage.BoardApplied;
import dev.pacesetter.bus.BusMessage.Page;
import java.util.ArrayDeque;
import java.util.OptionalLong;

/**
 * How old what was committed on this node is when the viewers of one board are told. The word that a ranking has it may
 * come before or after the message that shows it: versions decide which one that was. Times are nanoseconds.
 *
 * <p>A few commits a board are remembered; of one event loop.
 */
final class CommitAges {

    /** What comes between two messages beyond this many is not timed; the first of it is the eldest anyway. */
    static final int MOST = 64;

    private record Commit(long version, long nanos) {}

    private final ArrayDeque<Commit> unseen = new ArrayDeque<>();
    private String epoch = "";
    private long readVersion = -1;
    private long toldAt;
    private boolean told;

    /** A commit shows from a version on. Its age when it was told, if it was told already. */
    OptionalLong applied(BoardApplied commit) {
        if (!commit.epoch().equals(epoch)) {
            start(commit.epoch());
        }
        if (commit.version() <= readVersion) {
            return told ? age(toldAt, commit.committedNanos()) : OptionalLong.empty();
        }
        if (unseen.size() < MOST) {
            unseen.add(new Commit(commit.version(), commit.committedNanos()));
        }
        return OptionalLong.empty();
    }

    /**
     * The board was read, and viewers are told.
     *
     * @param news whether there was something to tell
     * @return the age of the eldest commit that they see by this
     */
    OptionalLong read(Page page, boolean news, long now) {
        if (!page.epoch().equals(epoch)) {
            start(page.epoch());
        }
        OptionalLong eldest = OptionalLong.empty();
        for (Commit next = unseen.peek(); next != null && next.version() <= page.version(); next = unseen.peek()) {
            unseen.remove();
            if (news && eldest.isEmpty()) {
                eldest = age(now, next.nanos());
            }
        }
        readVersion = page.version();
        told = news;
        toldAt = now;
        return eldest;
    }

    private void start(String newEpoch) {
        epoch = newEpoch;
        unseen.clear();
        readVersion = -1;
        told = false;
    }

    private static OptionalLong age(long now, long then) {
        return now < then ? OptionalLong.empty() : OptionalLong.of(now - then);
    }
}
