package dev.pacesetter.export;

import dev.pacesetter.http.Principal;
import java.util.HashMap;
import java.util.Map;

/** Who has an export under way on this node: few at the same time, and of one caller fewer. On any thread. */
final class Places {

    private final int most;
    private final int perUser;
    private final int perKey;
    /** By actor; no more entries than places. */
    private final Map<String, Integer> held = new HashMap<>();

    private int taken;

    /** What became of asking for a place. */
    enum Answer {
        TAKEN,
        /** The caller has as many as one may have. */
        CALLER_HAS_ENOUGH,
        /** All are taken. */
        FULL
    }

    /**
     * All free.
     *
     * @param most of all callers together
     * @param perUser of a user
     * @param perKey of an API key
     */
    Places(int most, int perUser, int perKey) {
        this.most = most;
        this.perUser = perUser;
        this.perKey = perKey;
    }

    /** Takes one, if that may be; who has it must {@linkplain #free free} it once. */
    synchronized Answer take(Principal caller) {
        if (held.getOrDefault(caller.actor(), 0) >= mostOf(caller)) {
            return Answer.CALLER_HAS_ENOUGH;
        }
        if (taken >= most) {
            return Answer.FULL;
        }
        taken++;
        held.merge(caller.actor(), 1, Integer::sum);
        return Answer.TAKEN;
    }

    /** Gives one back. */
    synchronized void free(Principal caller) {
        taken--;
        held.computeIfPresent(caller.actor(), (actor, had) -> had == 1 ? null : had - 1);
    }

    /** How many a caller may have at the same time. */
    int mostOf(Principal caller) {
        return caller instanceof Principal.Key ? perKey : perUser;
    }
}
