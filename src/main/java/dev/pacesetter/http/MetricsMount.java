package dev.pacesetter.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** What the program measures of itself, for Prometheus to fetch. */
public final class MetricsMount implements Mount {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;

    /** With all meters. */
    public MetricsMount(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        router.get("/metrics")
                .handler(context ->
                        context.response().putHeader("Content-Type", TEXT).end(registry.scrape(TEXT)));
    }
}
