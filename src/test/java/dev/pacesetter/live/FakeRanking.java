package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.BoardChanged;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PageReply;
import dev.pacesetter.bus.BusMessage.RankingDown;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.domain.Entry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers for one leaderboard in place of the ranking. */
final class FakeRanking {

    private static final Comparator<Entry> ORDER = Comparator.comparingInt((Entry entry) -> -entry.score())
            .thenComparing(Entry::reachedAt)
            .thenComparing(Entry::userId);

    private final Vertx vertx;
    private final String leaderboard;
    private final Map<String, Entry> entries = new HashMap<>();
    private String period = "all-time";
    private String epoch = "e1";
    private long version = 1;
    private boolean down;
    private int reads;
    private @Nullable Promise<Void> gate;

    FakeRanking(Vertx vertx, String leaderboard) {
        this.vertx = vertx;
        this.leaderboard = leaderboard;
        Addresses.PAGE.answer(vertx.eventBus(), question -> {
            PageReply reply = answer(question);
            synchronized (this) {
                Promise<Void> open = gate;
                return open == null
                        ? Future.succeededFuture(reply)
                        : open.future().map(reply);
            }
        });
    }

    /** Answers what is asked from now on only after {@link #goOn}. */
    synchronized void hold() {
        gate = Promise.promise();
    }

    synchronized void goOn() {
        Promise<Void> open = gate;
        gate = null;
        if (open != null) {
            open.complete();
        }
    }

    private synchronized PageReply answer(ReadPage question) {
        reads++;
        return down || !question.leaderboard().equals(leaderboard) ? new RankingDown() : page(question.limit());
    }

    /** The best of it. */
    synchronized Page page(int limit) {
        List<Entry> ranked = new ArrayList<>();
        for (Entry entry : entries.values().stream().sorted(ORDER).limit(limit).toList()) {
            long rank = 1
                    + entries.values().stream()
                            .filter(other -> other.score() > entry.score())
                            .count();
            ranked.add(new Entry(rank, entry.userId(), entry.name(), entry.score(), entry.reachedAt()));
        }
        return new Page(leaderboard, period, epoch, version, entries.size(), ranked, true);
    }

    /** Sets a score and signals it. */
    synchronized void score(String user, String name, int score) {
        entries.put(user, new Entry(1, user, name, score, Instant.ofEpochMilli(1_760_000_000_000L + version)));
        version++;
        signal();
    }

    /** Starts over, as a rebuild or a new period does. */
    synchronized void restart(String newPeriod, String newEpoch) {
        entries.clear();
        period = newPeriod;
        epoch = newEpoch;
        version = 1;
    }

    synchronized void down(boolean isDown) {
        down = isDown;
    }

    synchronized int reads() {
        return reads;
    }

    synchronized void signal() {
        Addresses.BOARD_CHANGED.publish(vertx.eventBus(), new BoardChanged(leaderboard, period));
    }
}
