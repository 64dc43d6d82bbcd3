package dev.pacesetter.limit;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The attempts to sign in to one account while Redis is away: as {@code sign_in.lua} has them, for one node. */
final class Attempts {

    static final int FREE_FROM_ADDRESS = 5;
    static final int FREE_FROM_ANYWHERE = 30;
    static final long LONGEST_WAIT_MILLIS = 60_000;
    static final long KEPT_MILLIS = 15 * 60_000;
    /** Most places whose failures are counted each for itself, those that are known aside. */
    static final int MOST_PLACES = 100;
    /** Most places that are known, those where somebody signed in last. */
    static final int MOST_KNOWN = 5;

    private static final int MOST_DOUBLINGS = 30;
    /** Where all come from for whom there is no room: together they are slowed down like one place. */
    private static final String ELSEWHERE = "*";

    private final Map<String, Failures> fromPlace = new HashMap<>();
    private final Failures fromAnywhere;
    /** The latest comes last. */
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * What becomes of an attempt.
     *
     * @param waitMillis how long it has to wait; 0: it was counted, as a failure for the time being
     * @param known whether somebody signed in to the account from there lately
     */
    record Verdict(long waitMillis, boolean known) {}

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

        void takeBack(int some) {
            count = Math.max(0, count - some);
        }
    }

    Attempts(long now) {
        fromAnywhere = new Failures(now);
    }

    /** Counts one, unless it has to wait; what others fail does not hold up those who come from a known place. */
    synchronized Verdict tryFrom(String place, long now) {
        boolean isKnown = known.contains(place);
        String from = counted(place);
        Failures here = fromPlace.get(from);
        long wait = here == null ? 0 : here.next - now;
        if (!isKnown) {
            wait = Math.max(wait, fromAnywhere.next - now);
        }
        if (wait > 0) {
            return new Verdict(wait, isKnown);
        }
        fromPlace.computeIfAbsent(from, fresh -> new Failures(now)).add(FREE_FROM_ADDRESS, now);
        fromAnywhere.add(FREE_FROM_ANYWHERE, now);
        return new Verdict(0, isKnown);
    }

    /** The attempt was no failure. */
    synchronized void right(String place, long now) {
        String from = counted(place);
        Failures here = fromPlace.get(from);
        if (known.contains(place)) {
            fromAnywhere.takeBack(here == null ? 0 : here.count);
        } else {
            fromAnywhere.count = 0;
            fromAnywhere.next = now;
        }
        if (from.equals(place)) {
            fromPlace.remove(place);
        } else if (here != null) {
            here.takeBack(1);
        }
        known.remove(place);
        known.add(place);
        if (known.size() > MOST_KNOWN) {
            known.remove(known.iterator().next());
        }
    }

    /** The attempt was not decided. */
    synchronized void undo(String place) {
        String from = counted(place);
        Failures here = fromPlace.get(from);
        if (here != null) {
            here.takeBack(1);
            fromAnywhere.takeBack(1);
            if (here.count == 0) {
                fromPlace.remove(from);
            }
        }
    }

    private String counted(String place) {
        return fromPlace.containsKey(place) || known.contains(place) || fromPlace.size() < MOST_PLACES
                ? place
                : ELSEWHERE;
    }

    /** Of how many places failures are remembered. */
    synchronized int places() {
        return fromPlace.size();
    }
}
