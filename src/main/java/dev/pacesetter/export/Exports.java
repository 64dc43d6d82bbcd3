package dev.pacesetter.export;

import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.pgclient.PgConnection;
import java.util.function.Supplier;

/**
 * Sends exports, not more at the same time than are allowed, to all and to one caller: each has a connection to the
 * database of its own.
 */
public final class Exports {

    private final Auth auth;
    private final Places places;
    private final Supplier<Future<PgConnection>> connect;
    private final ExportLimits limits;

    /**
     * With the usual limits of time.
     *
     * @param auth knows whether who began one may still have it
     * @param most at the same time on this node; further ones are answered with 429
     * @param perUser of them to one user
     * @param perKey of them to one API key
     * @param connect opens a connection; not one of a pool, which the slowest client would empty
     */
    public Exports(Auth auth, int most, int perUser, int perKey, Supplier<Future<PgConnection>> connect) {
        this(auth, new Places(most, perUser, perKey), connect, ExportLimits.DEFAULT);
    }

    Exports(Auth auth, Places places, Supplier<Future<PgConnection>> connect, ExportLimits limits) {
        this.auth = auth;
        this.places = places;
        this.connect = connect;
        this.limits = limits;
    }

    /**
     * Answers a request with an export. What fails before the first line is a problem; later the connection is reset, so
     * that nobody takes a part for the whole. It ends with the caller's access.
     *
     * @param caller whose place it takes
     */
    public void send(RoutingContext context, Principal caller, ExportFormat format, Export export) {
        Places.Answer answer = places.take(caller);
        if (answer != Places.Answer.TAKEN) {
            context.fail(Problem.tooManyRequests(why(answer, caller)).exception());
            return;
        }
        ExportRun run = new ExportRun(context, format, export, limits, () -> places.free(caller));
        run.go(connect, auth.ongoing(context, caller, why -> run.cut(why.exception())));
    }

    private String why(Places.Answer answer, Principal caller) {
        if (answer == Places.Answer.FULL) {
            return "Exports take their time, and others are under way";
        }
        int most = places.mostOf(caller);
        return "You have " + (most == 1 ? "an export" : most + " exports")
                + " under way, as many as one caller may: read to the end, or break off, first";
    }
}
