package dev.pacesetter.ranking;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.LeaderboardsChanged;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the node's catalog of leaderboards in step with the database, where any node may change it. One a node. */
public final class CatalogVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogVerticle.class);
    private static final long PERIOD_MILLIS = 500;

    private final LeaderboardCatalog catalog;

    /** With the catalog to keep. */
    public CatalogVerticle(LeaderboardCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public Future<?> start() {
        catalog.whenChanged(() -> Addresses.LEADERBOARDS_CHANGED.publish(vertx.eventBus(), new LeaderboardsChanged()));
        next();
        return Future.succeededFuture();
    }

    private void next() {
        vertx.setTimer(PERIOD_MILLIS, id -> catalog.refresh()
                .onFailure(failure ->
                        LOG.atDebug().addKeyValue("why", failure.getMessage()).log("Leaderboards not looked at"))
                .onComplete(done -> next()));
    }

    @Override
    public Future<?> stop() {
        catalog.whenChanged(() -> {});
        return Future.succeededFuture();
    }
}
