package dev.pacesetter.ranking;

import dev.pacesetter.bus.BusMessage.EntryAround;
import dev.pacesetter.bus.BusMessage.EntryReply;
import dev.pacesetter.bus.BusMessage.Names;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PageReply;
import dev.pacesetter.bus.BusMessage.RankingDown;
import dev.pacesetter.bus.BusMessage.ReadEntry;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.bus.BusMessage.Standings;
import dev.pacesetter.bus.BusMessage.UnknownLeaderboard;
import dev.pacesetter.bus.BusMessage.UnknownPeriod;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Entry;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.Period;
import dev.pacesetter.domain.RankKey;
import dev.pacesetter.domain.Score;
import dev.pacesetter.domain.Standing;
import dev.pacesetter.domain.TieClock;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.ranking.RankingStore.Slice;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads rankings, of boards that can be trusted alone, and puts names to them. */
final class RankingReads {

    private final Supplier<Leaderboards> leaderboards;
    private final RankingStore store;
    private final Function<BoardPeriod, Future<RankedBoard>> trusted;
    private final Function<Set<String>, Future<Names>> names;
    private final Clock clock;
    private final long patienceMillis;

    /**
     * @param trusted gives a board as soon as it can be trusted
     * @param names looks up names; an id that it does not know stands for itself
     * @param patienceMillis how long a reader waits for a board in doubt
     */
    RankingReads(
            Supplier<Leaderboards> leaderboards,
            RankingStore store,
            Function<BoardPeriod, Future<RankedBoard>> trusted,
            Function<Set<String>, Future<Names>> names,
            Clock clock,
            long patienceMillis) {
        this.leaderboards = leaderboards;
        this.store = store;
        this.trusted = trusted;
        this.names = names;
        this.clock = clock;
        this.patienceMillis = patienceMillis;
    }

    Future<PageReply> page(ReadPage ask) {
        Optional<Leaderboard> leaderboard = leaderboards.get().find(ask.leaderboard());
        if (leaderboard.isEmpty()) {
            return Future.succeededFuture(new UnknownLeaderboard());
        }
        Optional<BoardPeriod> board = board(leaderboard.get(), ask.period());
        if (board.isEmpty()) {
            return Future.succeededFuture(new UnknownPeriod());
        }
        return whenTrusted(board.get())
                .compose(ready -> store.page(board.get(), ask.offset(), ask.limit()))
                .compose(slice -> slice == null ? down() : page(board.get(), slice))
                .recover(failure -> down());
    }

    private Future<PageReply> page(BoardPeriod board, Slice slice) {
        return entries(board, slice)
                .map(entries -> new Page(
                        board.leaderboard().id(),
                        board.period().label(),
                        slice.epoch(),
                        slice.version(),
                        slice.total(),
                        entries));
    }

    Future<EntryReply> entry(ReadEntry ask) {
        Optional<Leaderboard> leaderboard = leaderboards.get().find(ask.leaderboard());
        if (leaderboard.isEmpty()) {
            return Future.succeededFuture(new UnknownLeaderboard());
        }
        Optional<BoardPeriod> board = board(leaderboard.get(), ask.period());
        if (board.isEmpty()) {
            return Future.succeededFuture(new UnknownPeriod());
        }
        return whenTrusted(board.get())
                .compose(ready -> store.around(board.get(), ask.userId(), ask.around()))
                .compose(slice -> slice == null
                        ? Future.failedFuture("no ranking")
                        : entries(board.get(), slice).map(entries -> around(board.get(), ask, slice, entries)))
                .recover(failure -> Future.succeededFuture(new RankingDown()));
    }

    private static EntryReply around(BoardPeriod board, ReadEntry ask, Slice slice, List<Entry> entries) {
        Integer next = slice.next() == null
                ? null
                : (Integer) RankKey.value(board.leaderboard().order(), slice.next());
        Entry found = null;
        int ahead = 0;
        List<Entry> neighbours = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (entry.userId().equals(ask.userId())) {
                found = entry;
                ahead = neighbours.size();
            } else {
                neighbours.add(entry);
            }
        }
        return new EntryAround(
                board.leaderboard().id(), board.period().label(), slice.total(), found, neighbours, ahead, next);
    }

    /** Where a user stands now; null when nowhere. */
    Future<@Nullable Standing> standing(BoardPeriod board, String userId) {
        return whenTrusted(board)
                .compose(ready -> store.around(board, userId, 0))
                .map(slice -> {
                    if (slice == null || slice.lines().isEmpty()) {
                        return null;
                    }
                    int value = RankKey.value(
                            board.leaderboard().order(), slice.lines().get(0).key());
                    return new Standing(
                            board.leaderboard().id(), board.period().label(), value, slice.better() + 1, null);
                });
    }

    /** Where a score's user stands now on all it feeds; nothing when one of them cannot be read. */
    Future<Standings> standings(Score score) {
        List<Future<@Nullable Standing>> all = new ArrayList<>();
        for (Leaderboard leaderboard : leaderboards.get().taking(score.activity())) {
            leaderboard
                    .periodAt(score.occurredAt(), score.utcOffset())
                    .ifPresent(period -> all.add(standing(new BoardPeriod(leaderboard, period), score.userId())));
        }
        return Future.all(all)
                .map(done -> new Standings(
                        done.<Standing>list().stream().filter(Objects::nonNull).toList()))
                .recover(failure -> Future.succeededFuture(new Standings(List.of())));
    }

    private Optional<BoardPeriod> board(Leaderboard leaderboard, @Nullable String label) {
        Period current = leaderboard.currentPeriod(clock.instant());
        Optional<Period> period = label == null ? Optional.of(current) : leaderboard.periodNamed(label);
        return period.filter(one -> leaderboard.hasBegun(one, clock.instant()))
                .map(one -> new BoardPeriod(leaderboard, one));
    }

    private Future<RankedBoard> whenTrusted(BoardPeriod board) {
        Future<RankedBoard> ready = trusted.apply(board);
        return ready.isComplete() ? ready : ready.timeout(patienceMillis, TimeUnit.MILLISECONDS);
    }

    private Future<List<Entry>> entries(BoardPeriod board, Slice slice) {
        Set<String> ids = new HashSet<>(slice.lines().size() * 2);
        slice.lines().forEach(line -> ids.add(line.userId()));
        return names.apply(ids).map(known -> entries(board, slice, known));
    }

    private static List<Entry> entries(BoardPeriod board, Slice slice, Names names) {
        Order order = board.leaderboard().order();
        TieClock ticks = board.clock();
        List<Entry> entries = new ArrayList<>(slice.lines().size());
        long rank = slice.better() + 1;
        int previous = -1;
        for (int i = 0; i < slice.lines().size(); i++) {
            Line line = slice.lines().get(i);
            int value = RankKey.value(order, line.key());
            if (i > 0 && value != previous) {
                rank = slice.offset() + i + 1;
            }
            previous = value;
            entries.add(new Entry(
                    rank, line.userId(), names.of(line.userId()), value, ticks.instant(RankKey.tick(line.key()))));
        }
        return entries;
    }

    private static Future<PageReply> down() {
        return Future.succeededFuture(new RankingDown());
    }
}
