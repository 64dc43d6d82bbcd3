package dev.pacesetter.account;

import dev.pacesetter.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;

/** Answers for names. One a node. */
public final class AccountVerticle extends VerticleBase {

    private static final long CACHED_NAMES = 100_000;
    /** A ranking waits for its names, and can do without them. */
    private static final long NAMES_MILLIS = 1_000;

    private final Pool pool;

    /** With the database that has them. */
    public AccountVerticle(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Future<?> start() {
        Accounts accounts = new Accounts(new Database(pool, NAMES_MILLIS));
        NameDirectory names = new NameDirectory(accounts::names, CACHED_NAMES, System::nanoTime);
        Addresses.NAMES.answer(vertx.eventBus(), names::lookUp);
        Addresses.NAME_STALE.consume(vertx.eventBus(), stale -> names.forget(stale.userId()));
        Addresses.NAMES_DOUBTED.consume(vertx.eventBus(), missed -> names.doubt());
        return Future.succeededFuture();
    }
}
