package dev.pacesetter.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the program measures of itself, for Prometheus to fetch. Meters are read on a worker, one reading after the other with
 * {@value #PAUSE_MILLIS} ms between them: who asks meanwhile gets the next one, as do all others who do.
 */
public final class MetricsMount implements Mount {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final int PAUSE_MILLIS = 50;

    private final PrometheusMeterRegistry registry;
    /** By format, those that wait to be read. Of one event loop, as {@link #readAt}. */
    private final Map<String, Future<String>> waiting = new HashMap<>();

    private Future<?> last = Future.succeededFuture();
    private long readAt = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);

    /** With all meters. */
    public MetricsMount(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get("/metrics").handler(context -> {
            String format = format(context.parsedHeaders().accept());
            reading(vertx, format)
                    .onSuccess(text ->
                            context.response().putHeader("Content-Type", format).end(text))
                    .onFailure(context::fail);
        });
    }

    /** One that begins from now on, so that it tells all that has happened. */
    private Future<String> reading(Vertx vertx, String format) {
        Future<String> known = waiting.get(format);
        if (known != null) {
            return known;
        }
        Promise<String> read = Promise.promise();
        waiting.put(format, read.future());
        last.transform(done -> rest(vertx))
                .compose(rested -> {
                    waiting.remove(format);
                    return vertx.executeBlocking(() -> registry.scrape(format), false);
                })
                .onComplete(done -> readAt = System.nanoTime())
                .onComplete(read);
        last = read.future();
        return read.future();
    }

    private Future<?> rest(Vertx vertx) {
        long millis = PAUSE_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - readAt);
        return millis > 0 ? vertx.timer(millis) : Future.succeededFuture();
    }

    /** The one that is wished for most; the text that everybody reads, whatever else is. */
    private static String format(List<MIMEHeader> accepted) {
        float open = weight(accepted, "application", "openmetrics-text");
        return open > 0 && open >= weight(accepted, "text", "plain") ? OPEN_METRICS : TEXT;
    }

    private static float weight(List<MIMEHeader> accepted, String type, String subtype) {
        return accepted.stream()
                .filter(one -> one.component().equalsIgnoreCase(type)
                        && one.subComponent().equalsIgnoreCase(subtype))
                .map(MIMEHeader::weight)
                .max(Float::compare)
                .orElse(0f);
    }
}
