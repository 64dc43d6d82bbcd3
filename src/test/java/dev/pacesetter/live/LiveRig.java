package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.domain.Group;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboard.Visibility;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.domain.Zone;
import dev.pacesetter.http.ClientAddresses;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.limit.Limits;
import dev.pacesetter.live.TestViewer.Transport;
import dev.pacesetter.settings.LimitSettings;
import dev.pacesetter.settings.LiveSettings;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final SimpleMeterRegistry guardMeters = new SimpleMeterRegistry();
    final List<Channel> channels = Collections.synchronizedList(new ArrayList<>());
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final List<Object> held = new ArrayList<>();
    volatile Instant now = SUNDAY_NIGHT;
    /** Who is known, by token or key. */
    final Map<String, Principal> tokens = new ConcurrentHashMap<>();
    /** Answers of their own, by token. */
    final Map<String, Future<Principal>> slow = new ConcurrentHashMap<>();

    final AtomicInteger asked = new AtomicInteger();
    /** Small, so that a slow client shows soon. */
    static final int SMALL = 8_192;

    int sendBufferBytes = SMALL;
    int messagesPerSecond = 10;
    int maxSockets = 100;
    int maxSocketsPerAddress = 100;
    int maxRegistrations = 20;
    int maxFrameBytes = 8_192;
    int framesPerSecond = 10;
    /** Nobody is limited unless a test says so. */
    LimitSettings limits = new LimitSettings(0, 1, 0, 1, 0, 1, 0, 0, 0, 0, List.of(), 1_000);

    List<String> trusted = List.of("127.0.0.1");
    List<String> exempt = List.of("192.0.2.99");
    Duration stuck = Duration.ofSeconds(30);
    Duration recheck = Duration.ofMinutes(1);
    Duration ping = Duration.ofMinutes(2);
    volatile Leaderboards leaderboards = new Leaderboards(List.of(
            board("weekly", new PeriodRule.AllTime(), Visibility.PUBLIC),
            board("secret", new PeriodRule.AllTime(), Visibility.PRIVATE)));
    FakeRanking ranking;
    BridgeGuard guard;
    String live;
    int port;

    /** What is logged as an error, which nothing that clients do may be. */
    private final ErrorLog errors = ErrorLog.open();

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
        start(new LiveSettings(
                TOP,
                messagesPerSecond,
                65_536,
                sendBufferBytes,
                2_000,
                1_000,
                maxSockets,
                maxSocketsPerAddress,
                maxRegistrations,
                maxFrameBytes,
                framesPerSecond));
    }

    void start(LiveSettings settings) {
        Supplier<Leaderboards> current = () -> leaderboards;
        ClientAddresses addresses = new ClientAddresses(trusted, exempt);
        guard = new BridgeGuard(
                settings,
                List.of("https://app.example.com"),
                current,
                this::authenticate,
                new Limits(vertx, limits, addresses, guardMeters, System::nanoTime),
                addresses,
                new TestClock(),
                guardMeters,
                stuck,
                recheck,
                ping);
        live = Await.result(vertx.deployVerticle(new LiveVerticle(settings, current, meters, new TestClock())));
        Server[] servers = {new Server(), new Server()};
        AtomicInteger next = new AtomicInteger();
        Await.result(vertx.deployVerticle(
                () -> servers[next.getAndIncrement()], new DeploymentOptions().setInstances(servers.length)));
        port = servers[0].port;
    }

    /** Holds on to a client until the test ends: Vert.x closes the connections of one that is found by the garbage collector. */
    final <T> T held(T client) {
        held.add(client);
        return client;
    }

    private Future<Principal> authenticate(String bearer) {
        asked.incrementAndGet();
        if (slow.containsKey(bearer)) {
            return slow.get(bearer);
        }
        Principal known = tokens.get(bearer);
        boolean holds = known != null && !(known instanceof Principal.User user && !now.isBefore(user.until()));
        return holds
                ? Future.succeededFuture(known)
                : Future.failedFuture(Problem.unauthenticated("no such token").exception());
    }

    /** How many sockets were closed from this side, and why. */
    double closed(String reason) {
        return guardMeters
                .get("pacesetter.live.closed")
                .tag("reason", reason)
                .counter()
                .count();
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
        errors.close();
        assertEquals(List.of(), errors.errors());
        assertEquals(List.of(), uncaught);
    }

    TestViewer viewer(Transport transport) {
        return viewer(transport, null);
    }

    /** From behind a proxy that names this address. */
    TestViewer viewer(Transport transport, @Nullable String from) {
        TestViewer viewer = new TestViewer(vertx, port, transport, from);
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

    /** Of users a and b. */
    static Group group(String id, boolean isPublic) {
        return new Group(id, id, null, isPublic, false, 2, 1, List.of("a", "b"));
    }

    /** An HTTP server as the program has it. */
    private final class Server extends VerticleBase {
        private int port;

        @Override
        public Future<?> start() {
            Router router = Router.router(vertx);
            guard.mount(vertx, router);
            router.route().failureHandler(context -> {
                Problem problem = context.failure() instanceof ProblemException known
                        ? known.problem()
                        : context.statusCode() == 413 ? Problem.bodyTooLarge(0) : Problem.internal();
                context.response().setStatusCode(problem.status()).end(problem.slug());
            });
            HttpServerOptions options = new HttpServerOptions()
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
