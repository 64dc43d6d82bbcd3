package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.BoardApplied;
import dev.pacesetter.bus.BusMessage.BoardChanged;
import dev.pacesetter.bus.BusMessage.GroupChanged;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.NoSnapshot;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PageReply;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.bus.BusMessage.ReadSnapshot;
import dev.pacesetter.bus.BusMessage.SnapshotReply;
import dev.pacesetter.bus.BusMessage.UnknownGroup;
import dev.pacesetter.bus.BusMessage.Viewers;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.settings.LiveSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the leaderboards that somebody on this node watches and publishes what changed, for {@link BridgeGuard}'s
 * sockets. One instance a node.
 */
public final class LiveVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(LiveVerticle.class);
    private static final long EXPECT_MILLIS = 1_000;
    private static final long NO_TIMER = -1;
    /** Many groups may watch one leaderboard, each with a few viewers. */
    private static final int GROUP_MESSAGES_PER_SECOND = 2;

    /** A board with at least one viewer, and the timer that is to read it next. */
    private static final class Watched {
        final LiveBoard board;
        int viewers;
        /** There is no such group; until it changes. */
        boolean gone;

        long timer = NO_TIMER;
        long timerAt;
        /** When the first change came that no read has begun after; 0: none. */
        long changedNanos;
        /** When the first change came that the read under way will see; 0: none. */
        long readingNanos;

        final CommitAges commits = new CommitAges();

        Watched(LiveBoard board) {
            this.board = board;
        }
    }

    private final LiveSettings settings;
    private final LiveMeters meters;
    private final ShownBoards leaderboards;
    private final Clock clock;
    private final Map<String, Watched> watched = new HashMap<>();
    /** What is watched of each leaderboard: itself, and among groups. */
    private final Map<String, Set<Watched>> byLeaderboard = new HashMap<>();
    /** Groups to be read, for which this second has no room. */
    private final Set<Watched> waiting = new LinkedHashSet<>();

    private int groupReads;
    private long sequence;

    /**
     * Not yet started.
     *
     * @param leaderboards those there are now
     * @param meters of this node
     * @param clock tells which period is the current one
     */
    public LiveVerticle(LiveSettings settings, Supplier<Leaderboards> leaderboards, MeterRegistry meters, Clock clock) {
        this.settings = settings;
        this.meters = new LiveMeters(meters);
        this.meters.watch(meters);
        this.leaderboards = new ShownBoards(leaderboards);
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        Addresses.VIEWERS.consume(vertx.eventBus(), this::count);
        Addresses.BOARD_CHANGED.consume(vertx.eventBus(), this::changed);
        Addresses.BOARD_APPLIED.consume(vertx.eventBus(), this::applied);
        Addresses.FOLLOWERS.consume(vertx.eventBus(), change -> meters.followers(change.change()));
        Addresses.SNAPSHOT.answer(vertx.eventBus(), question -> Future.succeededFuture(snapshot(question)));
        Addresses.GROUP_CHANGED.consume(vertx.eventBus(), this::changed);
        vertx.setPeriodic(EXPECT_MILLIS, id -> everySecond());
        groupReads = settings.groupReadsPerSecond();
        return Future.succeededFuture();
    }

    private void everySecond() {
        groupReads = settings.groupReadsPerSecond();
        List<Watched> first = List.copyOf(waiting);
        waiting.clear();
        first.forEach(this::proceed);
        List.copyOf(watched.values()).forEach(this::proceed);
    }

    private void count(Viewers change) {
        String id = change.leaderboard();
        meters.viewers(change.change());
        Watched board = watched.computeIfAbsent(id, this::watch);
        board.viewers += change.change();
        if (board.viewers <= 0) {
            forget(id, board);
        } else {
            proceed(board);
        }
    }

    private Watched watch(String name) {
        Topic topic = Topic.named(name);
        int rate = topic.group() == null
                ? settings.messagesPerSecond()
                : Math.min(GROUP_MESSAGES_PER_SECOND, settings.messagesPerSecond());
        Watched board = new Watched(new LiveBoard(topic, rate, () -> ++sequence));
        byLeaderboard
                .computeIfAbsent(topic.leaderboard(), id -> new LinkedHashSet<>())
                .add(board);
        return board;
    }

    private void forget(String name, Watched board) {
        watched.remove(name);
        waiting.remove(board);
        byLeaderboard.computeIfPresent(board.board.topic().leaderboard(), (id, all) -> {
            all.remove(board);
            return all.isEmpty() ? null : all;
        });
        cancel(board);
    }

    private void changed(BoardChanged change) {
        Set<Watched> boards = byLeaderboard.get(change.leaderboard());
        // Late scores for past periods do not show.
        if (boards != null) {
            for (Watched board : List.copyOf(boards)) {
                if (change.period().equals(currentPeriod(board.board.topic()))) {
                    changed(board);
                }
            }
        }
    }

    private void changed(Watched board) {
        board.board.changed();
        if (board.changedNanos == 0) {
            board.changedNanos = System.nanoTime();
        }
        proceed(board);
    }

    private void applied(BoardApplied commit) {
        Set<Watched> boards = byLeaderboard.get(commit.leaderboard());
        if (boards != null) {
            boards.stream()
                    // What is among a group has an epoch of its own.
                    .filter(board -> board.board.topic().group() == null)
                    .filter(board -> commit.period().equals(currentPeriod(board.board.topic())))
                    .forEach(board -> meters.seen(board.commits.applied(commit)));
        }
    }

    private void changed(GroupChanged change) {
        for (Watched board : List.copyOf(watched.values())) {
            if (change.id().equals(board.board.topic().group())) {
                board.gone = false;
                changed(board);
            }
        }
    }

    private SnapshotReply snapshot(ReadSnapshot question) {
        Watched board = watched.get(question.leaderboard());
        return board == null ? new NoSnapshot() : board.board.snapshot();
    }

    /** Reads the board if that is due, or sees to it that this is called again when it will be. */
    private void proceed(Watched board) {
        Topic topic = board.board.topic();
        publish(board.board.expect(board.gone ? null : currentPeriod(topic)));
        OptionalLong due = board.board.due(millis());
        if (due.isEmpty()) {
            return;
        }
        if (due.getAsLong() > 0) {
            wake(board, due.getAsLong());
            return;
        }
        cancel(board);
        if (topic.group() != null && groupReads-- <= 0) {
            waiting.add(board);
            return;
        }
        board.board.begin();
        board.readingNanos = board.changedNanos;
        board.changedNanos = 0;
        Addresses.PAGE
                .ask(vertx.eventBus(), new ReadPage(topic.leaderboard(), null, topic.group(), settings.topN(), 0))
                .onComplete(result -> read(board, result));
    }

    private void read(Watched board, AsyncResult<PageReply> result) {
        if (watched.get(board.board.topic().name()) != board) {
            return;
        }
        board.gone = result.succeeded() && result.result() instanceof UnknownGroup;
        if (result.succeeded() && result.result() instanceof Page page) {
            LiveFrame news = board.board.read(page, millis());
            publish(news);
            if (news != null && board.readingNanos != 0) {
                meters.published(board.readingNanos);
            }
            meters.seen(board.commits.read(page, news != null, System.nanoTime()));
        } else {
            if (board.readingNanos != 0) {
                board.changedNanos = board.readingNanos;
            }
            LOG.atDebug()
                    .addKeyValue("leaderboard", board.board.topic().name())
                    .addKeyValue("reply", result)
                    .log("ranking not read for viewers");
            board.board.failed(millis());
        }
        proceed(board);
    }

    private void publish(@Nullable LiveFrame frame) {
        if (frame != null) {
            Addresses.LIVE_FRAME.publish(vertx.eventBus(), frame);
        }
    }

    /** The label of the current period; null when the board is not there for those who watch. */
    private @Nullable String currentPeriod(Topic topic) {
        return leaderboards
                .find(topic)
                .map(found -> found.currentPeriod(clock.instant()).label())
                .orElse(null);
    }

    private void wake(Watched board, long inMillis) {
        long at = millis() + inMillis;
        if (board.timer != NO_TIMER && board.timerAt <= at) {
            return;
        }
        cancel(board);
        board.timerAt = at;
        board.timer = vertx.setTimer(inMillis, id -> {
            board.timer = NO_TIMER;
            proceed(board);
        });
    }

    private void cancel(Watched board) {
        if (board.timer != NO_TIMER) {
            vertx.cancelTimer(board.timer);
            board.timer = NO_TIMER;
        }
    }

    @Override
    public Future<?> stop() {
        watched.values().forEach(this::cancel);
        watched.clear();
        byLeaderboard.clear();
        waiting.clear();
        return Future.succeededFuture();
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
