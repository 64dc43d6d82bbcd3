package dev.pacesetter.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Faults strike a cluster of two processes while clients submit, repeat, change their mind and take back. In rounds: at
 * the end of each everything is up again, the clients rest, and every board must come to equal SQL. How many faults, and
 * the seed, are system properties; {@code mvn verify -Pchaos} is the long run.
 */
class ChaosIT {

    private static final Logger LOG = LoggerFactory.getLogger(ChaosIT.class);
    private static final long SEED = Long.getLong("chaos.seed", 20_261_123);
    private static final int APP_KILLS = Integer.getInteger("chaos.appKills", 6);
    private static final int REDIS_KILLS = Integer.getInteger("chaos.redisKills", 3);
    private static final int POSTGRES_KILLS = Integer.getInteger("chaos.postgresKills", 1);
    private static final int ROUNDS = Integer.getInteger("chaos.rounds", 2);
    private static final int CLIENTS = 12;
    private static final int PAST_DAYS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private final Random random = new Random(SEED);
    private final Map<String, Integer> struck = new LinkedHashMap<>();
    private final List<Long> converged = new ArrayList<>();
    private final List<String> mismatches = new ArrayList<>();

    private int redisFaults;
    private Cluster cluster;
    private Convergence convergence;
    private Boards boards;

    @Test
    void shouldLoseAndDoubleNothingAndEqualSqlAfterEveryRoundOfFaults() throws Exception {
        History history = new History();
        Instant began = Instant.now();
        cluster = new Cluster(directory, 2);
        History.Verdict verdict;
        try (Cluster all = cluster) {
            all.startAll();
            boards = new Boards(all.postgres.uri(), began, PAST_DAYS + 1);
            convergence = new Convergence(all, boards);
            Await.until("a node", () -> all.isReady(0));
            boards.group(all.api(0));
            converge(began);
            converged.clear();
            try (Workload workload = new Workload(all::bases, App.ADMIN_KEY, history, CLIENTS, SEED, PAST_DAYS)) {
                all.redis.save();
                for (int round = 0; round < ROUNDS; round++) {
                    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
                    boards.season(all.api(0), now, now.plusSeconds(3));
                    faults(round);
                    heal();
                    Instant up = Instant.now();
                    workload.atRest(() -> converge(up));
                }
            }
            verdict = history.compare(all.postgres.uri());
        }
        String summary = summary(history, verdict, began);
        Files.writeString(Path.of("target", "chaos-summary.md"), summary);
        LOG.info("Chaos run:\n{}", summary);
        assertEquals(List.of(), mismatches);
        assertEquals(List.of(), verdict.examples());
        assertTrue(history.acknowledged() > 100L * ROUNDS, "the clients were hardly served");
        assertEquals(ROUNDS, boards.sealedAndRight(), "sealed among the faults, and compared");
        assertTrue(
                Stream.of(history.hidden, history.shown, history.regrouped).allMatch(done -> done.get() > 0)
                        && history.changes() > 0,
                "something of it was not tried");
    }

    /** This round's share of all faults, in an order of its own; two at a time may meet. */
    private void faults(int round) throws InterruptedException {
        List<Runnable> faults = new ArrayList<>();
        for (int i = share(APP_KILLS, round); i > 0; i--) {
            faults.add(this::killNode);
        }
        for (int i = share(REDIS_KILLS, round); i > 0; i--) {
            faults.add(redisFault(redisFaults++));
        }
        for (int i = share(POSTGRES_KILLS, round); i > 0; i--) {
            faults.add(this::killPostgres);
        }
        faults.add(networkFault(random.nextInt(7)));
        Collections.shuffle(faults, random);
        for (Runnable fault : faults) {
            fault.run();
            Convergence.pause(200 + random.nextInt(1_200));
        }
    }

    private static int share(int all, int round) {
        return (int) ((long) all * (round + 1) / ROUNDS - (long) all * round / ROUNDS);
    }

    private void count(String fault) {
        struck.merge(fault, 1, Integer::sum);
    }

    private void killNode() {
        int node = random.nextInt(cluster.size());
        cluster.start(node);
        // Anywhere between the first instruction and full work.
        Convergence.pause(random.nextInt(3_500));
        if (cluster.kill(node)) {
            count("app SIGKILL");
        }
        cluster.start(node);
    }

    private Runnable redisFault(int i) {
        return switch (i % 3) {
            case 0 ->
                () -> {
                    cluster.redis.kill();
                    count("Redis SIGKILL, down for a while, back empty");
                    Convergence.pause(random.nextInt(1_500));
                    cluster.redis.start();
                };
            case 1 ->
                () -> {
                    cluster.redis.kill();
                    cluster.redis.start();
                    count("Redis SIGKILL, back empty at once");
                };
            default ->
                () -> {
                    cluster.redis.restartFromSnapshot();
                    count("Redis SIGKILL, back with an older snapshot");
                    Convergence.pause(random.nextInt(500));
                    cluster.redis.save();
                };
        };
    }

    private void killPostgres() {
        cluster.postgres.kill();
        count("PostgreSQL SIGKILL");
        Convergence.pause(random.nextInt(1_000));
        cluster.postgres.start();
    }

    private Runnable networkFault(int kind) {
        return () -> {
            switch (kind) {
                case 0 -> {
                    count("Redis SIGSTOP beyond time-outs");
                    cluster.redis.pause();
                    Convergence.pause(3_000);
                    cluster.redis.resume();
                }
                case 1 -> {
                    count("PostgreSQL connections cut");
                    cluster.toPostgres.cut();
                }
                case 2 -> {
                    count("Redis connections cut");
                    cluster.toRedis.cut();
                }
                case 3 -> {
                    count("replies of PostgreSQL lost, then cut");
                    cluster.toPostgres.swallowReplies();
                    Convergence.pause(200);
                    cluster.toPostgres.cut();
                }
                case 4 -> {
                    count("replies of Redis lost, then cut");
                    cluster.toRedis.swallowReplies();
                    Convergence.pause(200);
                    cluster.toRedis.cut();
                }
                case 5 -> {
                    count("both half-closed");
                    cluster.toPostgres.halfClose();
                    cluster.toRedis.halfClose();
                }
                default -> {
                    count("both slow");
                    cluster.toPostgres.delay(50);
                    cluster.toRedis.delay(50);
                    Convergence.pause(1_000);
                }
            }
            cluster.toPostgres.heal();
            cluster.toRedis.heal();
        };
    }

    private void heal() {
        cluster.toPostgres.heal();
        cluster.toRedis.heal();
        cluster.startAll();
    }

    private void converge(Instant since) {
        List<String> differences = convergence.await(PATIENCE);
        if (differences.isEmpty()) {
            converged.add(Instant.now().toEpochMilli() - since.toEpochMilli());
            return;
        }
        mismatches.addAll(differences);
        LOG.error("Not as it must be: {}", differences);
        for (int node = 0; node < cluster.size(); node++) {
            LOG.error("Node {} ends with:\n{}", node, cluster.log(node));
        }
    }

    private String summary(History history, History.Verdict verdict, Instant began) throws IOException {
        List<Long> sorted = converged.stream().sorted().toList();
        StringBuilder text = new StringBuilder("| what | figure |\n|---|---|\n");
        line(text, "seed", SEED);
        line(text, "rounds, each compared with SQL on both nodes", ROUNDS);
        line(text, "minutes", (Instant.now().getEpochSecond() - began.getEpochSecond()) / 60.0);
        struck.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(one -> line(text, one.getKey(), one.getValue()));
        line(text, "scores acknowledged", history.acknowledged());
        line(text, "of these taken back, acknowledged", history.deletions());
        line(text, "of these changed, acknowledged", history.changes());
        line(text, "users hidden, acknowledged", history.hidden.get());
        line(text, "users shown again, acknowledged", history.shown.get());
        line(text, "members put into or out of a group, acknowledged", history.regrouped.get());
        line(text, "leaderboards sealed among the faults, and compared", boards.sealedAndRight());
        line(text, "retries with the same key", history.retries.get());
        line(text, "repeats of what was acknowledged", history.repeats.get());
        line(text, "refusals with Retry-After", history.refusals.get());
        line(text, "**acknowledged scores lost**", verdict.lost());
        line(text, "**doubled**", verdict.doubled());
        line(text, "**wrong otherwise**", verdict.wrong() - verdict.lost() - verdict.doubled());
        line(text, "**boards that did not come to equal SQL**", mismatches.size());
        if (!sorted.isEmpty()) {
            line(text, "ms from everything started again to every board equal, median", sorted.get(sorted.size() / 2));
            line(text, "same, worst", sorted.get(sorted.size() - 1));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String what, Object figure) {
        text.append("| ").append(what).append(" | ").append(figure).append(" |\n");
    }
}
