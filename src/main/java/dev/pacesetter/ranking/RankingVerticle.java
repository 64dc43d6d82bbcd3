package dev.pacesetter.ranking;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.AccessRevoked;
import dev.pacesetter.bus.BusMessage.BoardChanged;
import dev.pacesetter.bus.BusMessage.Done;
import dev.pacesetter.bus.BusMessage.DoneReply;
import dev.pacesetter.bus.BusMessage.FindGroup;
import dev.pacesetter.bus.BusMessage.GroupEdited;
import dev.pacesetter.bus.BusMessage.Health;
import dev.pacesetter.bus.BusMessage.LookUpNames;
import dev.pacesetter.bus.BusMessage.NameStale;
import dev.pacesetter.bus.BusMessage.Names;
import dev.pacesetter.bus.BusMessage.NamesDoubted;
import dev.pacesetter.bus.BusMessage.RankingDown;
import dev.pacesetter.bus.BusMessage.Rebuild;
import dev.pacesetter.bus.BusMessage.RebuildReply;
import dev.pacesetter.bus.BusMessage.RebuildStarted;
import dev.pacesetter.bus.BusMessage.RevokeAccess;
import dev.pacesetter.bus.BusMessage.Standings;
import dev.pacesetter.bus.BusMessage.UnknownLeaderboard;
import dev.pacesetter.bus.BusMessage.UserRenamed;
import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.http.Principal;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.redis.RedisLink;
import dev.pacesetter.settings.GroupSettings;
import dev.pacesetter.settings.RankingSettings;
import dev.pacesetter.settings.RedisSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps Redis equal to what PostgreSQL holds, and answers from it. One a node. */
public final class RankingVerticle extends VerticleBase implements RedisLink.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(RankingVerticle.class);
    private static final long AUDIT_MILLIS = 1_000;
    private static final long MEASURE_MILLIS = 1_000;
    private static final long DESK_MILLIS = 100;
    private static final long MAX_CLEAN_MILLIS = 30_000;
    private static final long READ_PATIENCE_MILLIS = 2_000;

    private final Pool pool;
    private final PostgresServers servers;
    private final Supplier<Leaderboards> leaderboards;
    private final RedisSettings redisSettings;
    private final RankingSettings settings;
    private final GroupSettings groupSettings;
    private final MeterRegistry meters;
    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // made in start(), before anything else runs
    private RedisLink link;

    /** Which node speaks, in signals that are for the others. */
    private final String node = UUID.randomUUID().toString();

    @SuppressWarnings("NullAway.Init")
    private RankingStore store;

    @SuppressWarnings("NullAway.Init")
    private Rankings rankings;

    @SuppressWarnings("NullAway.Init")
    private GroupRankings groups;

    @SuppressWarnings("NullAway.Init")
    private FilledPeriods filled;

    @SuppressWarnings("NullAway.Init")
    private Renames renames;

    @SuppressWarnings("NullAway.Init")
    private OutboxJanitor janitor;

    @SuppressWarnings("NullAway.Init")
    private Auditor auditor;

    @SuppressWarnings("NullAway.Init")
    private Snapshot snapshot;

    private boolean measuring;

    /**
     * With what it keeps in step.
     *
     * @param pool to the database; used for catching up and housekeeping
     * @param servers the same; for connections of its own, to rebuild and correct by
     */
    public RankingVerticle(
            Pool pool,
            PostgresServers servers,
            Supplier<Leaderboards> leaderboards,
            RedisSettings redisSettings,
            RankingSettings settings,
            GroupSettings groupSettings,
            MeterRegistry meters,
            Clock clock) {
        this.pool = pool;
        this.servers = servers;
        this.leaderboards = leaderboards;
        this.redisSettings = redisSettings;
        this.settings = settings;
        this.groupSettings = groupSettings;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        EventBus bus = vertx.eventBus();
        link = new RedisLink(
                vertx, redisSettings, this, RankingStore.CHANGED, RankingStore.RENAMED, RankingStore.REVOKED);
        RankingMeters measured = new RankingMeters(meters, bus);
        Function<Request, Future<Response>> redis = request -> measured.timed(link.send(request));
        store = new RankingStore(redis);
        DirtyEntries dirty = new DirtyEntries(redis);
        OutboxStore outbox = new OutboxStore(pool);
        snapshot = new Snapshot(() -> servers.connect(vertx));
        StandingsDesk desk = new StandingsDesk(TimeUnit.MILLISECONDS.toNanos(settings.standingTimeoutMs()));
        filled = new FilledPeriods(pool);
        groups = new GroupRankings(vertx, redis, groupSettings);
        RankingReads reads = new RankingReads(
                leaderboards,
                store,
                groups,
                id -> Addresses.FIND_GROUP.ask(bus, new FindGroup(id)),
                this::isFilled,
                board -> rankings.trusted(board),
                this::names,
                clock,
                READ_PATIENCE_MILLIS);
        rankings = new Rankings(
                vertx,
                leaderboards,
                store,
                dirty,
                outbox,
                snapshot,
                desk,
                reads::standing,
                board -> changed(board.leaderboard().id(), board.period().label()),
                (board, users) -> auditor.drifted(board, users),
                measured,
                clock,
                settings);
        AuditPace pace = new AuditPace(settings.auditPerSecond(), settings.auditPercent());
        auditor = new Auditor(() -> rankings.boards(), store, dirty, pool, pace, System::nanoTime, meters);
        janitor = new OutboxJanitor(outbox, store, rankings, settings.outboxRetentionSeconds());

        renames = new Renames(this::tellOfRenaming, settings.maxPending());

        Addresses.COMMITTED.consume(bus, rankings::committed);
        Addresses.AWAIT_STANDINGS.answer(bus, ask -> desk.collect(ask.scoreId()).map(Standings::new));
        Addresses.CURRENT_STANDINGS.answer(bus, ask -> reads.standings(ask.score()));
        Addresses.PAGE.answer(bus, reads::page);
        Addresses.ENTRY.answer(bus, reads::entry);
        Addresses.REBUILD.answer(bus, this::rebuild);
        Addresses.RANK_GROUP.answer(bus, this::regroup);
        Addresses.LEADERBOARDS_CHANGED.consume(bus, changed -> rankings.redefined());
        Addresses.USER_RENAMED.consume(bus, this::renamed);
        Addresses.REVOKE_ACCESS.consume(bus, this::revoked);
        Addresses.RANKING_HEALTH.answer(bus, check -> Future.succeededFuture(health()));

        vertx.setPeriodic(DESK_MILLIS, id -> desk.expire(System.nanoTime()));
        vertx.setPeriodic(settings.pollMs(), id -> everySecond());
        vertx.setPeriodic(AUDIT_MILLIS, id -> audit());
        vertx.setPeriodic(MEASURE_MILLIS, id -> measure(measured, outbox));
        long cleanMillis = Math.min(MAX_CLEAN_MILLIS, settings.outboxRetentionSeconds() * 500L);
        vertx.setPeriodic(cleanMillis, id -> janitor.clean().onFailure(failure -> complain("cleaning", failure)));
        link.open();
        return Future.succeededFuture();
    }

    private void audit() {
        if (link.isUp()) {
            auditor.look().onFailure(failure -> complain("auditing", failure));
        }
    }

    /** What PostgreSQL does not tell stays as it was last. */
    private void measure(RankingMeters measured, OutboxStore outbox) {
        measured.count(rankings);
        if (!measuring) {
            measuring = true;
            outbox.backlog().onSuccess(measured::outbox).onComplete(done -> measuring = false);
        }
    }

    private void everySecond() {
        rankings.poll().onFailure(failure -> complain("polling", failure));
        rankings.sweep().onFailure(failure -> complain("sweeping", failure));
        rankings.report().onFailure(failure -> complain("reporting", failure));
    }

    private static void complain(String what, Throwable failure) {
        LOG.atWarn()
                .addKeyValue("what", what)
                .addKeyValue("why", failure.getMessage())
                .log("Housekeeping failed");
    }

    /** Whether there is anything to rank. PostgreSQL says so, and while it does not, Redis may. */
    private Future<Boolean> isFilled(BoardPeriod board) {
        return rankings.isKnown(board)
                ? Future.succeededFuture(true)
                : filled.contain(board).otherwise(true);
    }

    private Future<Names> names(Set<String> ids) {
        if (ids.isEmpty()) {
            return Future.succeededFuture(Names.NONE);
        }
        // Without names a ranking is still right: ids stand in.
        return Addresses.NAMES.ask(vertx.eventBus(), new LookUpNames(ids)).otherwise(Names.UNREADABLE);
    }

    private Future<RebuildReply> rebuild(Rebuild ask) {
        return leaderboards
                .get()
                .find(ask.leaderboard())
                .map(leaderboard -> new BoardPeriod(leaderboard, leaderboard.currentPeriod(clock.instant())))
                .map(board -> Future.<RebuildReply>succeededFuture(
                        rankings.rebuild(board) ? new RebuildStarted() : new RankingDown()))
                .orElseGet(() -> Future.succeededFuture(new UnknownLeaderboard()));
    }

    private void renamed(UserRenamed renamed) {
        if (!link.isUp()) {
            Addresses.NAME_STALE.publish(vertx.eventBus(), new NameStale(renamed.userId()));
        }
        renames.add(renamed.userId());
    }

    private Future<?> tellOfRenaming(String userId) {
        // First the word to forget the old name, then the versions: a node that renders upon them reads the new one.
        return store.publishRenamed(userId)
                .compose(told -> Future.join(rankings.boards().stream()
                        .map(board -> store.touch(board.board(), userId))
                        .toList()));
    }

    /** This node knows: it told us. Without Redis, what the others remember becomes old by itself. */
    private void revoked(RevokeAccess revoke) {
        store.publishRevoked(node, revoke.actor()).onFailure(failure -> complain("revoking", failure));
    }

    private Future<DoneReply> regroup(GroupEdited edit) {
        return Future.join(rankings.boards().stream()
                        .map(board -> groups.change(board.board(), edit))
                        .toList())
                .map(done -> new Done());
    }

    private Health health() {
        return new Health(
                rankings.isReady(),
                Map.of(
                        "redis",
                        link.isUp() ? "up" : "down",
                        "boardsInDoubt",
                        String.valueOf(rankings.boardsInDoubt())));
    }

    private void changed(String leaderboard, String period) {
        Addresses.BOARD_CHANGED.publish(vertx.eventBus(), new BoardChanged(leaderboard, period));
    }

    @Override
    public void up() {
        // Nobody says what was published meanwhile.
        Addresses.NAMES_DOUBTED.publish(vertx.eventBus(), new NamesDoubted());
        rankings.redisUp();
        renames.up();
    }

    @Override
    public void down() {
        renames.down();
        rankings.redisDown();
    }

    @Override
    public void message(String channel, String text) {
        if (channel.equals(RankingStore.RENAMED)) {
            Addresses.NAME_STALE.publish(vertx.eventBus(), new NameStale(text));
            return;
        }
        if (channel.equals(RankingStore.REVOKED)) {
            // Whatever else is said there by whomever is nobody's name.
            String actor = text.substring(text.indexOf(' ') + 1);
            if (text.startsWith(node + " ")) {
                return;
            }
            if (Principal.isActor(actor)) {
                Addresses.ACCESS_REVOKED.publish(vertx.eventBus(), new AccessRevoked(actor));
            } else {
                LOG.atDebug().addKeyValue("length", text.length()).log("A revocation that names nobody");
            }
            return;
        }
        int colon = text.indexOf(':');
        if (colon > 0) {
            changed(text.substring(0, colon), text.substring(colon + 1));
        }
    }

    @Override
    public Future<?> stop() {
        snapshot.close();
        return link.close();
    }
}
