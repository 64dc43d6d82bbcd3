package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboard.Visibility;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.domain.Zone;
import dev.pacesetter.live.TestViewer.Transport;
import dev.pacesetter.settings.LiveSettings;
import dev.pacesetter.support.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The bridge and the live verticle on a real HTTP server; the ranking is a stand-in. */
abstract class LiveRig {

    static final String ADDRESS = "leaderboard.weekly";
    static final int TOP = 10;
    static final Instant SUNDAY_NIGHT = Instant.parse("2026-11-22T23:59:00Z");

    final Vertx vertx = Vertx.vertx();
    private final List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    final ConcurrentHashMap<String, Integer> viewers = new ConcurrentHashMap<>();
    final AtomicInteger viewerMessages = new AtomicInteger();
    final List<Channel> channels = Collections.synchronizedList(new ArrayList<>());
    private final List<AutoCloseable> closing = new ArrayList<>();
    volatile Instant now = SUNDAY_NIGHT;
    volatile Leaderboards leaderboards = new Leaderboards(List.of(
            board("weekly", new PeriodRule.AllTime(), Visibility.PUBLIC),
            board("secret", new PeriodRule.AllTime(), Visibility.PRIVATE)));
    FakeRanking ranking;
    BridgeGuard guard;
    String live;
    int port;

    @BeforeEach
    void prepare() {
        vertx.exceptionHandler(uncaught::add);
        Addresses.prepare(vertx.eventBus());
        Addresses.VIEWERS.consume(vertx.eventBus(), change -> {
            viewerMessages.incrementAndGet();
            viewers.merge(change.leaderboard(), change.change(), Integer::sum);
        });
        ranking = new FakeRanking(vertx, "weekly");
    }

    void start() {
        start(new LiveSettings(TOP, 10, 65_536, 2_000, 100), Duration.ofSeconds(30));
    }

    void start(LiveSettings settings, Duration stuck) {
        Supplier<Leaderboards> current = () -> leaderboards;
        guard = new BridgeGuard(
                settings,
                List.of("https://app.example.com"),
                current,
                bearer -> Future.failedFuture("nobody"),
                new SimpleMeterRegistry(),
                stuck);
        live = Await.result(
                vertx.deployVerticle(new LiveVerticle(settings, current, new SimpleMeterRegistry(), new TestClock())));
        Server[] servers = {new Server(), new Server()};
        AtomicInteger next = new AtomicInteger();
        Await.result(vertx.deployVerticle(
                () -> servers[next.getAndIncrement()], new DeploymentOptions().setInstances(servers.length)));
        port = servers[0].port;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : closing) {
            each.close();
        }
        // Then nothing is left of anybody, whatever the test did
        if (guard != null) {
            Await.until("no socket is left", () -> guard.sockets() == 0);
            Await.until("no viewer is left", () -> viewers.values().stream().allMatch(count -> count == 0));
        }
        Await.result(vertx.close());
        assertEquals(List.of(), uncaught);
    }

    TestViewer viewer(Transport transport) {
        TestViewer viewer = new TestViewer(vertx, port, transport);
        closing.add(viewer);
        return viewer;
    }

    static Leaderboard board(String id, PeriodRule period, Visibility visibility) {
        return new Leaderboard(
                id,
                id,
                Set.of("*"),
                Mode.SUM,
                Order.DESC,
                period,
                Zone.of(ZoneOffset.UTC),
                "",
                0,
                0,
                1_000_000,
                visibility);
    }

    /** An HTTP server as the program has it, with small socket buffers, so that a slow client shows soon. */
    private final class Server extends VerticleBase {
        private int port;

        @Override
        public Future<?> start() {
            Router router = Router.router(vertx);
            guard.mount(vertx, router);
            HttpServerOptions options = new HttpServerOptions()
                    .setSendBufferSize(8_192)
                    .setPerMessageWebSocketCompressionSupported(false)
                    .setPerFrameWebSocketCompressionSupported(false);
            return vertx.createHttpServer(options)
                    .requestHandler(router)
                    .connectionHandler(connection -> channels.add(((ConnectionBase) connection).channel()))
                    .listen(-1, "127.0.0.1")
                    .onSuccess(server -> port = server.actualPort());
        }
    }

    private final class TestClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
