package dev.pacesetter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.settings.HttpSettings;
import dev.pacesetter.settings.TlsSettings;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.Await;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests are told from each other by few labels, whatever comes. */
class RequestMetersTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx();
    private int port;

    @BeforeEach
    void start() {
        Mount mount = (vertx, router) -> {
            router.get("/api/v1/things/me")
                    .handler(context -> context.response().end("me"));
            router.get("/api/v1/things/:thingId/parts")
                    .handler(context -> context.response().end("some"));
            router.get("/api/v1/things/:thingId")
                    .handler(context -> context.fail(Problem.notFound("no").exception()));
            router.post("/api/v1/things").handler(context -> {
                throw new IllegalStateException("a defect");
            });
            router.get("/api/v1/never").handler(context -> {});
        };
        HttpSettings settings = new HttpSettings(
                "127.0.0.1", 0, 1_024, 2_048, 1_000, 30, 2, 1, 2, List.of(), List.of(), TlsSettings.NONE);
        AtomicInteger listening = new AtomicInteger();
        HttpVerticle verticle = new HttpVerticle(
                settings, 0, new ClientAddresses(List.of(), List.of()), List.of(), meters, listening::set);
        Await.result(vertx.deployVerticle(verticle));
        Await.result(verticle.serve(List.of(mount)));
        port = listening.get();
    }

    @AfterEach
    void stop() {
        Await.closed(vertx);
    }

    private void call(String method, String path) {
        new Api("http://127.0.0.1:" + port).call(method, path, null, null, Map.of());
    }

    /** As {@code method route status}. */
    private Set<String> timed() {
        return meters.find("pacesetter.http.requests").timers().stream()
                .map(Meter::getId)
                .map(id -> id.getTag("method") + " " + id.getTag("route") + " " + id.getTag("status"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Timer timer(String method, String route, String status) {
        return meters.get("pacesetter.http.requests")
                .tags("method", method, "route", route, "status", status)
                .timer();
    }

    @Test
    void shouldTellRoutesMethodsAndAnswersApart() {
        call("GET", "/api/v1/things/me?x=1");
        call("GET", "/api/v1/things/7/parts");
        call("GET", "/api/v1/things/8/parts/");
        call("GET", "/api/v1/things/9");
        call("POST", "/api/v1/things");
        Await.until("all", () -> timed().size() == 4);
        assertEquals(
                Set.of(
                        "GET /api/v1/things/me 2xx",
                        "GET /api/v1/things/{thingId}/parts 2xx",
                        "GET /api/v1/things/{thingId} 4xx",
                        "POST /api/v1/things 5xx"),
                timed());
        Await.until(
                "both",
                () -> timer("GET", "/api/v1/things/{thingId}/parts", "2xx").count() == 2);
    }

    @Test
    void shouldNotGrowWithWhatCallersMakeUp() {
        for (int i = 0; i < 30; i++) {
            call("GET", "/api/v1/none-" + i);
            call("GET", "/api/v1/things/" + i);
            call("GET", "/api/w" + i + "/things/" + i + "/parts");
            call("MADEUP" + i, "/api/v1/things/" + i);
            call("MADEUP" + i, "/api/v1/none-" + i);
            call("DELETE", "/api/v1/things/" + i);
        }
        Await.until(
                "all",
                () -> meters.find("pacesetter.http.requests").timers().stream()
                                .mapToLong(Timer::count)
                                .sum()
                        == 180);
        assertEquals(
                Set.of("GET other 4xx", "GET /api/v1/things/{thingId} 4xx", "other other 4xx", "DELETE other 4xx"),
                timed());
        assertEquals(60, timer("GET", "other", "4xx").count());
    }

    /** Each label costs a series for every bucket. */
    @Test
    void shouldHaveFewBuckets() {
        call("GET", "/api/v1/things/me");
        Await.until("timed", () -> timed().size() == 1);
        int buckets = timer("GET", "/api/v1/things/me", "2xx").takeSnapshot().histogramCounts().length;
        assertTrue(buckets > 0 && buckets <= 8, () -> String.valueOf(buckets));
    }

    @Test
    void shouldTellWhenNobodyWaitsForTheAnswer() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write("GET /api/v1/never HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        Await.until("told", () -> timed().equals(Set.of("GET /api/v1/never aborted")));
    }

    /** An alert on an increase misses the first of what was not there before. */
    @Test
    void shouldHaveACounterForEveryProblemBeforeItsFirst() {
        Set<String> counted = meters.find("pacesetter.http.problems").counters().stream()
                .map(counter -> counter.getId().getTag("problem"))
                .collect(Collectors.toSet());
        assertEquals(Problem.slugs(), counted);
    }
}
