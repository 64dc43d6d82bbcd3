package dev.pacesetter.live;

import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The leaderboards that viewers may be shown.
 *
 * @param all those there are now
 */
record ShownBoards(Supplier<Leaderboards> all) {

    /** The one of a topic, if it is there and public, or the topic is one for admins. */
    Optional<Leaderboard> find(Topic topic) {
        return all.get().find(topic.leaderboard()).filter(found -> found.isShownTo(topic.isForAdmins()));
    }

    /** The public ones. */
    List<Leaderboard> forAnyone() {
        return all.get().all().stream().filter(found -> found.isShownTo(false)).toList();
    }

    /** Whether this one is there and public. */
    boolean isForAnyone(String leaderboard) {
        return all.get()
                .find(leaderboard)
                .filter(found -> found.isShownTo(false))
                .isPresent();
    }
}
