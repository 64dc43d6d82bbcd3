package dev.pacesetter.http;

import dev.pacesetter.settings.HttpSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server. What it serves comes from its mounts. */
public final class HttpVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);
    private static final int IDLE_SECONDS = 150;
    private static final Pattern PARAMETER = Pattern.compile(":([A-Za-z]+)");
    private static final int MAX_FRAME = 65_536;
    private static final String POLICY = "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; "
            + "style-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    /**
     * A server that takes requests.
     *
     * @param port the system's choice when the setting is 0
     * @param routes as {@code METHOD /path/{parameter}}, for comparing with the contract
     */
    public record Listening(int port, Set<String> routes) {}

    private final HttpSettings settings;
    private final List<Mount> mounts;
    private final Consumer<Listening> onListening;

    /**
     * With what it serves.
     *
     * @param onListening hears where it listens and what it serves
     */
    public HttpVerticle(HttpSettings settings, List<Mount> mounts, Consumer<Listening> onListening) {
        this.settings = settings;
        this.mounts = List.copyOf(mounts);
        this.onListening = onListening;
    }

    @Override
    public Future<?> start() {
        // A deflated frame would have to be made anew for every viewer; a slow or silent connection is let go in time.
        HttpServerOptions options = new HttpServerOptions()
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(MAX_FRAME)
                .setMaxWebSocketMessageSize(MAX_FRAME)
                .setTcpNoDelay(true)
                .setIdleTimeout(IDLE_SECONDS);
        Router router = router();
        return vertx.createHttpServer(options)
                .requestHandler(router)
                .listen(settings.port(), settings.host())
                .onSuccess(server -> onListening.accept(new Listening(server.actualPort(), routes(router))));
    }

    private Router router() {
        Router router = Router.router(vertx);
        router.route().handler(HttpVerticle::protect);
        if (!settings.allowedOrigins().isEmpty()) {
            // The bridge checks origins itself; pages are for all to read.
            CorsHandler cors = cors();
            router.route("/api/*").handler(context -> {
                if (isOwnOrigin(context)) {
                    context.next();
                } else {
                    cors.handle(context);
                }
            });
        }
        router.route("/api/*").handler(BodyHandler.create(false).setBodyLimit(settings.maxBodyBytes()));
        mounts.forEach(mount -> mount.mount(vertx, router));
        router.route().failureHandler(this::failed);
        for (int status : new int[] {400, 403, 404, 405, 413}) {
            router.errorHandler(status, this::failed);
        }
        router.errorHandler(500, this::failed);
        return router;
    }

    private static Set<String> routes(Router router) {
        Set<String> routes = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            Set<HttpMethod> methods = route.methods();
            if (methods != null && route.getName() != null) {
                methods.forEach(method -> routes.add(
                        method + " " + PARAMETER.matcher(route.getName()).replaceAll("{$1}")));
            }
        }
        return routes;
    }

    private CorsHandler cors() {
        CorsHandler cors = CorsHandler.create()
                .allowedMethods(
                        Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE))
                .allowedHeaders(Set.of("Authorization", "Content-Type", "Idempotency-Key", "Prefer"));
        settings.allowedOrigins().forEach(cors::addOrigin);
        return cors;
    }

    /** Browsers name the origin of our own pages, too, when they post. */
    private static boolean isOwnOrigin(RoutingContext context) {
        String origin = context.request().getHeader("Origin");
        String host = context.request().getHeader("Host");
        return origin == null || origin.replaceFirst("^https?://", "").equals(host);
    }

    private static void protect(RoutingContext context) {
        context.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer");
        context.next();
    }

    private void failed(RoutingContext context) {
        Throwable failure = context.failure();
        Problem problem =
                failure instanceof ProblemException known ? known.problem() : problem(context, context.statusCode());
        if (problem.status() >= 500 && !(failure instanceof ProblemException)) {
            LOG.atError()
                    .setCause(failure)
                    .addKeyValue("method", context.request().method())
                    .addKeyValue("path", context.normalizedPath())
                    .log("A request failed");
        } else {
            LOG.atDebug()
                    .addKeyValue("problem", problem.slug())
                    .addKeyValue("path", context.normalizedPath())
                    .log("A request was refused");
        }
        problem.send(context.response());
    }

    private Problem problem(RoutingContext context, int status) {
        return switch (status) {
            case 400 -> Problem.invalid("request", "cannot be read: check the path and the headers");
            case 403 -> Problem.forbidden("Pages of this origin may not call; see the setting http.allowedOrigins");
            case 404 -> Problem.notFound("Nothing is at " + context.request().method() + " this path; see /docs");
            case 405 -> Problem.methodNotAllowed(context.request().method().name());
            case 413 -> Problem.bodyTooLarge(settings.maxBodyBytes());
            default -> Problem.internal();
        };
    }
}
