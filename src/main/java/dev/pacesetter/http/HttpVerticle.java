package dev.pacesetter.http;

import dev.pacesetter.settings.HttpSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server. What it serves comes from its mounts: those that always work from the start, the rest as soon as it
 * {@linkplain #serve can be served}. One instance a node.
 */
public final class HttpVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);
    private static final int IDLE_SECONDS = 150;
    private static final int MAX_LINE = 4_096;
    /** Less than the ten that a process has to end in, and as the other parts need some, too. */
    private static final int GRACE_SECONDS = 6;

    private static final Pattern PARAMETER = Pattern.compile(":([A-Za-z]+)");
    private static final int MAX_FRAME = 65_536;
    /** What pages of other origins may read of an answer, besides what everybody may. */
    private static final Set<String> EXPOSED = Set.of(
            "Content-Disposition",
            "ETag",
            "Location",
            "Preference-Applied",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After");
    /** Until the rest is served: nothing that needs a store is there. */
    private static final Mount WAITING = (vertx, router) -> {
        for (String path : new String[] {"/api/*", "/eventbus/*"}) {
            router.route(path)
                    .handler(
                            context -> context.fail(Problem.storageUnavailable().exception()));
        }
    };

    private final HttpSettings settings;
    private final Connections connections;
    private final MeterRegistry meters;
    private final ProblemMeters problems;
    private final List<Mount> always;
    private final IntConsumer onListening;

    @SuppressWarnings("NullAway.Init") // made in start(), before anything else runs
    private volatile Router router;

    /** Of the router in use. */
    @SuppressWarnings("NullAway.Init") // made with it
    private volatile RequestMeters requests;

    private volatile List<Mount> rest = List.of();
    private @Nullable HttpServer server;
    private @Nullable Tls tls;

    /**
     * With what it serves from the start.
     *
     * @param connectionsPerAddress how many an address may have open; 0: no limit
     * @param addresses which of them that is for
     * @param meters of this node
     * @param always what needs no store
     * @param onListening hears the port it listens at: the system's choice when the setting is 0
     */
    public HttpVerticle(
            HttpSettings settings,
            int connectionsPerAddress,
            ClientAddresses addresses,
            List<Mount> always,
            MeterRegistry meters,
            IntConsumer onListening) {
        this.settings = settings;
        this.meters = meters;
        this.problems = new ProblemMeters(meters);
        this.connections = new Connections(
                settings.maxConnections(),
                connectionsPerAddress,
                settings.requestSeconds(),
                addresses,
                meters,
                problems);
        this.always = List.copyOf(always);
        this.onListening = onListening;
    }

    @Override
    public Future<?> start() {
        // A deflated frame would have to be made anew for every viewer; a slow or silent connection is let go in time.
        // No HTTP/2 in clear text: no browser speaks it, and where it is waited for, a connection that sends nothing is
        // not even counted; and an upgrade is a way around what a proxy before us checks.
        HttpServerOptions options = new HttpServerOptions()
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(MAX_FRAME)
                .setMaxWebSocketMessageSize(MAX_FRAME)
                .setTcpNoDelay(true)
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(settings.maxHeaderBytes())
                .setIdleTimeout(IDLE_SECONDS);
        router = router(List.of(WAITING));
        // Ends with the verticle.
        vertx.setPeriodic(1_000, second -> connections.tick());
        if (!settings.tls().isOn()) {
            return listen(options);
        }
        return Tls.open(vertx, settings.tls(), meters).compose(opened -> {
            tls = opened;
            opened.apply(options, connections::open);
            return listen(options).onSuccess(opened::follow);
        });
    }

    private Future<HttpServer> listen(HttpServerOptions options) {
        Unreadable unreadable = new Unreadable(problems, MAX_LINE, settings.maxHeaderBytes());
        return vertx.createHttpServer(options)
                .connectionHandler(connections::accept)
                .invalidRequestHandler(unreadable::answer)
                .requestHandler(request -> {
                    if (Malformed.hasGuessedLength(request)) {
                        unreadable.answer(request);
                    } else {
                        router.handle(request);
                    }
                })
                .listen(settings.port(), settings.host())
                .onSuccess(listening -> {
                    server = listening;
                    onListening.accept(listening.actualPort());
                });
    }

    /** Takes no connection and no request more, and lets those in hand be answered. */
    @Override
    public Future<?> stop() {
        always.forEach(Mount::unmount);
        rest.forEach(Mount::unmount);
        if (tls != null) {
            tls.close();
        }
        HttpServer listening = server;
        return listening == null ? Future.succeededFuture() : listening.shutdown(GRACE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Serves everything, from now on.
     *
     * @param rest what could not be served from the start
     * @return all routes, as {@code METHOD /path/{parameter}}, for comparing with the contract; {@code ANY} stands for all
     *     methods, {@code *} for whatever follows. As often as there are handlers for it
     */
    public Future<List<String>> serve(List<Mount> rest) {
        this.rest = List.copyOf(rest);
        Promise<List<String>> served = Promise.promise();
        context.runOnContext(go -> {
            try {
                router = router(rest);
                served.complete(routes(router));
            } catch (RuntimeException defect) {
                served.fail(defect);
            }
        });
        return served.future();
    }

    private Router router(List<Mount> first) {
        Router router = Router.router(vertx);
        router.route("/api/*").handler(this::time);
        router.route().handler(new SecurityHeaders(settings.tls().isOn()));
        router.route().handler(Malformed::checkTarget);
        if (!settings.allowedOrigins().isEmpty()) {
            // The bridge checks origins itself; pages are for all to read.
            CorsHandler cors = cors();
            router.route("/api/*").handler(context -> {
                // What is answered to one origin is not for caches to give to another.
                context.response().headers().set(HttpHeaders.VARY, HttpHeaders.ORIGIN);
                if (isOwnOrigin(context)) {
                    context.next();
                } else {
                    cors.handle(context);
                }
            });
        }
        Set<String> streamed =
                first.stream().flatMap(mount -> mount.streamed().stream()).collect(Collectors.toUnmodifiableSet());
        BodyHandler bodies = BodyHandler.create(false).setBodyLimit(settings.maxBodyBytes());
        router.route("/api/*").handler(context -> {
            if (streamed.contains(RouteTable.bare(context.normalizedPath()))) {
                StreamedBody.offer(
                        context, () -> connections.stream(context.request().connection()));
                context.next();
            } else {
                bodies.handle(context);
            }
        });
        first.forEach(mount -> mount.mount(vertx, router));
        always.forEach(mount -> mount.mount(vertx, router));
        RouteTable table = new RouteTable(router);
        requests = new RequestMeters(meters, table);
        router.route().failureHandler(context -> failed(table, context, context.statusCode()));
        for (int status : new int[] {400, 403, 404, 405, 413, 500}) {
            router.errorHandler(status, context -> failed(table, context, status));
        }
        return router;
    }

    private void time(RoutingContext context) {
        long sinceNanos = System.nanoTime();
        context.addEndHandler(end -> requests.ended(context, end, sinceNanos));
        context.next();
    }

    private static List<String> routes(Router router) {
        List<String> routes = new ArrayList<>();
        for (Route route : router.getRoutes()) {
            String name = route.getName();
            String path =
                    name == null ? "*" : PARAMETER.matcher(name).replaceAll("{$1}") + (route.isExactPath() ? "" : "*");
            Set<?> methods = route.methods() == null ? Set.of("ANY") : route.methods();
            methods.forEach(method -> routes.add(method + " " + path));
        }
        Collections.sort(routes);
        return List.copyOf(routes);
    }

    private CorsHandler cors() {
        CorsHandler cors = CorsHandler.create()
                .allowedMethods(
                        Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE))
                .allowedHeaders(Set.of("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Prefer"))
                .exposedHeaders(EXPOSED);
        settings.allowedOrigins().forEach(cors::addOrigin);
        return cors;
    }

    /** Browsers name the origin of our own pages, too, when they post. */
    private static boolean isOwnOrigin(RoutingContext context) {
        String origin = context.request().getHeader("Origin");
        String host = context.request().getHeader("Host");
        return origin == null || origin.replaceFirst("^https?://", "").equals(host);
    }

    private void failed(RouteTable table, RoutingContext context, int status) {
        Throwable failure = context.failure();
        if (failure instanceof HttpClosedException) {
            // Nobody is there to be answered, and nothing of ours is wrong.
            LOG.atDebug().addKeyValue("path", context.request().path()).log("A client went away");
            return;
        }
        Problem problem = failure instanceof ProblemException known ? known.problem() : problem(table, context, status);
        // The path as it came: one that cannot be decoded ends here, too.
        if (problem.status() >= 500 && !(failure instanceof ProblemException)) {
            LOG.atError()
                    .setCause(failure)
                    .addKeyValue("method", context.request().method())
                    .addKeyValue("path", context.request().path())
                    .log("A request failed");
        } else {
            LOG.atDebug()
                    .addKeyValue("problem", problem.slug())
                    .addKeyValue("path", context.request().path())
                    .log("A request was refused");
        }
        problems.count(problem);
        problem.send(context.response());
    }

    private Problem problem(RouteTable table, RoutingContext context, int status) {
        String method = context.request().method().name();
        if (Malformed.isNoHttp(context)) {
            return Problem.invalid("request", "is not HTTP: check the chunks of its body, or the handshake");
        }
        return switch (status) {
            case 403 -> Problem.forbidden("Pages of this origin may not call; see the setting http.allowedOrigins");
            case 404, 405 -> missing(table, context, method);
            case 413 -> Problem.bodyTooLarge(settings.maxBodyBytes());
            default ->
                status >= 400 && status < 500
                        ? Problem.invalid("request", "cannot be read: check the path, the query and the headers")
                        : Problem.internal();
        };
    }

    /** Files may be read from any path, so the router alone cannot tell a wrong method from a wrong path. */
    private static Problem missing(RouteTable table, RoutingContext context, String method) {
        Set<String> allowed = table.methods(context.normalizedPath());
        if (allowed.isEmpty() || allowed.contains(method)) {
            return Problem.notFound("Nothing answers " + method + " on this path; see /docs");
        }
        context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
        return Problem.methodNotAllowed(method);
    }
}
