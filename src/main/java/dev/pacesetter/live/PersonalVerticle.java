package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.BoardChanged;
import dev.pacesetter.bus.BusMessage.EntryAround;
import dev.pacesetter.bus.BusMessage.EntryReply;
import dev.pacesetter.bus.BusMessage.Follower;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.bus.BusMessage.PersonalFrames;
import dev.pacesetter.bus.BusMessage.ReadEntry;
import dev.pacesetter.bus.BusMessage.ReadPersonal;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.settings.LiveSettings;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who follow their own standings on this node where they stand. Once a second it reads them on the boards
 * that have changed, so many a second and no more; those who do not fit are read in the next second, before any is read
 * again. Of a board on which one of them stands far down, the top is read, too, once for all, to see who passes them.
 * Costs nothing for users who are not connected. One instance a node.
 */
public final class PersonalVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(PersonalVerticle.class);
    private static final long TICK_MILLIS = 1_000;
    private static final int AT_ONCE = 64;

    private record Task(String userId, String leaderboard) {}

    private static final class Following {
        final Map<String, PersonalBoard> boards = new HashMap<>();
        int screens;
    }

    private final LiveSettings settings;
    private final ShownBoards leaderboards;
    private final Clock clock;
    private final Map<String, Following> followed = new HashMap<>();
    /** Leaderboards that have changed since the last tick. */
    private final Set<String> changed = new HashSet<>();
    /** At most one for each user and board. */
    private final LinkedHashSet<Task> tasks = new LinkedHashSet<>();

    /** A pass waits here to be told; at most one for each user and board. */
    private final Set<Task> passes = new LinkedHashSet<>();

    /** Some names could not be read; at most one for each user and board. */
    private final Set<Task> unnamed = new LinkedHashSet<>();

    private final Map<String, String> periods = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // made in start(), before anything else runs
    private Tops tops;

    /** Those of the last tick. */
    private Leaderboards known = new Leaderboards(List.of());

    private int budget;
    private int reading;

    /**
     * Not yet started.
     *
     * @param leaderboards those there are now
     * @param clock tells which period is the current one
     */
    public PersonalVerticle(LiveSettings settings, Supplier<Leaderboards> leaderboards, Clock clock) {
        this.settings = settings;
        this.leaderboards = new ShownBoards(leaderboards);
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        budget = settings.personalPerSecond();
        tops = new Tops(vertx.eventBus());
        Addresses.FOLLOWERS.consume(vertx.eventBus(), this::count);
        Addresses.BOARD_CHANGED.consume(vertx.eventBus(), this::changed);
        Addresses.PERSONAL.answer(vertx.eventBus(), ask -> Future.succeededFuture(latest(ask)));
        vertx.setPeriodic(TICK_MILLIS, id -> tick());
        return Future.succeededFuture();
    }

    private void count(Follower change) {
        Following user = followed.computeIfAbsent(change.userId(), id -> new Following());
        user.screens += change.change();
        if (user.screens <= 0) {
            followed.remove(change.userId());
        } else if (user.boards.isEmpty()) {
            leaderboards.forAnyone().forEach(board -> tasks.add(new Task(change.userId(), board.id())));
            proceed();
        }
    }

    private void changed(BoardChanged change) {
        if (!followed.isEmpty() && change.period().equals(periods.get(change.leaderboard()))) {
            changed.add(change.leaderboard());
        }
    }

    /** Of boards that are public now: what was read may be older. */
    private PersonalFrames latest(ReadPersonal ask) {
        Following user = followed.get(ask.userId());
        return new PersonalFrames(
                user == null
                        ? List.of()
                        : user.boards.entrySet().stream()
                                .filter(board -> leaderboards.isForAnyone(board.getKey()))
                                .map(board -> board.getValue().latest())
                                .filter(Objects::nonNull)
                                .toList());
    }

    private void tick() {
        budget = settings.personalPerSecond();
        if (followed.isEmpty()) {
            changed.clear();
            tasks.clear();
            passes.clear();
            unnamed.clear();
            tops.clear();
            return;
        }
        forgetHidden();
        for (Leaderboard board : leaderboards.forAnyone()) {
            String period = board.currentPeriod(clock.instant()).label();
            if (!period.equals(periods.put(board.id(), period)) || changed.contains(board.id())) {
                tops.forget(board.id());
                followed.keySet().forEach(user -> tasks.add(new Task(user, board.id())));
            }
        }
        changed.clear();
        passes.removeIf(this::tellPass);
        tasks.addAll(unnamed);
        unnamed.clear();
        proceed();
    }

    /** Keeps nothing of boards that turned private or were deleted, so that one that is back is a new one. */
    private void forgetHidden() {
        Leaderboards now = leaderboards.all().get();
        if (now == known) {
            return;
        }
        known = now;
        followed.values().forEach(user -> user.boards.keySet().removeIf(id -> !leaderboards.isForAnyone(id)));
        Stream.of(tasks, passes, unnamed)
                .forEach(all -> all.removeIf(task -> !leaderboards.isForAnyone(task.leaderboard())));
        periods.keySet().removeIf(id -> !leaderboards.isForAnyone(id));
        tops.keep(leaderboards::isForAnyone);
    }

    /** Has a pass told that may be told now; whether it need not wait any longer. */
    private boolean tellPass(Task task) {
        PersonalBoard board = board(task);
        if (board == null || !board.waits()) {
            return true;
        }
        boolean due = board.due(millis());
        if (due) {
            tasks.add(task);
        }
        return due;
    }

    private @Nullable PersonalBoard board(Task task) {
        Following user = followed.get(task.userId());
        return user == null ? null : user.boards.get(task.leaderboard());
    }

    private void proceed() {
        Iterator<Task> next = tasks.iterator();
        while (next.hasNext() && budget > 0 && reading < AT_ONCE) {
            Task task = next.next();
            next.remove();
            if (followed.containsKey(task.userId()) && leaderboards.isForAnyone(task.leaderboard())) {
                budget--;
                reading++;
                PersonalBoard board = board(task);
                read(task, board != null && board.isDeep());
            }
        }
    }

    /**
     * Reads where a user stands.
     *
     * @param deep whether the top is needed, too; it is read first, so that whoever is in it later was not there before
     */
    private void read(Task task, boolean deep) {
        Future<@Nullable Page> top = deep ? tops.of(task.leaderboard()) : Future.succeededFuture();
        top.onSuccess(page -> Addresses.ENTRY
                .ask(vertx.eventBus(), new ReadEntry(task.leaderboard(), null, null, task.userId(), PersonalBoard.READ))
                .onComplete(result -> {
                    boolean deeper = result.result() instanceof EntryAround now && PersonalBoard.isDeep(now);
                    if (deeper && !deep) {
                        read(task, true);
                    } else {
                        read(task, page, result);
                    }
                }));
    }

    private void read(Task task, @Nullable Page top, AsyncResult<EntryReply> result) {
        reading--;
        // Who has gone, and a board that turned private meanwhile, are told of no more.
        Following user = leaderboards.isForAnyone(task.leaderboard()) ? followed.get(task.userId()) : null;
        if (user != null && result.succeeded() && result.result() instanceof EntryAround now) {
            PersonalBoard board =
                    user.boards.computeIfAbsent(task.leaderboard(), id -> new PersonalBoard(task.userId()));
            board.read(now, top, millis()).forEach(this::publish);
            if (board.waits()) {
                passes.add(task);
            }
            if (!now.named()) {
                unnamed.add(task);
            }
        } else if (user != null) {
            LOG.atDebug()
                    .addKeyValue("leaderboard", task.leaderboard())
                    .addKeyValue("reply", result)
                    .log("standing not read");
            // Nobody else will say that it is to be read again.
            changed.add(task.leaderboard());
        }
        proceed();
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void publish(PersonalFrame frame) {
        Addresses.user(frame.userId()).publish(vertx.eventBus(), frame);
    }
}
