package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Correction;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Score;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Which boards are ranked in Redis, by the leaderboards there are now: those of periods that are not sealed. */
final class OpenBoards {

    private final Supplier<Leaderboards> leaderboards;
    private final Clock clock;

    OpenBoards(Supplier<Leaderboards> leaderboards, Clock clock) {
        this.leaderboards = leaderboards;
        this.clock = clock;
    }

    /** Those of every leaderboard's current period; an event that is over and sealed costs nothing until somebody looks it up. */
    List<BoardPeriod> current() {
        return leaderboards.get().all().stream()
                .map(one -> new BoardPeriod(one, one.currentPeriod(clock.instant())))
                .filter(board -> !board.isSealed())
                .toList();
    }

    /** The names of {@link #current()}. */
    Set<String> currentNames() {
        return current().stream().map(BoardPeriod::name).collect(Collectors.toSet());
    }

    /** Those that a score counts on. */
    List<BoardPeriod> touched(Score score) {
        return touched(score.activity(), score.occurredAt(), score.utcOffset());
    }

    /** Those that a correction may change. */
    List<BoardPeriod> touched(Correction correction) {
        return touched(correction.activity(), correction.occurredAt(), correction.utcOffset());
    }

    private List<BoardPeriod> touched(String activity, Instant occurredAt, int utcOffset) {
        // Of every score: a loop costs less than a stream here.
        List<BoardPeriod> touched = new ArrayList<>();
        for (Leaderboard leaderboard : leaderboards.get().taking(activity)) {
            leaderboard
                    .periodAt(occurredAt, utcOffset)
                    .map(period -> new BoardPeriod(leaderboard, period))
                    .filter(board -> !board.isSealed())
                    .ifPresent(touched::add);
        }
        return touched;
    }

    /** Whether this one is still among them, by whatever rules. */
    boolean contains(BoardPeriod board) {
        return leaderboards
                .get()
                .find(board.leaderboard().id())
                .flatMap(now -> now.periodNamed(board.period().label()).map(period -> new BoardPeriod(now, period)))
                .filter(now -> !now.isSealed())
                .isPresent();
    }
}
