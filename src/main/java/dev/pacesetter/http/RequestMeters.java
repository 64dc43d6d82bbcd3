package dev.pacesetter.http;

import dev.pacesetter.metrics.Histograms;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.AsyncResult;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Times requests by their route, method and kind of answer. There are as many timers as were used, at most six for each
 * route and each method, whatever callers send. Runs on one event loop.
 */
final class RequestMeters {

    /** The first: whoever asked went away before the answer ended. */
    private static final String[] STATUS = {"aborted", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final MeterRegistry meters;
    private final RouteTable routes;
    /** Looked up once: the registry would build and compare the tags for every request. */
    private final Map<RouteTable.Entry, @Nullable Timer[]> timers = new HashMap<>();

    RequestMeters(MeterRegistry meters, RouteTable routes) {
        this.meters = meters;
        this.routes = routes;
    }

    /** A request has ended. */
    void ended(RoutingContext context, AsyncResult<Void> end, long sinceNanos) {
        RouteTable.Entry route = routes.find(context.request().method().name(), context.normalizedPath());
        int status = end.failed()
                ? 0
                : Math.min(STATUS.length - 1, context.response().getStatusCode() / 100);
        timer(route, status).record(System.nanoTime() - sinceNanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(RouteTable.Entry route, int status) {
        @Nullable Timer[] known = timers.computeIfAbsent(route, one -> new @Nullable Timer[STATUS.length]);
        Timer timer = known[status];
        if (timer == null) {
            timer = Histograms.fewTimes(
                    meters,
                    "pacesetter.http.requests",
                    "From a request to the end of its answer",
                    "method",
                    route.method(),
                    "route",
                    route.template(),
                    "status",
                    STATUS[status]);
            known[status] = timer;
        }
        return timer;
    }
}
