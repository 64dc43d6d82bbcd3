package dev.pacesetter.ingest;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Health;
import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.bus.BusMessage.SubmitAll;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.bus.BusMessage.SubmittedAll;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.settings.IngestSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes submitted scores durable and tells the ranking. Several writers share one event loop, each with its stream. */
public final class PersistenceVerticle extends VerticleBase {

    private static final long KEEP_ALIVE_MILLIS = 5_000;
    private static final long SEEN_USERS = 100_000;

    private final PostgresServers servers;
    private final IngestSettings settings;
    private final List<ScoreWriter> writers = new ArrayList<>();
    private final IngestMeters meters;
    private int turn;

    /**
     * With the servers to write to.
     *
     * @param meters of this node
     */
    public PersistenceVerticle(PostgresServers servers, IngestSettings settings, MeterRegistry meters) {
        this.servers = servers;
        this.settings = settings;
        this.meters = new IngestMeters(meters);
    }

    @Override
    public Future<?> start() {
        SeenUsers seen = new SeenUsers(SEEN_USERS);
        for (int i = 0; i < settings.writers(); i++) {
            int capacity = Math.max(1, settings.maxWaiting() / settings.writers());
            writers.add(new ScoreWriter(
                    vertx,
                    servers,
                    seen,
                    new BatchQueue<>(capacity, settings.maxBatch()),
                    new BatchQueue<>(capacity, settings.maxBatch()),
                    meters,
                    committed -> Addresses.COMMITTED.publish(vertx.eventBus(), committed)));
        }
        meters.watch(writers, ScoreWriter::waiting);
        Addresses.SUBMIT.answer(vertx.eventBus(), this::submit);
        Addresses.SUBMIT_ALL.answer(vertx.eventBus(), this::submitAll);
        Addresses.TAKE_BACK.answer(vertx.eventBus(), ask -> next().takeBack(ask));
        Addresses.ERASE.answer(vertx.eventBus(), ask -> next().erase(ask));
        Addresses.CONCEAL.answer(vertx.eventBus(), ask -> next().conceal(ask));
        Addresses.CHANGE.answer(vertx.eventBus(), ask -> next().change(ask));
        Addresses.RELEASE.answer(vertx.eventBus(), ask -> next().release(ask));
        // Another node may have erased the user.
        Addresses.NAME_STALE.consume(vertx.eventBus(), stale -> seen.forget(stale.userId()));
        Addresses.LINE_REFUSED.consume(vertx.eventBus(), line -> meters.refused(line.problem()));
        Addresses.INGEST_HEALTH.answer(vertx.eventBus(), check -> Future.succeededFuture(health()));
        vertx.setPeriodic(KEEP_ALIVE_MILLIS, id -> writers.forEach(ScoreWriter::keepAlive));
        return Future.join(writers.stream().map(ScoreWriter::start).toList());
    }

    private Future<Submitted> submit(Submit submit) {
        return next().submit(submit).onSuccess(meters::told);
    }

    /** By one writer, so that they share its batches. */
    private Future<SubmittedAll> submitAll(SubmitAll all) {
        ScoreWriter writer = next();
        List<Future<Submitted>> outcomes = all.submits().stream()
                .map(one -> writer.submit(one).onSuccess(meters::told))
                .toList();
        return Future.join(outcomes).map(done -> new SubmittedAll(done.list()));
    }

    private ScoreWriter next() {
        turn = (turn + 1) % writers.size();
        return writers.get(turn);
    }

    private Health health() {
        List<Health> all = writers.stream().map(ScoreWriter::health).toList();
        return new Health(all.stream().anyMatch(Health::up), Map.of("writers", all.toString()));
    }

    @Override
    public Future<?> stop() {
        return Future.join(writers.stream().map(ScoreWriter::stop).toList());
    }
}
