package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.Accepted;
import dev.pacesetter.bus.BusMessage.Change;
import dev.pacesetter.bus.BusMessage.Committed;
import dev.pacesetter.bus.BusMessage.Conceal;
import dev.pacesetter.bus.BusMessage.Done;
import dev.pacesetter.bus.BusMessage.DoneReply;
import dev.pacesetter.bus.BusMessage.Erase;
import dev.pacesetter.bus.BusMessage.Health;
import dev.pacesetter.bus.BusMessage.Overloaded;
import dev.pacesetter.bus.BusMessage.Release;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.bus.BusMessage.TakeBack;
import dev.pacesetter.bus.BusMessage.TakeBackReply;
import dev.pacesetter.bus.BusMessage.TakenBack;
import dev.pacesetter.bus.BusMessage.Unknown;
import dev.pacesetter.bus.BusMessage.UnknownScore;
import dev.pacesetter.bus.BusMessage.Unstorable;
import dev.pacesetter.domain.Batch;
import dev.pacesetter.domain.Correction;
import dev.pacesetter.domain.Score;
import dev.pacesetter.ingest.ScoreStore.Inserted;
import dev.pacesetter.postgres.Outage;
import dev.pacesetter.postgres.PostgresServers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: while a batch is in flight the next one gathers. One connection, one stream, one batch at a time, so
 * that batches of a stream commit in the order of their numbers.
 *
 * <pre>
 *              connected             batch sent
 *   DOWN ─────────────────► READY ◄────────────► WRITING
 *    ▲  ▲                     │  committed, or     │
 *    │  └── attempt failed    │  refused by rule   │
 *    └────── connection lost ─┴────────────────────┘
 * </pre>
 *
 * After a lost connection nobody knows whether the last batch was committed. Its scores go out again in a new stream,
 * where those that were stored are found by their ids; the old stream's batch, if it exists, is found in the outbox by
 * the ranking. When the first attempt to reconnect fails, everybody who waits is told that the storage is down.
 *
 * <p>Runs on one event loop.
 */
final class ScoreWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ScoreWriter.class);
    private static final long STATEMENT_MILLIS = 10_000;
    private static final long RETRY_MILLIS = 250;
    private static final int MAX_CONFLICTS = 5;

    private final Vertx vertx;
    private final PostgresServers servers;
    private final SeenUsers known;
    private final Consumer<Committed> onCommitted;
    private final WaitingQueues waiting;
    private final IngestMeters meters;

    private @Nullable PgConnection connection;
    private @Nullable ScoreStore store;
    private long stream;
    private long nextBatch;
    private boolean writing;
    private boolean stopped;
    private int conflicts;
    private final Promise<Void> idle = Promise.promise();
    private final Outage outage = new Outage(LOG);

    ScoreWriter(
            Vertx vertx,
            PostgresServers servers,
            SeenUsers known,
            BatchQueue<WaitingScore> scores,
            BatchQueue<WaitingTakeBack> takeBacks,
            IngestMeters meters,
            Consumer<Committed> onCommitted) {
        this.vertx = vertx;
        this.servers = servers;
        this.known = known;
        this.waiting = new WaitingQueues(scores, takeBacks);
        this.meters = meters;
        this.onCommitted = onCommitted;
    }

    /** Connects, and keeps trying. The first attempt's outcome does not matter: the program starts without PostgreSQL. */
    Future<Void> start() {
        return connect().transform(attempt -> Future.succeededFuture());
    }

    /** Takes a score; the answer is what became of it. */
    Future<Submitted> submit(Submit submit) {
        if (isClosed()) {
            return Future.succeededFuture(new StorageDown());
        }
        WaitingScore score = new WaitingScore(submit);
        if (!waiting.scores().offer(score)) {
            return Future.succeededFuture(new Overloaded());
        }
        write();
        return score.answer();
    }

    /** Takes a score back; the answer is what became of that. */
    Future<TakeBackReply> takeBack(TakeBack ask) {
        if (isClosed()) {
            return Future.succeededFuture(new StorageDown());
        }
        WaitingTakeBack one = new WaitingTakeBack(ask);
        if (!waiting.takeBacks().offer(one)) {
            return Future.succeededFuture(new Overloaded());
        }
        write();
        return one.answer().future();
    }

    /** Erases a user; the answer is what became of that. */
    Future<DoneReply> erase(Erase ask) {
        return take(new WaitingWork(ask.userId(), (store, stream, batch) -> store.erase(stream, batch, ask)));
    }

    /** Conceals a user, or shows one again; the answer is what became of that. */
    Future<DoneReply> conceal(Conceal ask) {
        return take(new WaitingWork(ask.userId(), (store, stream, batch) -> store.conceal(stream, batch, ask)));
    }

    /** Makes a score another; the answer is what became of that. */
    Future<DoneReply> change(Change ask) {
        return take(new WaitingWork(ask.score().userId(), (store, stream, batch) -> store.change(stream, batch, ask)));
    }

    /** Lets a held score count; the answer is what became of that. */
    Future<DoneReply> release(Release ask) {
        return take(new WaitingWork("", (store, stream, batch) -> store.release(stream, batch, ask)));
    }

    private Future<DoneReply> take(WaitingWork one) {
        if (isClosed()) {
            return Future.succeededFuture(new StorageDown());
        }
        if (!waiting.work().offer(one)) {
            return Future.succeededFuture(new Overloaded());
        }
        write();
        return one.answer().future();
    }

    private boolean isClosed() {
        return stopped || (connection == null && waiting.isEmpty() && !writing);
    }

    int waiting() {
        return waiting.scores().size();
    }

    Health health() {
        return new Health(
                connection != null, Map.of("waiting", String.valueOf(waiting()), "stream", String.valueOf(stream)));
    }

    /** Says that the stream lives; finds out whether the connection does. */
    void keepAlive() {
        ScoreStore current = store;
        if (current != null && !writing) {
            current.keepStream(stream)
                    .timeout(STATEMENT_MILLIS, TimeUnit.MILLISECONDS)
                    .onFailure(this::lost);
        }
    }

    /** Takes nothing more, commits and acknowledges what is in hand, lets go. */
    Future<Void> stop() {
        stopped = true;
        if (connection == null) {
            waiting.tellAllThatStorageIsDown();
        }
        finishIfIdle();
        return idle.future().compose(nothingInHand -> {
            PgConnection current = connection;
            connection = null;
            store = null;
            return current == null ? Future.succeededFuture() : current.close();
        });
    }

    private void finishIfIdle() {
        if (stopped && !writing && waiting.isEmpty()) {
            idle.tryComplete();
        }
    }

    private Future<Void> connect() {
        return servers.connect(vertx)
                .compose(fresh -> new ScoreStore(fresh)
                        .openStream()
                        .onFailure(refused -> fresh.close())
                        .onSuccess(id -> connected(fresh, id)))
                .onFailure(this::failedToConnect)
                .mapEmpty();
    }

    private void connected(PgConnection fresh, long id) {
        if (stopped && waiting.isEmpty()) {
            fresh.close();
            return;
        }
        connection = fresh;
        store = new ScoreStore(fresh);
        stream = id;
        nextBatch = 1;
        fresh.exceptionHandler(failure ->
                LOG.atDebug().addKeyValue("why", failure.getMessage()).log("Connection failure"));
        fresh.closeHandler(closed -> {
            if (connection == fresh) {
                lost(new IllegalStateException("connection closed"));
            }
        });
        outage.isOver();
        LOG.atInfo().addKeyValue("stream", id).log("Writing to PostgreSQL");
        write();
    }

    private void failedToConnect(Throwable failure) {
        outage.goesOn(failure);
        waiting.tellAllThatStorageIsDown();
        finishIfIdle();
        if (!stopped) {
            vertx.setTimer(RETRY_MILLIS, id -> connect());
        }
    }

    private void lost(Throwable why) {
        PgConnection broken = connection;
        if (broken == null) {
            return;
        }
        connection = null;
        store = null;
        LOG.atWarn()
                .addKeyValue("why", why.getMessage())
                .addKeyValue("stream", stream)
                .log("Lost PostgreSQL");
        broken.close();
        connect();
    }

    private void write() {
        finishIfIdle();
        ScoreStore current = store;
        if (writing || current == null || waiting.isEmpty()) {
            return;
        }
        switch (waiting.next()) {
            case SCORES -> commit(current);
            case TAKE_BACKS -> takeBack(current);
            case WORK -> work(current);
        }
    }

    private void commit(ScoreStore current) {
        List<WaitingScore> batch = waiting.scores().next();
        List<WaitingScore> first = WaitingScore.firstOfEach(batch);
        Set<String> newcomers = known.newcomers(first);
        writing = true;
        long sentNanos = meters.sent(first.size());
        current.commit(stream, nextBatch, first, newcomers)
                .timeout(STATEMENT_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(inserted -> {
                    conflicts = 0;
                    meters.committed(sentNanos, batch);
                    known.add(newcomers);
                    committed(current, batch, first, inserted);
                })
                .onFailure(failure -> {
                    meters.failed(sentNanos);
                    refused(current, batch, failure);
                });
    }

    private void committed(ScoreStore current, List<WaitingScore> batch, List<WaitingScore> first, Inserted rows) {
        Set<UUID> inserted = rows.ids();
        if (!inserted.isEmpty()) {
            List<Score> scores = new ArrayList<>(inserted.size());
            List<Correction> corrections = new ArrayList<>();
            Set<UUID> wanted = new HashSet<>();
            for (WaitingScore score : first) {
                if (rows.uncounted().contains(score.score().id())) {
                    corrections.add(score.correction());
                } else if (inserted.contains(score.score().id())) {
                    scores.add(score.score());
                    if (score.submit().standings()) {
                        wanted.add(score.score().id());
                    }
                }
            }
            // Before anybody is answered, so that whoever asks for standings finds them on their way.
            onCommitted.accept(new Committed(new Batch(stream, nextBatch, scores, corrections), wanted));
            nextBatch++;
        }
        List<WaitingScore> found = new ArrayList<>();
        Set<UUID> ours = new HashSet<>(inserted);
        for (WaitingScore score : batch) {
            if (ours.remove(score.score().id())) {
                score.tell(new Accepted(rows.held().get(score.score().id())));
            } else {
                found.add(score);
            }
        }
        if (found.isEmpty()) {
            goOn();
            return;
        }
        current.find(found)
                .timeout(STATEMENT_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(stored -> {
                    found.forEach(score -> score.tell(score.judge(
                            stored.byId().get(score.score().id()),
                            stored.suspended().contains(score.score().userId()))));
                    goOn();
                })
                .onFailure(failure -> refused(current, found, failure));
    }

    private void takeBack(ScoreStore current) {
        List<WaitingTakeBack> batch = waiting.takeBacks().next();
        writing = true;
        current.corrections()
                .takeBack(stream, nextBatch, batch)
                .timeout(STATEMENT_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(rows -> {
                    conflicts = 0;
                    if (!rows.corrections().isEmpty()) {
                        onCommitted.accept(
                                new Committed(new Batch(stream, nextBatch, List.of(), rows.corrections()), Set.of()));
                        nextBatch++;
                    }
                    batch.forEach(one -> one.tell(
                            rows.found().contains(one.ask().scoreId()) ? new TakenBack() : new UnknownScore()));
                    goOn();
                })
                .onFailure(failure -> {
                    if (isUnstorable(current, failure)) {
                        isolate(waiting.takeBacks(), batch, failure, WaitingTakeBack::tell);
                    } else {
                        waiting.takeBacks().putBack(batch);
                        refused(current, List.of(), failure);
                    }
                });
    }

    private void work(ScoreStore current) {
        List<WaitingWork> batch = waiting.work().next();
        WaitingWork one = batch.get(0);
        writing = true;
        one.work()
                .run(current.corrections(), stream, nextBatch)
                .timeout(STATEMENT_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(done -> {
                    conflicts = 0;
                    known.forget(one.userId());
                    if (!done.corrections().isEmpty()) {
                        onCommitted.accept(
                                new Committed(new Batch(stream, nextBatch, List.of(), done.corrections()), Set.of()));
                        nextBatch++;
                    }
                    one.tell(one.wasTried() && done.outcome() instanceof Unknown ? new Done() : done.outcome());
                    goOn();
                })
                .onFailure(failure -> {
                    if (isUnstorable(current, failure)) {
                        isolate(waiting.work(), batch, failure, WaitingWork::tell);
                        return;
                    }
                    one.tried();
                    if (one.isHopeless()) {
                        one.tell(new StorageDown());
                    } else {
                        waiting.work().putBack(batch);
                    }
                    refused(current, List.of(), failure);
                });
    }

    private void goOn() {
        writing = false;
        write();
    }

    private void refused(ScoreStore current, List<WaitingScore> batch, Throwable failure) {
        if (isUnstorable(current, failure)) {
            isolate(waiting.scores(), batch, failure, WaitingScore::tell);
            return;
        }
        writing = false;
        waiting.scores().putBack(batch);
        if (current != store) {
            // The connection is already gone, and with it this attempt.
            write();
            return;
        }
        Refusal refusal = Refusal.of(failure);
        if (refusal == Refusal.CONFLICT && conflicts++ < MAX_CONFLICTS) {
            write();
            return;
        }
        if (refusal == Refusal.FORGOTTEN) {
            LOG.atWarn().addKeyValue("stream", stream).log("The stream was forgotten, opening a new one");
        }
        lost(failure);
    }

    private boolean isUnstorable(ScoreStore current, Throwable failure) {
        return current == store && Refusal.of(failure) == Refusal.UNSTORABLE;
    }

    /** Finds the one that PostgreSQL refuses, and tells its caller so; the others are not to fail with it. */
    private <T> void isolate(BatchQueue<T> from, List<T> batch, Throwable failure, BiConsumer<T, Unstorable> answer) {
        writing = false;
        if (batch.size() == 1) {
            LOG.atWarn().addKeyValue("why", failure.getMessage()).log("PostgreSQL refused what cannot be stored");
            answer.accept(batch.get(0), new Unstorable(String.valueOf(failure.getMessage())));
        } else {
            from.putBackAlone(batch);
        }
        write();
    }
}
