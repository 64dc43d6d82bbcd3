package dev.pacesetter.live;

import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The leaderboards that anyone may watch.
 *
 * @param all those there are now
 */
record PublicBoards(Supplier<Leaderboards> all) {

    /** The one with this id, if it is there and public. */
    Optional<Leaderboard> find(String id) {
        return all.get().find(id).filter(found -> found.visibility() == Leaderboard.Visibility.PUBLIC);
    }
}
