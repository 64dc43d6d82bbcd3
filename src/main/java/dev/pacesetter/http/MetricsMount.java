package dev.pacesetter.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import java.util.List;

/** What the program measures of itself, for Prometheus to fetch. */
public final class MetricsMount implements Mount {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusMeterRegistry registry;

    /** With all meters. */
    public MetricsMount(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get("/metrics").handler(context -> {
            String format = format(context.parsedHeaders().accept());
            context.response().putHeader("Content-Type", format).end(registry.scrape(format));
        });
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
