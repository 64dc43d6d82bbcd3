package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Period;
import dev.pacesetter.ranking.SealStore.DirtyPeriod;
import dev.pacesetter.ranking.SealStore.Tried;
import dev.pacesetter.ranking.SealStore.Unfilled;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes periods final once late scores have been waited for, in three steps that any node may do, go on with, or do again:
 * the moment is noted, after which nothing received counts; the standings are computed and kept; the leaderboard is said to
 * be sealed up to there. Until the last, the period is served from Redis as before; after it, from what was kept. What is
 * corrected later is noted by the database with the correction itself, and computed anew here.
 *
 * <p>Runs on one event loop.
 */
final class Sealer {

    private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);
    /** More at once would be read and kept for long by one statement; the rest follows in the next round. */
    private static final int MOST_AT_ONCE = 400;
    /** Periods that cannot be corrected now are passed over in a round: up to so many. */
    private static final int MOST_PASSED_OVER = 100;

    private final Supplier<Leaderboards> leaderboards;
    private final SealStore store;
    private final Duration grace;
    private final Clock clock;
    private final Complaints sealing = new Complaints(LOG, "Sealing periods failed, trying again");
    private final Complaints correcting = new Complaints(LOG, "Correcting sealed periods failed, trying again");
    private boolean busy;

    /** @param grace how long late scores are waited for on leaderboards that do not say so themselves */
    Sealer(Supplier<Leaderboards> leaderboards, SealStore store, Duration grace, Clock clock) {
        this.leaderboards = leaderboards;
        this.store = store;
        this.grace = grace;
        this.clock = clock;
    }

    /** Seals what is due, and corrects what was sealed; does nothing while the last call still does. */
    Future<Void> run() {
        if (busy) {
            return Future.succeededFuture();
        }
        busy = true;
        Collection<Leaderboard> all = leaderboards.get().all();
        Set<String> ids = all.stream().map(Leaderboard::id).collect(Collectors.toSet());
        sealing.keep(ids);
        correcting.keep(ids);
        // Each by itself: what is wrong with one must not keep the others.
        return Replay.inTurn(all, one -> seal(one)
                        .onSuccess(done -> sealing.ended(one.id()))
                        .otherwise(failure -> sealing.about(one.id(), failure)))
                .compose(done -> correct(new HashSet<>()))
                .onComplete(done -> busy = false);
    }

    private Future<Void> seal(Leaderboard leaderboard) {
        Instant to = due(leaderboard);
        Instant from = leaderboard.sealing().sealedTo();
        if (!to.isAfter(from)) {
            return Future.succeededFuture();
        }
        Future<@Nullable Instant> begin =
                from.equals(Instant.EPOCH) ? store.firstScore(leaderboard) : Future.succeededFuture(from);
        return begin.compose(first -> {
            List<Period> periods = periods(leaderboard, first, to);
            Instant last = periods.size() < MOST_AT_ONCE
                    ? to
                    : periods.get(periods.size() - 1).to();
            Future<Boolean> noted = periods.isEmpty() ? Future.succeededFuture(true) : store.note(leaderboard, periods);
            return noted.compose(same -> same ? fill(leaderboard) : Future.succeededFuture(false))
                    .compose(all -> all ? store.advance(leaderboard, last) : Future.succeededFuture());
        });
    }

    /** Fills all; false when some are left for the next round. */
    private Future<Boolean> fill(Leaderboard leaderboard) {
        return store.unfilled(leaderboard.id()).compose(some -> {
            if (some.isEmpty()) {
                return Future.succeededFuture(true);
            }
            List<Unfilled> others = some.stream()
                    .filter(one -> board(leaderboard, one).isEmpty())
                    .toList();
            if (!others.isEmpty()) {
                // Its rules were changed before they were filled. What it has now in their place is noted in the next
                // round.
                return store.drop(leaderboard, others).map(false);
            }
            Future<Boolean> turn = Future.succeededFuture(true);
            for (Unfilled one : some) {
                turn = turn.compose(all -> all ? fill(leaderboard, one) : Future.succeededFuture(false));
            }
            return turn.compose(all -> all ? fill(leaderboard) : Future.succeededFuture(false));
        });
    }

    private Future<Boolean> fill(Leaderboard leaderboard, Unfilled one) {
        return store.fill(one.id(), board(leaderboard, one).orElseThrow(), one.sealedAt());
    }

    private Future<Void> correct(Set<Long> passedOver) {
        return store.correctOne(passedOver, this::board).compose(tried -> {
            if (tried.isEmpty() || passedOver.size() == MOST_PASSED_OVER) {
                return Future.succeededFuture();
            }
            Tried one = tried.get();
            if (one.done()) {
                correcting.ended(one.period().leaderboard());
            } else {
                passedOver.add(one.period().id());
                if (one.why() != null) {
                    correcting.about(one.period().leaderboard(), one.why());
                }
            }
            return correct(passedOver);
        });
    }

    /** Nothing when the leaderboard has no such period by its rules of now. */
    private static Optional<BoardPeriod> board(Leaderboard now, Unfilled one) {
        return board(now, one.period().label(), one.activities())
                .filter(board -> board.period().equals(one.period()));
    }

    private Optional<BoardPeriod> board(DirtyPeriod dirty) {
        return leaderboards
                .get()
                .find(dirty.leaderboard())
                .flatMap(found -> board(found, dirty.label(), dirty.activities()));
    }

    private static Optional<BoardPeriod> board(Leaderboard now, String label, @Nullable Set<String> activities) {
        Leaderboard then = now.withActivities(activities == null ? Set.of("*") : activities);
        return then.periodNamed(label).map(period -> new BoardPeriod(then, period));
    }

    /** Where the last period ends whose late scores were waited for. */
    private Instant due(Leaderboard leaderboard) {
        Integer hours = leaderboard.sealing().graceHours();
        // Where it is still yesterday, too.
        Instant waitedFor = clock.instant()
                .minus(hours == null ? grace : Duration.ofHours(hours))
                .minus(leaderboard.zone().margin());
        Optional<Period> running =
                leaderboard.period().at(waitedFor, leaderboard.zone().id());
        if (running.isPresent()) {
            return running.get().from();
        }
        Instant end = leaderboard.currentPeriod(clock.instant()).to();
        return end.isAfter(waitedFor) ? Instant.EPOCH : end;
    }

    /** From the first score on, null: there is none; a fixed one in any case, as a challenge ends that nobody took up, too. */
    private static List<Period> periods(Leaderboard leaderboard, @Nullable Instant first, Instant to) {
        List<Period> periods = new ArrayList<>();
        Optional<Period> next = first == null
                ? Optional.empty()
                : leaderboard.period().at(first, leaderboard.zone().id());
        if (next.isEmpty() && OpenPeriods.isFixed(leaderboard)) {
            next = leaderboard.periodNamed(leaderboard.period().kind());
        }
        while (next.isPresent() && !next.get().to().isAfter(to) && periods.size() < MOST_AT_ONCE) {
            periods.add(next.get());
            next = leaderboard.period().at(next.get().to(), leaderboard.zone().id());
        }
        return periods;
    }
}
