package dev.pacesetter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Await;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsMountTest {

    private static final int CALLS = 200;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger readings = new AtomicInteger();
    private final Set<String> threads = ConcurrentHashMap.newKeySet();

    @AfterEach
    void stop() {
        Await.closed(vertx);
    }

    private double read() {
        threads.add(Thread.currentThread().getName());
        return readings.incrementAndGet();
    }

    /** Reading all meters costs milliseconds, and there is one event loop for all calls. */
    @Test
    void shouldReadMetersOnceForAllWhoAskAtATimeAndNotOnTheEventLoop() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.gauge("readings", this, test -> test.read());
        Router router = Router.router(vertx);
        new MetricsMount(registry).mount(vertx, router);
        int port = Await.result(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                .actualPort();
        HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CALLS));
        long began = System.nanoTime();
        List<Future<Buffer>> all = IntStream.range(0, CALLS)
                .mapToObj(i -> client.request(HttpMethod.GET, port, "127.0.0.1", "/metrics")
                        .compose(request -> request.putHeader(
                                        "Accept", i % 2 == 0 ? "application/openmetrics-text" : "text/plain")
                                .send())
                        .compose(HttpClientResponse::body))
                .toList();
        all.forEach(one -> assertTrue(Await.result(one).toString().contains("readings")));
        long pauses = (System.nanoTime() - began) / 50_000_000;
        assertTrue(readings.get() <= pauses + 2, readings + " readings in " + pauses + " pauses");
        threads.forEach(thread -> assertFalse(thread.contains("eventloop"), thread));
        int before = readings.get();
        assertTrue(Await.result(client.request(HttpMethod.GET, port, "127.0.0.1", "/metrics")
                        .compose(HttpClientRequest::send)
                        .compose(HttpClientResponse::body))
                .toString()
                .contains("readings " + (before + 1)));
        assertEquals(before + 1, readings.get());
    }
}
