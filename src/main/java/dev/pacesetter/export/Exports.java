package dev.pacesetter.export;

import dev.pacesetter.http.Problem;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.pgclient.PgConnection;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Sends exports, not more at the same time than are allowed: each has a connection to the database of its own. */
public final class Exports {

    private final Semaphore places;
    private final Supplier<Future<PgConnection>> connect;
    private final ExportLimits limits;

    /**
     * With the usual limits of time.
     *
     * @param most at the same time; further ones are answered with 429
     * @param connect opens a connection; not one of a pool, which the slowest client would empty
     */
    public Exports(int most, Supplier<Future<PgConnection>> connect) {
        this(most, connect, ExportLimits.DEFAULT);
    }

    Exports(int most, Supplier<Future<PgConnection>> connect, ExportLimits limits) {
        this.places = new Semaphore(most);
        this.connect = connect;
        this.limits = limits;
    }

    /**
     * Answers a request with an export. What fails before the first line is a problem; later the connection is reset, so
     * that nobody takes a part for the whole.
     */
    public void send(RoutingContext context, ExportFormat format, Export export) {
        if (!places.tryAcquire()) {
            context.fail(Problem.tooManyRequests("Exports take their time, and others are under way")
                    .exception());
            return;
        }
        ExportRun run = new ExportRun(context, format, export, limits);
        Future.succeededFuture().compose(go -> run.go(connect)).onComplete(done -> places.release());
    }
}
