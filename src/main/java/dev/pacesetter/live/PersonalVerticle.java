package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.BoardChanged;
import dev.pacesetter.bus.BusMessage.EntryAround;
import dev.pacesetter.bus.BusMessage.EntryReply;
import dev.pacesetter.bus.BusMessage.Follower;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who follow their own standings on this node where they stand. Once a second it reads them on the boards
 * that have changed, so many a second and no more; those who do not fit are read in the next second, before any is read
 * again. Costs nothing for users who are not connected. One instance a node.
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
    private final Supplier<Leaderboards> leaderboards;
    private final Clock clock;
    private final Map<String, Following> followed = new HashMap<>();
    /** Leaderboards that have changed since the last tick. */
    private final Set<String> changed = new HashSet<>();
    /** At most one for each user and board. */
    private final LinkedHashSet<Task> tasks = new LinkedHashSet<>();

    private final Map<String, String> periods = new HashMap<>();
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
        this.leaderboards = leaderboards;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        budget = settings.personalPerSecond();
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
            publicBoards().forEach(board -> tasks.add(new Task(change.userId(), board.id())));
            proceed();
        }
    }

    private void changed(BoardChanged change) {
        if (!followed.isEmpty() && change.period().equals(periods.get(change.leaderboard()))) {
            changed.add(change.leaderboard());
        }
    }

    private PersonalFrames latest(ReadPersonal ask) {
        Following user = followed.get(ask.userId());
        return new PersonalFrames(
                user == null
                        ? List.of()
                        : user.boards.values().stream()
                                .map(PersonalBoard::latest)
                                .filter(Objects::nonNull)
                                .toList());
    }

    private void tick() {
        budget = settings.personalPerSecond();
        if (followed.isEmpty()) {
            changed.clear();
            tasks.clear();
            return;
        }
        for (Leaderboard board : publicBoards()) {
            String period = board.currentPeriod(clock.instant()).label();
            if (!period.equals(periods.put(board.id(), period)) || changed.contains(board.id())) {
                followed.keySet().forEach(user -> tasks.add(new Task(user, board.id())));
            }
        }
        changed.clear();
        proceed();
    }

    private List<Leaderboard> publicBoards() {
        return leaderboards.get().all().stream()
                .filter(board -> board.visibility() == Leaderboard.Visibility.PUBLIC)
                .toList();
    }

    private void proceed() {
        Iterator<Task> next = tasks.iterator();
        while (next.hasNext() && budget > 0 && reading < AT_ONCE) {
            Task task = next.next();
            next.remove();
            if (followed.containsKey(task.userId())) {
                budget--;
                reading++;
                Addresses.ENTRY
                        .ask(
                                vertx.eventBus(),
                                new ReadEntry(task.leaderboard(), null, task.userId(), PersonalBoard.READ))
                        .onComplete(result -> read(task, result));
            }
        }
    }

    private void read(Task task, AsyncResult<EntryReply> result) {
        reading--;
        Following user = followed.get(task.userId());
        if (user != null && result.succeeded() && result.result() instanceof EntryAround now) {
            user.boards
                    .computeIfAbsent(task.leaderboard(), id -> new PersonalBoard(task.userId()))
                    .read(now, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()))
                    .forEach(this::publish);
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

    private void publish(PersonalFrame frame) {
        Addresses.user(frame.userId()).publish(vertx.eventBus(), frame);
    }
}
