package dev.pacesetter.ranking;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What keeps going wrong with a leaderboard, told to operators once, and again when it is something else. At most one for
 * each leaderboard there is. For one event loop.
 */
final class Complaints {

    private final Map<String, String> said = new HashMap<>();
    private final Logger log;
    private final String what;

    /** @param what goes wrong */
    Complaints(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    /** It went wrong. */
    @Nullable Void about(String leaderboard, Throwable failure) {
        String why = String.valueOf(failure.getMessage());
        if (!why.equals(said.put(leaderboard, why))) {
            log.atWarn()
                    .addKeyValue("leaderboard", leaderboard)
                    .addKeyValue("why", why)
                    .log(what);
        }
        return null;
    }

    /** It went well. */
    void ended(String leaderboard) {
        said.remove(leaderboard);
    }

    /** There are no others. */
    void keep(Set<String> leaderboards) {
        said.keySet().retainAll(leaderboards);
    }
}
