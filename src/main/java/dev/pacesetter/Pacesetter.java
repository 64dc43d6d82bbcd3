package dev.pacesetter;

import dev.pacesetter.account.AccountVerticle;
import dev.pacesetter.account.Identity;
import dev.pacesetter.bus.Addresses;
import dev.pacesetter.demo.DemoVerticle;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.embedded.EmbeddedSecrets;
import dev.pacesetter.embedded.EmbeddedStores;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.HealthMount;
import dev.pacesetter.http.HttpVerticle;
import dev.pacesetter.http.MetricsMount;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.SiteMount;
import dev.pacesetter.ingest.PersistenceVerticle;
import dev.pacesetter.ingest.ScoreRoutes;
import dev.pacesetter.live.BridgeGuard;
import dev.pacesetter.live.LiveVerticle;
import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.ranking.LeaderboardCatalog;
import dev.pacesetter.ranking.LeaderboardRoutes;
import dev.pacesetter.ranking.LeaderboardSeeds;
import dev.pacesetter.ranking.RankingVerticle;
import dev.pacesetter.settings.AuthSettings;
import dev.pacesetter.settings.PostgresSettings;
import dev.pacesetter.settings.RedisSettings;
import dev.pacesetter.settings.Resources;
import dev.pacesetter.settings.SettingsException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node, put together: the only place that sees all its parts. */
public final class Pacesetter {

    private static final Logger LOG = LoggerFactory.getLogger(Pacesetter.class);

    private final Vertx vertx;
    private final Clock clock = Clock.systemUTC();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    /** What to undo at the end, the last first. */
    private final Deque<Supplier<Future<?>>> undo = new ArrayDeque<>();

    private volatile HttpVerticle.Listening listening = new HttpVerticle.Listening(0, Set.of());

    private Pacesetter(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Starts a node: its stores if they are embedded, its verticles from the database upwards, HTTP last.
     *
     * @param vertx what it runs on; the caller closes it after the node
     * @param demo whether simulated athletes work out on it
     * @return fails when something it cannot do without is missing; nothing is left running then
     */
    public static Future<Pacesetter> start(Vertx vertx, Settings settings, boolean demo) {
        Pacesetter node = new Pacesetter(vertx);
        return node.stores(settings)
                .compose(ready -> node.verticles(ready, demo))
                .map(node)
                .recover(failure -> node.close().transform(closed -> Future.failedFuture(failure)));
    }

    /** Where HTTP listens. */
    public int port() {
        return listening.port();
    }

    /** What HTTP serves, as {@code METHOD /path/{parameter}}. */
    public Set<String> routes() {
        return listening.routes();
    }

    /** Stops taking requests, finishes what is in hand, stops the rest. */
    public Future<Void> close() {
        Supplier<Future<?>> last = undo.poll();
        if (last == null) {
            return Future.succeededFuture();
        }
        return last.get().transform(done -> {
            if (done.failed()) {
                LOG.atWarn().setCause(done.cause()).log("Something did not stop in order");
            }
            return close();
        });
    }

    /** The settings with the URIs of what was started, and the schema up to date. */
    private Future<Settings> stores(Settings settings) {
        return vertx.executeBlocking(() -> {
            Settings ready = settings;
            if (settings.postgres().isEmbedded() || settings.redis().isEmbedded()) {
                ready = embedded(settings);
            }
            Migrations.apply(new PostgresServers(ready.postgres().uris()));
            return ready;
        });
    }

    private Settings embedded(Settings settings) {
        Path data = settings.data().dir();
        EmbeddedStores stores = EmbeddedStores.start(
                data, settings.postgres().isEmbedded(), settings.redis().isEmbedded());
        undo.push(() -> vertx.executeBlocking(() -> {
            stores.close();
            return null;
        }));
        PostgresSettings postgres =
                stores.postgresUri().map(settings.postgres()::withUri).orElse(settings.postgres());
        RedisSettings redis = stores.redisUri().map(settings.redis()::withUri).orElse(settings.redis());
        LOG.atInfo()
                .addKeyValue("postgres", postgres.shownUris())
                .addKeyValue("redis", redis.shownUris())
                .log("Embedded stores are running");
        AuthSettings auth = settings.auth();
        if (auth.adminKey() == null && settings.postgres().isEmbedded()) {
            EmbeddedSecrets.AdminKey key = EmbeddedSecrets.adminKey(data);
            auth = auth.withAdminKey(key.key());
            if (key.isNew()) {
                LOG.info("Made an admin key, kept in {}: {}", data.resolve("admin.key"), key.key());
            }
        }
        return settings.with(postgres, redis, auth);
    }

    private Future<Void> verticles(Settings settings, boolean demo) {
        Addresses.prepare(vertx.eventBus());
        PostgresServers servers = new PostgresServers(settings.postgres().uris());
        Pool pool = servers.pool(
                vertx, settings.postgres().poolSize(), settings.postgres().maxWaiting());
        undo.push(pool::close);
        LeaderboardCatalog catalog = new LeaderboardCatalog(pool);
        return catalog.load(seeds(settings))
                .compose(loaded -> Identity.open(vertx, pool, settings.auth(), clock))
                .onSuccess(identity -> undo.push(identity::close))
                .compose(identity -> deploy(new AccountVerticle(pool))
                        .compose(done -> deploy(new RankingVerticle(
                                pool, catalog, settings.redis(), settings.ranking(), meters, clock)))
                        .compose(done -> deploy(new PersistenceVerticle(servers, settings.ingest())))
                        .compose(done -> deploy(new LiveVerticle(settings.live(), catalog, clock)))
                        .compose(done -> deploy(new HttpVerticle(
                                settings.http(), mounts(settings, catalog, identity), server -> listening = server))))
                .compose(done -> demo ? demo(settings) : Future.succeededFuture());
    }

    private List<Mount> mounts(Settings settings, LeaderboardCatalog catalog, Identity identity) {
        Auth auth = new Auth(identity);
        List<Mount> mounts = new ArrayList<>(identity.mounts(auth));
        mounts.add(new ScoreRoutes(auth, catalog, settings.ingest(), clock));
        mounts.add(new LeaderboardRoutes(auth, catalog, clock));
        mounts.add(new BridgeGuard(settings.live(), settings.http().allowedOrigins(), catalog));
        mounts.add(new HealthMount());
        mounts.add(new MetricsMount(meters));
        mounts.add(new SiteMount());
        return mounts;
    }

    private Future<Void> demo(Settings settings) {
        String key = settings.auth().adminKey();
        if (key == null) {
            return Future.failedFuture(new SettingsException(List.of("--demo needs auth.adminKey to be set")));
        }
        return deploy(new DemoVerticle(settings.http().host(), port(), key, new Random()));
    }

    private Future<Void> deploy(Deployable verticle) {
        return vertx.deployVerticle(verticle)
                .onSuccess(id -> undo.push(() -> vertx.undeploy(id)))
                .mapEmpty();
    }

    /** The operator's own file, or the one that comes along. */
    private static List<Leaderboard> seeds(Settings settings) {
        Path file = Path.of(settings.leaderboards());
        String json = text(file);
        try {
            return LeaderboardSeeds.parse(json == null ? Resources.text(settings.leaderboards()) : json);
        } catch (IllegalArgumentException | IllegalStateException wrong) {
            throw new SettingsException(List.of(settings.leaderboards() + ": " + wrong.getMessage()));
        }
    }

    private static @Nullable String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : null;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
