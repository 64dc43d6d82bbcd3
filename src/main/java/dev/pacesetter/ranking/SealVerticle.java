package dev.pacesetter.ranking;

import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.postgres.Outage;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes periods final when it is time, and corrects those that are. One a node; whichever is first does it. */
public final class SealVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(SealVerticle.class);
    private static final long PERIOD_MILLIS = 500;

    private final Sealer sealer;
    private final Outage outage = new Outage(LOG);

    /** @param grace how long late scores are waited for on leaderboards that do not say so themselves */
    public SealVerticle(Pool pool, Supplier<Leaderboards> leaderboards, Duration grace, Clock clock) {
        this.sealer = new Sealer(leaderboards, new SealStore(pool), grace, clock);
    }

    @Override
    public Future<?> start() {
        next();
        return Future.succeededFuture();
    }

    private void next() {
        vertx.setTimer(PERIOD_MILLIS, id -> sealer.run()
                .onSuccess(done -> outage.isOver())
                .onFailure(outage::goesOn)
                .onComplete(done -> next()));
    }
}
