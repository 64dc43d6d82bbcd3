package dev.pacesetter;

import dev.pacesetter.account.AccountVerticle;
import dev.pacesetter.account.Identity;
import dev.pacesetter.bus.Addresses;
import dev.pacesetter.demo.DemoVerticle;
import dev.pacesetter.embedded.EmbeddedSecrets;
import dev.pacesetter.embedded.EmbeddedStores;
import dev.pacesetter.export.Exports;
import dev.pacesetter.group.GroupRoutes;
import dev.pacesetter.group.GroupVerticle;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.ClientAddresses;
import dev.pacesetter.http.HealthMount;
import dev.pacesetter.http.HttpVerticle;
import dev.pacesetter.http.MetricsMount;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.SiteMount;
import dev.pacesetter.ingest.BestRoutes;
import dev.pacesetter.ingest.CorrectionRoutes;
import dev.pacesetter.ingest.HistoryRoutes;
import dev.pacesetter.ingest.PersistenceVerticle;
import dev.pacesetter.ingest.ScoreExportRoutes;
import dev.pacesetter.ingest.ScoreRoutes;
import dev.pacesetter.limit.LimitVerticle;
import dev.pacesetter.limit.Limits;
import dev.pacesetter.live.BridgeGuard;
import dev.pacesetter.live.LiveVerticle;
import dev.pacesetter.live.PersonalVerticle;
import dev.pacesetter.metrics.LoopDelay;
import dev.pacesetter.metrics.PoolUse;
import dev.pacesetter.metrics.ProcessMeters;
import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresRefusal;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.postgres.PostgresWait;
import dev.pacesetter.ranking.ActivityRoutes;
import dev.pacesetter.ranking.BoardExportRoutes;
import dev.pacesetter.ranking.CatalogVerticle;
import dev.pacesetter.ranking.LeaderboardAdminRoutes;
import dev.pacesetter.ranking.LeaderboardCatalog;
import dev.pacesetter.ranking.LeaderboardRoutes;
import dev.pacesetter.ranking.PeriodRoutes;
import dev.pacesetter.ranking.RankingVerticle;
import dev.pacesetter.ranking.SealVerticle;
import dev.pacesetter.settings.AuthSettings;
import dev.pacesetter.settings.PostgresSettings;
import dev.pacesetter.settings.RedisSettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node, put together: the only place that sees all its parts. */
public final class Pacesetter {

    private static final Logger LOG = LoggerFactory.getLogger(Pacesetter.class);
    private static final long LOAD_SECONDS = 5;

    private final Vertx vertx;
    private final Clock clock = Clock.systemUTC();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PostgresWait postgres;
    private final Undo undo = new Undo();

    private final Promise<Void> opened = Promise.promise();
    private final Promise<Void> serving = Promise.promise();
    private final Promise<Void> closed = Promise.promise();
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile int port;
    private volatile List<String> routes = List.of();

    private Pacesetter(Vertx vertx) {
        ProcessMeters process = new ProcessMeters(meters);
        undo.push(() -> {
            process.close();
            return Future.succeededFuture();
        });
        PoolUse.show(vertx, meters);
        this.vertx = vertx;
        this.postgres = new PostgresWait(vertx);
    }

    /**
     * Starts a node: its stores if they are embedded, HTTP with what needs no store, and then, as soon as PostgreSQL is
     * there, its verticles from the database upwards.
     *
     * @param vertx what it runs on; the caller closes it after the node
     * @param demo whether simulated athletes work out on it
     * @return completes when HTTP listens; fails when something it cannot do without is missing, and nothing is left
     *     running then
     */
    public static Future<Pacesetter> start(Vertx vertx, Settings settings, boolean demo) {
        Pacesetter node = new Pacesetter(vertx);
        return node.prepare(settings, demo).compose(node::listen).map(node).recover(failure -> {
            node.opened.fail(failure);
            return node.close().transform(done -> Future.failedFuture(failure));
        });
    }

    /**
     * Completes when everything is served, which takes a PostgreSQL that answers. Fails when that will never be, with the
     * node closed; with a {@link CancellationException} when it was closed before.
     */
    public Future<Void> serving() {
        return serving.future();
    }

    /** Where HTTP listens. */
    public int port() {
        return port;
    }

    /** What HTTP serves, as {@link HttpVerticle#serve} says it; empty until it serves everything. */
    public List<String> routes() {
        return routes;
    }

    /** Stops taking requests, finishes what is in hand, stops the rest. */
    public Future<Void> close() {
        if (closing.compareAndSet(false, true)) {
            postgres.stop();
            // What is being opened has to be there before it can be closed.
            opened.future().transform(done -> undo.run()).onComplete(closed);
        }
        return closed.future();
    }

    private Future<Plan> prepare(Settings settings, boolean demo) {
        return vertx.executeBlocking(() -> {
            boolean embeds =
                    settings.postgres().isEmbedded() || settings.redis().isEmbedded();
            return Plan.of(embeds ? embedded(settings) : settings, demo);
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

    private Future<Void> listen(Plan plan) {
        Addresses.prepare(vertx.eventBus());
        List<Mount> always =
                List.of(new HealthMount(() -> !routes.isEmpty()), new MetricsMount(meters), new SiteMount());
        Settings settings = plan.settings();
        ClientAddresses addresses = new ClientAddresses(
                settings.http().trustedProxies(), settings.limits().exemptAddresses());
        List<String> both = addresses.exemptProxies();
        if (!both.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("addresses", both)
                    .log(
                            "limits.exemptAddresses and http.trustedProxies share addresses, which are not exempt: what comes"
                                    + " from a proxy may be anybody's. Take them off one of the two");
        }
        HttpVerticle http = new HttpVerticle(
                settings.http(),
                settings.limits().connectionsPerAddress(),
                addresses,
                always,
                meters,
                listening -> port = listening);
        return vertx.deployVerticle(http)
                .onSuccess(id -> {
                    Supplier<Future<?>> stop = () -> vertx.undeploy(id);
                    undo.push(stop);
                    open(plan, http, addresses, stop);
                })
                .mapEmpty();
    }

    private void open(Plan plan, HttpVerticle http, ClientAddresses addresses, Supplier<Future<?>> stopHttp) {
        PostgresSettings settings = plan.settings().postgres();
        Pool pool = plan.servers().pool(vertx, settings.poolSize(), settings.maxWaiting());
        undo.push(pool::close);
        Gauge.builder("pacesetter.postgres.pool.size", pool, Pool::size)
                .description("Pooled connections to PostgreSQL, in use and idle")
                .register(meters);
        LeaderboardCatalog catalog = new LeaderboardCatalog(pool);
        Limits limits = new Limits(vertx, plan.settings().limits(), addresses, meters, System::nanoTime);
        postgres.until(() -> database(plan, pool, catalog), Identity::close)
                .onSuccess(identity -> undo.push(identity::close))
                .compose(identity -> deploy(
                                new LimitVerticle(limits, plan.settings().redis()))
                        .compose(done -> verticles(plan, pool, catalog))
                        .compose(done -> http.serve(mounts(plan, pool, catalog, identity, limits, addresses))))
                .compose(all -> {
                    // A request in hand needs what has come since HTTP listens: let it end first.
                    undo.push(stopHttp);
                    routes = all;
                    return plan.demo() ? demo(plan.settings()) : Future.<Void>succeededFuture();
                })
                .onComplete(opened)
                .onSuccess(serving::complete)
                .onFailure(failure -> close().onComplete(done -> serving.fail(PostgresRefusal.explain(failure))));
    }

    /** The schema up to date, and what a start reads. */
    private Future<Identity> database(Plan plan, Pool pool, LeaderboardCatalog catalog) {
        return plan.servers()
                .writable(vertx)
                .compose(server -> vertx.executeBlocking(() -> migrate(server), false))
                .compose(migrated -> catalog.load(plan.seeds()).timeout(LOAD_SECONDS, TimeUnit.SECONDS))
                .compose(loaded -> Identity.open(vertx, pool, plan.settings().auth(), clock));
    }

    private @Nullable Void migrate(PostgresServers server) {
        if (postgres.isStopped()) {
            throw new CancellationException("stopped before the migration");
        }
        Migrations.apply(server);
        return null;
    }

    /** On every event loop. */
    private Future<Void> measureLoops() {
        return vertx.deployVerticle(
                        () -> new LoopDelay(meters),
                        new DeploymentOptions().setInstances(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE))
                .onSuccess(id -> undo.push(() -> vertx.undeploy(id)))
                .mapEmpty();
    }

    private Future<Void> verticles(Plan plan, Pool pool, LeaderboardCatalog catalog) {
        Settings settings = plan.settings();
        return measureLoops()
                .compose(done -> deploy(new AccountVerticle(pool)))
                .compose(done -> deploy(new RankingVerticle(
                        pool,
                        plan.servers(),
                        catalog,
                        settings.redis(),
                        settings.ranking(),
                        settings.groups(),
                        meters,
                        clock)))
                .compose(done -> deploy(new GroupVerticle(pool, settings.groups())))
                .compose(done -> deploy(new PersistenceVerticle(plan.servers(), settings.ingest(), meters)))
                .compose(done -> deploy(new CatalogVerticle(catalog)))
                .compose(done -> deploy(new SealVerticle(
                        pool, catalog, Duration.ofDays(settings.ingest().maxAgeDays()), clock)))
                .compose(done -> deploy(new LiveVerticle(settings.live(), catalog, meters, clock)))
                .compose(done -> deploy(new PersonalVerticle(settings.live(), catalog, clock)));
    }

    private List<Mount> mounts(
            Plan plan,
            Pool pool,
            LeaderboardCatalog catalog,
            Identity identity,
            Limits limits,
            ClientAddresses addresses) {
        Settings settings = plan.settings();
        Auth auth = new Auth(identity, limits);
        List<Mount> mounts = new ArrayList<>();
        // Routes are tried in their order, by patterns: those that are called most come first.
        mounts.add(new ScoreRoutes(auth, catalog, settings.ingest(), clock));
        mounts.add(new LeaderboardRoutes(auth, catalog, clock));
        mounts.addAll(identity.mounts(auth, limits));
        Exports exports = new Exports(
                auth,
                settings.http().maxExports(),
                settings.http().maxExportsPerUser(),
                settings.http().maxExportsPerKey(),
                () -> plan.servers().connect(vertx));
        // Before what takes any word behind /scores/ for an id.
        mounts.add(new ScoreExportRoutes(auth, pool, exports));
        mounts.add(new HistoryRoutes(auth, pool));
        mounts.add(new BestRoutes(auth, pool));
        mounts.add(new CorrectionRoutes(auth, pool, catalog, settings.ingest(), clock));
        mounts.add(new LeaderboardAdminRoutes(auth, catalog, clock));
        mounts.add(new ActivityRoutes(auth, catalog));
        mounts.add(new GroupRoutes(auth, pool, settings.groups()));
        mounts.add(new PeriodRoutes(auth, pool, catalog, clock));
        mounts.add(new BoardExportRoutes(auth, catalog, exports, clock));
        BridgeGuard bridge = new BridgeGuard(
                settings.live(), settings.http().allowedOrigins(), catalog, identity, limits, addresses, clock, meters);
        Gauge.builder("pacesetter.live.sockets", bridge, BridgeGuard::sockets)
                .description("Open sockets of viewers")
                .register(meters);
        mounts.add(bridge);
        return mounts;
    }

    private Future<Void> demo(Settings settings) {
        String key = Objects.requireNonNull(settings.auth().adminKey());
        return deploy(new DemoVerticle(
                settings.http().host(), port(), settings.http().tls().isOn(), key, new Random()));
    }

    private Future<Void> deploy(Deployable verticle) {
        return vertx.deployVerticle(verticle)
                .onSuccess(id -> undo.push(() -> vertx.undeploy(id)))
                .mapEmpty();
    }
}
