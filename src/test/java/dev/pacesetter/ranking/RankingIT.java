package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Accepted;
import dev.pacesetter.bus.BusMessage.Act;
import dev.pacesetter.bus.BusMessage.AwaitStandings;
import dev.pacesetter.bus.BusMessage.Health;
import dev.pacesetter.bus.BusMessage.HealthCheck;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PageReply;
import dev.pacesetter.bus.BusMessage.RankingDown;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.bus.BusMessage.TakeBack;
import dev.pacesetter.bus.BusMessage.TakeBackReply;
import dev.pacesetter.bus.BusMessage.TakenBack;
import dev.pacesetter.bus.BusMessage.UnknownScore;
import dev.pacesetter.domain.Entry;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Period;
import dev.pacesetter.domain.Score;
import dev.pacesetter.domain.Standing;
import dev.pacesetter.ingest.PersistenceVerticle;
import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.settings.GroupSettings;
import dev.pacesetter.settings.IngestSettings;
import dev.pacesetter.settings.RankingSettings;
import dev.pacesetter.settings.RedisSettings;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Persistence and ranking on real stores, compared with SQL. */
class RankingIT {

    private static final String SEEDS =
            """
            [{"id":"all","title":"All","activities":["*"],"mode":"sum","period":"all-time"},
             {"id":"week","title":"Week","activities":["run","ride"],"mode":"sum","period":"week",
              "timeZone":"Pacific/Auckland"},
             {"id":"day-count","title":"Day","activities":["*"],"mode":"count","period":"day",
              "timeZone":"America/New_York"},
             {"id":"fastest","title":"Fastest","activities":["run"],"mode":"best","order":"asc","period":"all-time"},
             {"id":"longest","title":"Longest","activities":["ride"],"mode":"best","order":"desc","period":"month"}]
            """;
    private static final Map<String, String> RESOLUTION = Map.of(
            "all", "5 minutes",
            "week", "200 milliseconds",
            "day-count", "50 milliseconds",
            "fastest", "5 minutes",
            "longest", "1 second");
    private static final Instant ALL_TIME_ORIGIN = Instant.parse("2020-01-01T00:00:00Z");

    private final Random random = new Random(7);
    private final List<Node> nodes = new ArrayList<>();
    private String database;
    private RedisHandle redis;
    private double drifted;

    /** One process, without its HTTP. */
    private static final class Node {
        final Vertx vertx = Vertx.vertx();
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final LeaderboardCatalog catalog;
        final Pool pool;
        final List<String> deployed = new ArrayList<>();

        Node(String database, String redisUri, int pollMs, int retentionSeconds, int maxDoubted) {
            Addresses.prepare(vertx.eventBus());
            PostgresServers servers = new PostgresServers(List.of(database));
            pool = servers.pool(vertx, 4, 100);
            catalog = new LeaderboardCatalog(pool);
            Await.result(catalog.load(LeaderboardSeeds.parse(SEEDS)));
            RedisSettings redis = new RedisSettings(List.of(redisUri), RedisSettings.Mode.STANDALONE, 2_000);
            RankingSettings ranking =
                    new RankingSettings(50_000, 1_000, pollMs, retentionSeconds, maxDoubted, 1_000, 100);
            GroupSettings groups = new GroupSettings(100_000, 1_000, 100, 1_000_000, 250, 64, 4, 300);
            deployed.add(Await.result(vertx.deployVerticle(
                    new RankingVerticle(pool, servers, catalog, redis, ranking, groups, meters, Clock.systemUTC()))));
            deployed.add(Await.result(vertx.deployVerticle(new PersistenceVerticle(
                    servers, new IngestSettings(1, 500, 10_000, 900, 400, 60), new SimpleMeterRegistry()))));
        }

        Future<Void> undeploy() {
            return Future.join(deployed.stream().map(vertx::undeploy).toList()).mapEmpty();
        }

        Future<Submitted> submit(Score score, boolean standings) {
            return Addresses.SUBMIT.ask(vertx.eventBus(), new Submit(score, false, true, standings, null, false));
        }

        Future<TakeBackReply> takeBack(UUID score) {
            return Addresses.TAKE_BACK.ask(
                    vertx.eventBus(), new TakeBack(score, null, "delete", new Act("test", null)));
        }

        boolean ready() {
            return health().up();
        }

        Health health() {
            return Await.result(Addresses.RANKING_HEALTH.ask(vertx.eventBus(), new HealthCheck()));
        }

        Page page(String leaderboard, String period) {
            return assertInstanceOf(Page.class, Await.result(read(leaderboard, period)));
        }

        Future<PageReply> read(String leaderboard, String period) {
            return Addresses.PAGE.ask(vertx.eventBus(), new ReadPage(leaderboard, period, null, 10_000, 0));
        }
    }

    @BeforeEach
    void start() {
        database = Stores.newDatabase();
        redis = Stores.newRedis();
        Migrations.apply(new PostgresServers(List.of(database)));
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> Await.closed(node.vertx));
        redis.close();
        // What had to be mended by the auditor was not healed by what these tests are about.
        assertEquals(drifted, drift());
    }

    private double drift() {
        return nodes.stream()
                .flatMap(node -> node.meters.find("pacesetter.ranking.drift").counters().stream())
                .mapToDouble(Counter::count)
                .sum();
    }

    private Node node() {
        return node(600);
    }

    private Node node(int retentionSeconds) {
        return node(200, retentionSeconds, 100);
    }

    private Node node(int pollMs, int retentionSeconds, int maxDoubted) {
        Node node = new Node(database, redis.uri(), pollMs, retentionSeconds, maxDoubted);
        nodes.add(node);
        Await.until("ready", node::ready);
        return node;
    }

    private Score score() {
        String activity = List.of("run", "ride", "swim").get(random.nextInt(3));
        // Few values and coarse times, so that ties happen; most now, some in past periods.
        Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(random.nextInt(90));
        if (random.nextInt(5) == 0) {
            at = at.minus(Duration.ofDays(random.nextInt(40)));
        }
        return new Score(UUID.randomUUID(), "user-" + random.nextInt(60), activity, random.nextInt(4) * 10, at);
    }

    private void post(Node node, int count) {
        List<Future<Submitted>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(node.submit(score(), false));
        }
        for (Future<Submitted> one : all) {
            assertInstanceOf(Accepted.class, Await.result(one));
        }
    }

    private void assertEqualsSql(Node node) {
        for (Leaderboard leaderboard : node.catalog.get().all()) {
            Map<String, Period> periods = new HashMap<>();
            for (int day = 0; day < 45; day++) {
                leaderboard
                        .periodAt(Instant.now().minus(Duration.ofDays(day)), 0)
                        .ifPresent(period -> periods.put(period.label(), period));
            }
            for (Period period : periods.values()) {
                Await.until(leaderboard.id() + " " + period.label() + " equals SQL", () -> {
                    assertEquals(expected(leaderboard, period), actual(node, leaderboard, period));
                    return true;
                });
            }
        }
    }

    private List<Oracle.Line> expected(Leaderboard leaderboard, Period period) {
        boolean allTime = period.label().equals("all-time");
        return Oracle.ranking(
                database,
                List.copyOf(leaderboard.activities()),
                leaderboard.mode().name().toLowerCase(java.util.Locale.ROOT),
                leaderboard.order().sign() < 0,
                period.from(),
                period.to(),
                RESOLUTION.get(leaderboard.id()),
                allTime ? ALL_TIME_ORIGIN : period.from());
    }

    private static List<Oracle.Line> actual(Node node, Leaderboard leaderboard, Period period) {
        List<Oracle.Line> lines = new ArrayList<>();
        long rank = 0;
        int position = 0;
        Integer previous = null;
        for (Entry entry : node.page(leaderboard.id(), period.label()).entries()) {
            position++;
            rank = previous != null && previous == entry.score() ? rank : position;
            previous = entry.score();
            assertEquals(rank, entry.rank(), "competition rank of " + entry);
            lines.add(new Oracle.Line(entry.userId(), entry.score(), entry.reachedAt()));
        }
        return lines;
    }

    @Test
    void shouldEqualSqlWhenTwoNodesWrite() {
        Node one = node();
        Node two = node();
        post(one, 300);
        post(two, 300);
        post(one, 300);
        assertEqualsSql(one);
        assertEqualsSql(two);
    }

    @Test
    void shouldEqualSqlAfterRedisWasFlushed() {
        Node node = node();
        post(node, 300);
        command(Request.cmd(Command.FLUSHALL));
        Await.until(
                "empty Redis is noticed",
                () -> !node.page("all", null).entries().isEmpty());
        assertEqualsSql(node);
        command(Request.cmd(Command.FLUSHALL));
        post(node, 50);
        assertEqualsSql(node);
    }

    @Test
    void shouldEqualSqlAfterRedisWasRestartedEmptyWhileScoresCame() {
        Node node = node();
        post(node, 200);
        redis.kill();
        post(node, 200);
        assertFalse(node.ready());
        redis.start();
        Await.until("ready again", node::ready);
        post(node, 100);
        assertEqualsSql(node);
    }

    /** Each may cost a question over all scores, and whoever reads without a name may read any. */
    @Test
    void shouldTakeUpNoMorePastPeriodsAtOnceThanSet() throws SQLException {
        Node node = node(200, 600, 3);
        List<String> days = new ArrayList<>();
        for (int day = 2; day < 22; day++) {
            Instant at = Instant.now().minus(Duration.ofDays(day));
            // As if it were posted long ago: no node has heard of it.
            Oracle.execute(
                    database, "insert into score values (gen_random_uuid(), 'ann', 'run', 1, '" + at + "', true)");
            days.add(at.atZone(ZoneId.of("America/New_York")).toLocalDate().toString());
        }
        try (Connection busy = Oracle.connect(database)) {
            busy.setAutoCommit(false);
            busy.createStatement().execute("lock table outbox, stream in access exclusive mode");
            List<Future<PageReply>> asked =
                    days.stream().map(day -> node.read("day-count", day)).toList();
            asked.forEach(one -> assertInstanceOf(RankingDown.class, Await.result(one)));
            assertEquals("3", node.health().details().get("boardsInDoubt"));
            busy.rollback();
        }
        for (String day : days) {
            Await.until(day, () -> Await.result(node.read("day-count", day)) instanceof Page page && page.total() == 1);
        }
    }

    @Test
    void shouldEqualSqlAfterRedisWentBackInTimeWithoutTraffic() {
        Node node = node();
        post(node, 200);
        assertEqualsSql(node);
        Map<String, byte[]> snapshot = dump();
        post(node, 200);
        assertEqualsSql(node);
        restore(snapshot);
        assertEqualsSql(node);
    }

    /** All of it is wrong then, and not without a reason: the auditor comes upon it first here, and must not take it for drift. */
    @Test
    void shouldTakeNoRankingThatWentBackInTimeForOneThatDrifted() {
        Node node = node(5_000, 1, 100);
        post(node, 200);
        awaitEmptyOutbox();
        assertEqualsSql(node);
        Map<String, byte[]> snapshot = dump();
        post(node, 1);
        post(node, 200);
        // Nothing there says any longer what the ranking lacks.
        awaitEmptyOutbox();
        restore(snapshot);
        assertEqualsSql(node);
    }

    private void awaitEmptyOutbox() {
        Await.until("the outbox is empty", () -> Oracle.number(database, "select count(*) from outbox") == 0);
    }

    @Test
    void shouldCatchUpWhatANodeThatDiedHadCommitted() {
        Node dead = node();
        post(dead, 100);
        Node alive = node();
        // Committed behind the ranking's back: what a node leaves that dies between commit and apply.
        long stream = Oracle.number(database, "select max(id) from stream where id in (select stream from outbox)");
        Oracle.execute(
                database,
                "insert into score values (gen_random_uuid(), 'ghost', 'run', 70, now(), true);"
                        + "insert into outbox select stream, max(batch) + 1, '{ghost}', '{run}', '{70}', array[now()] "
                        + "from outbox where stream = " + stream + " group by stream");
        assertEqualsSql(alive);
    }

    @Test
    void shouldEqualSqlWhileTheOutboxIsTrimmedUnderItsWriters() {
        Node one = node(1);
        Node two = node(1);
        for (int round = 0; round < 4; round++) {
            post(one, 100);
            post(two, 100);
            awaitEmptyOutbox();
        }
        assertEqualsSql(one);
        assertEqualsSql(two);
        Map<String, byte[]> snapshot = dump();
        post(one, 100);
        awaitEmptyOutbox();
        // What the outbox no longer reaches back to can only be rebuilt.
        restore(snapshot);
        assertEqualsSql(one);
        assertEqualsSql(two);
    }

    @Test
    void shouldNoticeARedisFromBeforeAStreamWasForgotten() {
        Node gone = node(1);
        Node alive = node(1);
        post(alive, 50);
        assertEqualsSql(alive);
        Map<String, byte[]> snapshot = dump();
        post(gone, 200);
        assertEqualsSql(alive);
        long stream = Oracle.number(database, "select min(id) from stream");
        Await.result(gone.undeploy());
        Oracle.execute(database, "update stream set seen_at = now() - interval '1 day' where id = " + stream);
        Await.until(
                "the stream is forgotten",
                () -> Oracle.number(database, "select count(*) from stream where id = " + stream) == 0);
        assertEquals(1, Oracle.number(database, "select era from installation"));
        assertEqualsSql(alive);
        restore(snapshot);
        assertEqualsSql(alive);
        post(alive, 50);
        assertEqualsSql(alive);
    }

    @Test
    void shouldEqualSqlWhenScoresAreTakenBackOnOneNodeWhileTheOtherWrites() {
        Node one = node();
        Node two = node();
        List<Score> posted = new ArrayList<>();
        List<Future<TakeBackReply>> takenBack = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            List<Score> fresh = new ArrayList<>();
            List<Future<Submitted>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                fresh.add(score());
                all.add((i % 2 == 0 ? one : two).submit(fresh.get(i), false));
            }
            for (int i = 0; i < 15 && !posted.isEmpty(); i++) {
                Score gone = posted.remove(random.nextInt(posted.size()));
                takenBack.add((i % 2 == 0 ? two : one).takeBack(gone.id()));
            }
            all.forEach(answer -> assertInstanceOf(Accepted.class, Await.result(answer)));
            posted.addAll(fresh);
        }
        takenBack.forEach(answer -> assertInstanceOf(TakenBack.class, Await.result(answer)));
        assertEquals(285, Oracle.number(database, "select count(*) from score where deleted_at is not null"));
        assertEqualsSql(one);
        assertEqualsSql(two);
        assertNothingDirty(one);
    }

    @Test
    void shouldBringBackTheSecondBestAndDropAnEntryWithoutScores() {
        Node node = node();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Score slow = new Score(UUID.randomUUID(), "ada", "run", 900, now.minusSeconds(20));
        Score fast = new Score(UUID.randomUUID(), "ada", "run", 700, now.minusSeconds(10));
        Score only = new Score(UUID.randomUUID(), "bob", "run", 800, now);
        List.of(slow, fast, only).forEach(score -> submitted(node, score));
        assertInstanceOf(TakenBack.class, Await.result(node.takeBack(fast.id())));
        assertInstanceOf(TakenBack.class, Await.result(node.takeBack(fast.id())), "as often as one likes");
        assertInstanceOf(TakenBack.class, Await.result(node.takeBack(only.id())));
        assertInstanceOf(UnknownScore.class, Await.result(node.takeBack(UUID.randomUUID())));
        Await.until("corrected", () -> node.page("fastest", null).entries().size() == 1);
        assertEquals(900, node.page("fastest", null).entries().get(0).score());
        assertEqualsSql(node);
    }

    /** What a node leaves that took a score back and died: found dirty by another, or not even that. */
    @Test
    void shouldCorrectWhatANodeThatDiedHadTakenBack() {
        Node dead = node();
        post(dead, 100);
        Node alive = node();
        assertEqualsSql(alive);
        long stream = Oracle.number(database, "select max(id) from stream where id in (select stream from outbox)");
        Oracle.execute(
                database,
                "with gone as (update score set deleted_at = now() where id in (select id from score order by id limit 5) "
                        + "returning *) insert into outbox select " + stream + ", "
                        + "(select max(batch) + 1 from outbox where stream = " + stream + "), array_agg(user_id), "
                        + "array_agg(activity), array_agg(null::int), array_agg(occurred_at) from gone");
        assertEqualsSql(alive);
        assertNothingDirty(alive);
    }

    /** Nothing in the program does this; the auditor is there for what nobody thought of. */
    @Test
    void shouldFindAndMendWhatDriftedWithoutAReason() {
        Node node = node();
        post(node, 300);
        assertEqualsSql(node);
        String set = "lb:{all:all-time}:z";
        Response first = command(Request.cmd(Command.ZRANGE).arg(set).arg(0).arg(1));
        String wrong = first.get(0).toString();
        String missing = first.get(1).toString();
        // At once, and as many as before: a ranking of another size is made anew whole.
        command(Request.cmd(Command.EVAL)
                .arg("redis.call('ZADD', KEYS[1], -4194304000, ARGV[1], -41943040, 'nobody') "
                        + "return redis.call('ZREM', KEYS[1], ARGV[2])")
                .arg(1)
                .arg(set)
                .arg(wrong)
                .arg(missing));
        assertEqualsSql(node);
        drifted = 3.0;
        assertEquals(drifted, drift());
        // Whoever is in the middle of something has not drifted.
        for (int i = 0; i < 20; i++) {
            post(node, 50);
            Score gone = score();
            submitted(node, gone);
            Await.result(node.takeBack(gone.id()));
        }
        double audited = node.meters.get("pacesetter.ranking.audited").counter().count();
        Await.until(
                "audited once more",
                () -> node.meters.get("pacesetter.ranking.audited").counter().count() > audited + 600);
        assertEqualsSql(node);
        assertNothingDirty(node);
    }

    private void assertNothingDirty(Node node) {
        Await.until("nothing is dirty", () -> {
            for (Response key : command(Request.cmd(Command.KEYS).arg("lb:*:m"))) {
                Response dirty =
                        command(Request.cmd(Command.HGET).arg(key.toString()).arg("dirty"));
                assertEquals("0", dirty == null ? "0" : dirty.toString(), key.toString());
            }
            return true;
        });
        assertTrue(node.ready());
    }

    @Test
    void shouldTellTheStandingBeforeAndAfter() {
        Node node = node();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        submitted(node, new Score(UUID.randomUUID(), "first", "swim", 100, now));
        submitted(node, new Score(UUID.randomUUID(), "second", "swim", 50, now));
        List<Standing> standings = submitted(node, new Score(UUID.randomUUID(), "second", "swim", 60, now));
        Standing all = standings.stream()
                .filter(one -> one.leaderboard().equals("all"))
                .findFirst()
                .orElseThrow();
        assertEquals(new Standing("all", "all-time", 110, 1, 2L), all);
    }

    private static List<Standing> submitted(Node node, Score score) {
        assertInstanceOf(Accepted.class, Await.result(node.submit(score, true)));
        return Await.result(Addresses.AWAIT_STANDINGS.ask(node.vertx.eventBus(), new AwaitStandings(score.id())))
                .standings();
    }

    private Response command(Request request) {
        Vertx vertx = nodes.get(0).vertx;
        Redis client = Redis.createClient(vertx, redis.uri());
        try {
            return Await.result(client.send(request));
        } finally {
            client.close();
        }
    }

    private Map<String, byte[]> dump() {
        Map<String, byte[]> all = new HashMap<>();
        command(Request.cmd(Command.KEYS).arg("lb:*"))
                .forEach(key -> all.put(
                        key.toString(),
                        command(Request.cmd(Command.DUMP).arg(key.toString())).toBytes()));
        return all;
    }

    private void restore(Map<String, byte[]> snapshot) {
        List<Request> all = new ArrayList<>();
        all.add(Request.cmd(Command.FLUSHALL));
        snapshot.forEach((key, value) ->
                all.add(Request.cmd(Command.RESTORE).arg(key).arg(0).arg(value).arg("REPLACE")));
        Redis client = Redis.createClient(nodes.get(0).vertx, redis.uri());
        Await.result(client.batch(all));
        client.close();
    }
}
