package dev.pacesetter.ranking;

import dev.pacesetter.bus.BusMessage.EntryAround;
import dev.pacesetter.bus.BusMessage.EntryReply;
import dev.pacesetter.bus.BusMessage.GroupFound;
import dev.pacesetter.bus.BusMessage.GroupReply;
import dev.pacesetter.bus.BusMessage.Names;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PageReply;
import dev.pacesetter.bus.BusMessage.RankingDown;
import dev.pacesetter.bus.BusMessage.ReadEntry;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.bus.BusMessage.Standings;
import dev.pacesetter.bus.BusMessage.UnknownGroup;
import dev.pacesetter.bus.BusMessage.UnknownLeaderboard;
import dev.pacesetter.bus.BusMessage.UnknownPeriod;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Entry;
import dev.pacesetter.domain.Group;
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
import java.time.Instant;
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

    /** Of what is not ranked: as soon as it is, the epoch is another one. */
    private static final Slice EMPTY = new Slice("none", 0, 0, -1, 0, List.of(), null);

    private final Supplier<Leaderboards> leaderboards;
    private final RankingStore store;
    private final GroupRankings groups;
    private final Function<String, Future<GroupReply>> find;
    private final Function<BoardPeriod, Future<Boolean>> filled;
    private final Function<BoardPeriod, Future<RankedBoard>> trusted;
    private final Function<Set<String>, Future<Names>> names;
    private final Clock clock;
    private final long patienceMillis;

    /**
     * @param find finds groups
     * @param filled tells of a period whether there is anything to rank
     * @param trusted gives a board as soon as it can be trusted
     * @param names looks up names; an id that it does not know stands for itself
     * @param patienceMillis how long a reader waits for a board in doubt
     */
    RankingReads(
            Supplier<Leaderboards> leaderboards,
            RankingStore store,
            GroupRankings groups,
            Function<String, Future<GroupReply>> find,
            Function<BoardPeriod, Future<Boolean>> filled,
            Function<BoardPeriod, Future<RankedBoard>> trusted,
            Function<Set<String>, Future<Names>> names,
            Clock clock,
            long patienceMillis) {
        this.leaderboards = leaderboards;
        this.store = store;
        this.groups = groups;
        this.find = find;
        this.filled = filled;
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
        Optional<BoardPeriod> board = board(leaderboard.get(), ask.period(), clock.instant());
        if (board.isEmpty()) {
            return Future.succeededFuture(new UnknownPeriod());
        }
        return among(ask.group(), group -> read(
                                board.get(),
                                () -> group == null
                                        ? store.page(board.get(), ask.offset(), ask.limit())
                                        : groups.page(board.get(), group, ask.offset(), ask.limit()))
                        .compose(slice -> slice == null ? down() : page(board.get(), slice)))
                .map(reply -> reply == null ? new UnknownGroup() : reply)
                .recover(failure -> down());
    }

    /** Reads what is asked for among a group's members; of all, when there is no group; null: there is no such group. */
    private <T> Future<@Nullable T> among(@Nullable String id, Function<@Nullable Group, Future<T>> read) {
        if (id == null) {
            return read.apply(null).map(reply -> reply);
        }
        return find.apply(id).compose(reply -> {
            if (reply instanceof GroupFound found) {
                return read.apply(found.group()).map(done -> done);
            }
            return reply instanceof UnknownGroup
                    ? Future.succeededFuture()
                    : Future.failedFuture("the group cannot be read");
        });
    }

    private Future<PageReply> page(BoardPeriod board, Slice slice) {
        return entries(board, slice)
                .map(read -> new Page(
                        board.leaderboard().id(),
                        board.period().label(),
                        slice.epoch(),
                        slice.version(),
                        slice.total(),
                        read.entries(),
                        read.named()));
    }

    Future<EntryReply> entry(ReadEntry ask) {
        Optional<Leaderboard> leaderboard = leaderboards.get().find(ask.leaderboard());
        if (leaderboard.isEmpty()) {
            return Future.succeededFuture(new UnknownLeaderboard());
        }
        Optional<BoardPeriod> board = board(leaderboard.get(), ask.period(), clock.instant());
        if (board.isEmpty()) {
            return Future.succeededFuture(new UnknownPeriod());
        }
        return among(ask.group(), group -> read(
                                board.get(),
                                () -> group == null
                                        ? store.around(board.get(), ask.userId(), ask.around())
                                        : groups.around(board.get(), group, ask.userId(), ask.around()))
                        .compose(slice -> slice == null
                                ? Future.<EntryReply>failedFuture("no ranking")
                                : entries(board.get(), slice).map(read -> around(board.get(), ask, slice, read))))
                .map(reply -> reply == null ? new UnknownGroup() : reply)
                .recover(failure -> Future.succeededFuture(new RankingDown()));
    }

    private static EntryReply around(BoardPeriod board, ReadEntry ask, Slice slice, Named read) {
        Integer next = slice.next() == null
                ? null
                : (Integer) RankKey.value(board.leaderboard().order(), slice.next());
        Entry found = null;
        int ahead = 0;
        List<Entry> neighbours = new ArrayList<>(read.entries().size());
        for (Entry entry : read.entries()) {
            if (entry.userId().equals(ask.userId())) {
                found = entry;
                ahead = neighbours.size();
            } else {
                neighbours.add(entry);
            }
        }
        return new EntryAround(
                board.leaderboard().id(),
                board.period().label(),
                slice.total(),
                found,
                neighbours,
                ahead,
                next,
                read.named());
    }

    /**
     * Where a user stands now.
     *
     * @param standing null when nowhere
     * @param settled false when something of it was taken back, and it may not show yet
     */
    record Stand(@Nullable Standing standing, boolean settled) {}

    /** Where a user stands now. */
    Future<Stand> standing(BoardPeriod board, String userId) {
        return whenTrusted(board).compose(ready -> store.place(board, userId)).map(place -> {
            Long key = place.key();
            if (key == null) {
                return new Stand(null, place.settled());
            }
            Standing standing = new Standing(
                    board.leaderboard().id(),
                    board.period().label(),
                    RankKey.value(board.leaderboard().order(), key),
                    place.better() + 1,
                    null);
            return new Stand(standing, place.settled());
        });
    }

    /**
     * Where a score's user stands now on all it feeds, but for those where that is being corrected; nothing when one of them
     * cannot be read.
     */
    Future<Standings> standings(Score score) {
        List<Future<Stand>> all = new ArrayList<>();
        for (Leaderboard leaderboard : leaderboards.get().taking(score.activity())) {
            leaderboard
                    .periodAt(score.occurredAt(), score.utcOffset())
                    .ifPresent(period -> all.add(standing(new BoardPeriod(leaderboard, period), score.userId())));
        }
        return Future.all(all)
                .map(done -> new Standings(done.<Stand>list().stream()
                        .filter(Stand::settled)
                        .map(Stand::standing)
                        .filter(Objects::nonNull)
                        .toList()))
                .recover(failure -> Future.succeededFuture(new Standings(List.of())));
    }

    /** A period by its label, null for the current one; empty when the leaderboard has none such, or not yet. */
    static Optional<BoardPeriod> board(Leaderboard leaderboard, @Nullable String label, Instant now) {
        Period current = leaderboard.currentPeriod(now);
        Optional<Period> period = label == null ? Optional.of(current) : leaderboard.periodNamed(label);
        return period.filter(one -> leaderboard.hasBegun(one, now)).map(one -> new BoardPeriod(leaderboard, one));
    }

    /** Reads what can be trusted. A period that nobody stands in is not ranked for it: there is no end of those. */
    private Future<@Nullable Slice> read(BoardPeriod board, Supplier<Future<@Nullable Slice>> slice) {
        return filled.apply(board)
                .compose(some -> some
                        ? whenTrusted(board).compose(ready -> slice.get())
                        : Future.<@Nullable Slice>succeededFuture(EMPTY));
    }

    private Future<RankedBoard> whenTrusted(BoardPeriod board) {
        Future<RankedBoard> ready = trusted.apply(board);
        return ready.isComplete() ? ready : ready.timeout(patienceMillis, TimeUnit.MILLISECONDS);
    }

    /** Entries, and whether all their names could be read. */
    private record Named(List<Entry> entries, boolean named) {}

    private Future<Named> entries(BoardPeriod board, Slice slice) {
        Set<String> ids = new HashSet<>(slice.lines().size() * 2);
        slice.lines().forEach(line -> ids.add(line.userId()));
        return names.apply(ids).map(known -> new Named(entries(board, slice, known), known.complete()));
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
