package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.settings.Resources;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps comparing rankings with the scores they are made of, a few entries at a time, board after board: first every
 * member that Redis has, which finds what should not be there or is wrong, then every athlete that PostgreSQL has, which
 * finds what is missing. What differs is only suspect, as scores are on their way; it is marked dirty, and whether it
 * was wrong turns out when it is computed anew. Runs on one event loop.
 */
final class Auditor {

    private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);
    /** What a scan of Redis begins with, and ends with. */
    private static final String DONE = "0";

    private static final String LIST_ATHLETES = Resources.text("sql/ranking/list_athletes.sql");

    private final Supplier<Collection<RankedBoard>> boards;
    private final RankingStore store;
    private final DirtyEntries dirty;
    private final Pool pool;
    private final AuditPace pace;
    private final LongSupplier nanoTime;
    private final Counter audited;
    /** Of all boards: by name, everybody who reads meters would know of private ones. The log says which. */
    private final Counter drifted;

    private final Queue<RankedBoard> waiting = new ArrayDeque<>();
    private boolean busy;
    private String scan = DONE;
    private String athlete = "";
    private boolean scanned;
    private boolean listed;

    /**
     * With what it compares.
     *
     * @param pace how much of it
     * @param nanoTime a clock that never goes back, as {@link System#nanoTime}
     */
    Auditor(
            Supplier<Collection<RankedBoard>> boards,
            RankingStore store,
            DirtyEntries dirty,
            Pool pool,
            AuditPace pace,
            LongSupplier nanoTime,
            MeterRegistry meters) {
        this.boards = boards;
        this.store = store;
        this.dirty = dirty;
        this.pool = pool;
        this.pace = pace;
        this.nanoTime = nanoTime;
        this.drifted = Counter.builder("pacesetter.ranking.drift")
                .description("Entries that were found wrong without a reason, and put right")
                .register(meters);
        this.audited = Counter.builder("pacesetter.ranking.audited")
                .description("Entries compared with the scores they are made of")
                .register(meters);
    }

    /** Entries of a board were wrong without a reason, and are right again. */
    void drifted(RankedBoard board, Set<String> users) {
        drifted.increment(users.size());
        LOG.atWarn()
                .addKeyValue("board", board.board().name())
                .addKeyValue("entries", users.size())
                .addKeyValue("users", users.stream().limit(10).toList())
                .log("A ranking had drifted from the scores, and was put right");
    }

    /**
     * To be called each second. Compares the entries of that second, of one board after the other; of small ones so many that
     * not each takes a second.
     */
    Future<Void> look() {
        if (busy) {
            return Future.succeededFuture();
        }
        busy = true;
        pace.second();
        return spend().onComplete(spent -> busy = false);
    }

    private Future<Void> spend() {
        int most = pace.next();
        RankedBoard board = most > 0 ? next() : null;
        if (board == null) {
            return Future.succeededFuture();
        }
        long began = nanoTime.getAsLong();
        Future<List<String>> found = scanned ? athletes(most) : members(board.board(), most);
        return found.compose(users -> users.isEmpty() ? Future.<Void>succeededFuture() : compare(board, users))
                .onComplete(looked -> {
                    pace.looked(found.succeeded() ? found.result().size() : 0, nanoTime.getAsLong() - began);
                    if (looked.failed() || (listed && athlete.isEmpty())) {
                        leave();
                    }
                })
                // All boards once are enough for a second.
                .compose(looked -> waiting.isEmpty() ? Future.succeededFuture() : spend());
    }

    private @Nullable RankedBoard next() {
        while (!waiting.isEmpty() && !waiting.element().isTrusted()) {
            leave();
        }
        if (waiting.isEmpty()) {
            List<RankedBoard> all = new ArrayList<>(boards.get());
            // A pass may take hours, and begins anew with each start of the node.
            Collections.shuffle(all);
            all.stream()
                    .filter(board -> board.isTrusted() && !board.board().isSealed())
                    .forEach(waiting::add);
        }
        return waiting.peek();
    }

    private void leave() {
        waiting.poll();
        pace.board();
        scan = DONE;
        scanned = false;
        athlete = "";
        listed = false;
    }

    private Future<List<String>> members(BoardPeriod board, int most) {
        return store.scan(board, scan, most).map(page -> {
            scan = page.cursor();
            scanned = scan.equals(DONE);
            return page.users();
        });
    }

    private Future<List<String>> athletes(int most) {
        return query(LIST_ATHLETES, Tuple.of(athlete, most)).map(rows -> {
            List<String> users = new ArrayList<>(rows.size());
            rows.forEach(row -> users.add(row.getString(0)));
            listed = true;
            athlete = users.size() < most ? "" : users.get(users.size() - 1);
            return users;
        });
    }

    private Future<RowSet<Row>> query(String sql, Tuple arguments) {
        return Snapshot.bounded(pool.preparedQuery(sql).execute(arguments));
    }

    private Future<Void> compare(RankedBoard board, List<String> users) {
        EntryQuery query = EntryQuery.of(board.board(), users);
        Future<Map<String, Long>> ranked = store.keys(board.board(), users);
        Future<List<Line>> scored = query(query.sql(), query.arguments()).map(Snapshot::lines);
        return Future.all(ranked, scored).compose(both -> {
            audited.increment(users.size());
            Map<String, Long> expected = new HashMap<>();
            scored.result().forEach(line -> expected.put(line.userId(), line.key()));
            List<String> suspects = users.stream()
                    .filter(user ->
                            !Objects.equals(expected.get(user), ranked.result().get(user)))
                    .toList();
            return suspects.isEmpty()
                    ? Future.succeededFuture()
                    : dirty.audit(board.board(), suspects).map(count -> {
                        board.dirty(count);
                        return null;
                    });
        });
    }
}
