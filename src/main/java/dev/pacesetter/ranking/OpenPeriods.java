package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Period;
import dev.pacesetter.domain.PeriodRule;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A leaderboard's periods that are not sealed and worth a look. Which of them have scores is looked up in PostgreSQL: a read
 * of the ranking of a period without any would make one in Redis.
 */
final class OpenPeriods {

    /** So many are looked up by one statement. */
    private static final int AT_ONCE = 64;

    private final FilledPeriods filled;
    private final Clock clock;

    /**
     * One of them.
     *
     * @param running whether it is not over
     * @param filled whether somebody has a score in it that counts
     */
    record Open(Period period, boolean running, boolean filled) {}

    OpenPeriods(Pool pool, Clock clock) {
        this.filled = new FilledPeriods(pool);
        this.clock = clock;
    }

    /**
     * Those that run, those that are over and have scores, and one from–to in any case; latest first.
     *
     * @param before only those that began before
     * @param most how many at most
     */
    Future<List<Open>> list(Leaderboard leaderboard, Instant before, int most) {
        return filled.first(leaderboard).compose(first -> {
            List<Open> found = new ArrayList<>();
            return look(leaderboard, candidates(leaderboard, before, first), found, most)
                    .map(looked -> found);
        });
    }

    /** Those that may be, back to the first score. */
    private List<Period> candidates(Leaderboard leaderboard, Instant before, @Nullable Instant first) {
        List<Period> all = new ArrayList<>();
        Instant now = clock.instant();
        Optional<Period> next = Optional.of(
                leaderboard.currentPeriod(now.plus(leaderboard.zone().margin())));
        while (next.isPresent()) {
            Period period = next.get();
            boolean over = !period.to().isAfter(now);
            if (new BoardPeriod(leaderboard, period).isSealed()
                    || !leaderboard.hasBegun(period, now)
                    || (over
                            && !isFixed(leaderboard)
                            && (first == null || !period.to().isAfter(first)))) {
                break;
            }
            if (period.from().isBefore(before)) {
                all.add(period);
            }
            next = period.from().isAfter(Instant.EPOCH)
                    ? leaderboard
                            .period()
                            .at(period.from().minusMillis(1), leaderboard.zone().id())
                    : Optional.empty();
        }
        return all;
    }

    static boolean isFixed(Leaderboard leaderboard) {
        return leaderboard.period() instanceof PeriodRule.Fixed;
    }

    /** Adds those of some that are worth a look, until there are enough. */
    private Future<Void> look(Leaderboard leaderboard, List<Period> some, List<Open> found, int most) {
        if (some.isEmpty() || found.size() >= most) {
            return Future.succeededFuture();
        }
        int count = Math.min(AT_ONCE, some.size());
        List<Period> now = some.subList(0, count);
        return filled.among(leaderboard, now).compose(places -> {
            for (int i = 0; i < count && found.size() < most; i++) {
                boolean running = now.get(i).to().isAfter(clock.instant());
                if (running || places.contains(i + 1) || isFixed(leaderboard)) {
                    found.add(new Open(now.get(i), running, places.contains(i + 1)));
                }
            }
            return look(leaderboard, some.subList(count, some.size()), found, most);
        });
    }
}
