package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.BoardChanged;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.NoSnapshot;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PageReply;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.bus.BusMessage.ReadSnapshot;
import dev.pacesetter.bus.BusMessage.SnapshotReply;
import dev.pacesetter.bus.BusMessage.Viewers;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.settings.LiveSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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

    /** A board with at least one viewer, and the timer that is to read it next. */
    private static final class Watched {
        final LiveBoard board;
        int viewers;
        long timer = NO_TIMER;
        long timerAt;
        /** When the first change came that viewers have not seen; 0: none. */
        long changedNanos;

        Watched(LiveBoard board) {
            this.board = board;
        }
    }

    private final LiveSettings settings;
    private final LiveMeters meters;
    private final PublicBoards leaderboards;
    private final Clock clock;
    private final Map<String, Watched> watched = new HashMap<>();
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
        this.leaderboards = new PublicBoards(leaderboards);
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        Addresses.VIEWERS.consume(vertx.eventBus(), this::count);
        Addresses.BOARD_CHANGED.consume(vertx.eventBus(), this::changed);
        Addresses.SNAPSHOT.answer(vertx.eventBus(), question -> Future.succeededFuture(snapshot(question)));
        vertx.setPeriodic(EXPECT_MILLIS, id -> List.copyOf(watched.values()).forEach(this::proceed));
        return Future.succeededFuture();
    }

    private void count(Viewers change) {
        String id = change.leaderboard();
        Watched board = watched.computeIfAbsent(id, this::watch);
        board.viewers += change.change();
        if (board.viewers <= 0) {
            watched.remove(id);
            cancel(board);
        } else {
            proceed(board);
        }
    }

    private Watched watch(String id) {
        return new Watched(new LiveBoard(id, settings.messagesPerSecond(), () -> ++sequence));
    }

    private void changed(BoardChanged change) {
        Watched board = watched.get(change.leaderboard());
        // Late scores for past periods do not show.
        if (board != null && change.period().equals(currentPeriod(change.leaderboard()))) {
            board.board.changed();
            if (board.changedNanos == 0) {
                board.changedNanos = System.nanoTime();
            }
            proceed(board);
        }
    }

    private SnapshotReply snapshot(ReadSnapshot question) {
        Watched board = watched.get(question.leaderboard());
        return board == null ? new NoSnapshot() : board.board.snapshot();
    }

    /** Reads the board if that is due, or sees to it that this is called again when it will be. */
    private void proceed(Watched board) {
        publish(board.board.expect(currentPeriod(board.board.leaderboard())));
        OptionalLong due = board.board.due(millis());
        if (due.isEmpty()) {
            return;
        }
        if (due.getAsLong() > 0) {
            wake(board, due.getAsLong());
            return;
        }
        cancel(board);
        board.board.begin();
        Addresses.PAGE
                .ask(vertx.eventBus(), new ReadPage(board.board.leaderboard(), null, settings.topN(), 0))
                .onComplete(result -> read(board, result));
    }

    private void read(Watched board, AsyncResult<PageReply> result) {
        if (watched.get(board.board.leaderboard()) != board) {
            return;
        }
        if (result.succeeded() && result.result() instanceof Page page) {
            LiveFrame news = board.board.read(page, millis());
            publish(news);
            if (news != null && board.changedNanos != 0) {
                meters.published(board.changedNanos);
            }
            board.changedNanos = 0;
        } else {
            LOG.atDebug()
                    .addKeyValue("leaderboard", board.board.leaderboard())
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

    /** The label of the current period; null when the board is not there for everybody. */
    private @Nullable String currentPeriod(String leaderboard) {
        return leaderboards
                .find(leaderboard)
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
        return Future.succeededFuture();
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
