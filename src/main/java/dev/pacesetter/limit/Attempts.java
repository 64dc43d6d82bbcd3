package dev.pacesetter.limit;

import java.util.HashMap;
import java.util.Map;

/** The attempts to sign in as one account while Redis is away: as {@code sign_in.lua} has them, for one node. */
final class Attempts {

    static final int FREE_FROM_ADDRESS = 5;
    static final int FREE_FROM_ANYWHERE = 30;
    static final long LONGEST_WAIT_MILLIS = 60_000;
    static final long KEPT_MILLIS = 15 * 60_000;

    private static final int MOST_DOUBLINGS = 30;

    /** Past the free ones there is one a wait, and all are forgotten together: few. */
    private final Map<String, Failures> fromAddress = new HashMap<>();

    private final Failures fromAnywhere;

    /** How many, and when the next may come. */
    private static final class Failures {
        private int count;
        private long next;

        Failures(long now) {
            next = now;
        }

        void add(int free, long now) {
            count++;
            if (count >= free) {
                next = now + Math.min(LONGEST_WAIT_MILLIS, 1_000L << Math.min(count - free, MOST_DOUBLINGS));
            }
        }

        void takeBack() {
            count = Math.max(0, count - 1);
        }
    }

    Attempts(long now) {
        fromAnywhere = new Failures(now);
    }

    /** How many milliseconds it has to wait; 0: it was counted, as a failure for the time being. */
    synchronized long tryFrom(String address, long now) {
        Failures here = fromAddress.computeIfAbsent(address, fresh -> new Failures(now));
        long wait = Math.max(here.next - now, fromAnywhere.next - now);
        if (wait > 0) {
            return wait;
        }
        here.add(FREE_FROM_ADDRESS, now);
        fromAnywhere.add(FREE_FROM_ANYWHERE, now);
        return 0;
    }

    /** The attempt was no failure. */
    synchronized void right(String address, long now) {
        fromAddress.remove(address);
        fromAnywhere.count = 0;
        fromAnywhere.next = now;
    }

    /** The attempt was not decided. */
    synchronized void undo(String address) {
        Failures here = fromAddress.get(address);
        if (here != null) {
            here.takeBack();
            fromAnywhere.takeBack();
        }
    }
}
