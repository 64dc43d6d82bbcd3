package dev.pacesetter.support;

import dev.pacesetter.Pacesetter;
import dev.pacesetter.Settings;
import dev.pacesetter.metrics.PoolUse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A node in this JVM, on real stores, on a port of its own. */
public final class App implements AutoCloseable {

    /** The admin key of every test node. */
    public static final String ADMIN_KEY = "ps_admin_only-for-tests-0123456789";

    private final Vertx vertx;
    private final Pacesetter node;

    private App(Vertx vertx, Pacesetter node) {
        this.vertx = vertx;
        this.node = node;
    }

    /** Starts one; returns when it is ready. */
    public static App start(String databaseUri, String redisUri) {
        return start(databaseUri, redisUri, new JsonObject());
    }

    /** Starts one with further settings, by their paths ({@code live.topN}). */
    public static App start(String databaseUri, String redisUri, JsonObject more) {
        App app = launch(databaseUri, redisUri, more);
        Await.until("ready", () -> app.api().get("/health/ready", null).status() == 200);
        return app;
    }

    /** Starts one; returns when it listens, which it does without its stores. */
    public static App launch(String databaseUri, String redisUri, JsonObject more) {
        JsonObject settings = new JsonObject();
        set(settings, "http.port", 0);
        set(settings, "postgres.uri", databaseUri);
        set(settings, "redis.uri", redisUri);
        set(settings, "auth.adminKey", ADMIN_KEY);
        // Hashing as it should be would make every sign-up slow; PasswordsTest covers the real thing.
        set(settings, "auth.argon2.memoryKiB", 1024);
        set(settings, "auth.argon2.iterations", 1);
        more.forEach(one -> set(settings, one.getKey(), one.getValue()));
        Vertx vertx = PoolUse.vertx(new VertxOptions());
        return new App(vertx, Await.result(Pacesetter.start(vertx, Settings.parse(settings), false)));
    }

    private static void set(JsonObject settings, String path, Object value) {
        String[] names = path.split("\\.", -1);
        JsonObject section = settings;
        for (int i = 0; i < names.length - 1; i++) {
            if (!section.containsKey(names[i])) {
                section.put(names[i], new JsonObject());
            }
            section = section.getJsonObject(names[i]);
        }
        section.put(names[names.length - 1], value);
    }

    /** {@code http://127.0.0.1:port}. */
    public String base() {
        return "http://127.0.0.1:" + node.port();
    }

    /** All routes, as {@code METHOD /path/{parameter}}, those without a method or a whole path included. */
    public List<String> allRoutes() {
        return node.routes();
    }

    /** The routes of single paths and methods, as {@code METHOD /path/{parameter}}. */
    public Set<String> routes() {
        return node.routes().stream()
                .filter(route -> !route.startsWith("ANY ") && !route.contains("*"))
                .collect(Collectors.toSet());
    }

    /** Whether it got as far as serving everything; fails when it never will. */
    public Future<Void> serving() {
        return node.serving();
    }

    public int port() {
        return node.port();
    }

    /** What its verticles say to each other. */
    public EventBus eventBus() {
        return vertx.eventBus();
    }

    public Api api() {
        return new Api(base());
    }

    /** A fresh ingest key. */
    public String ingestKey() {
        return api().post("/api/v1/keys", ADMIN_KEY, new JsonObject(Map.of("role", "ingest", "label", "test")))
                .json()
                .getString("key");
    }

    @Override
    public void close() {
        Await.result(node.close());
        Await.closed(vertx);
    }
}
