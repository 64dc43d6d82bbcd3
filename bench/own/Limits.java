import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** What the stores can do alone, by the very statement and the very script that Pacesetter uses, one after the other. */
public final class Limits {

    private static final int[] BATCHES = {500, 1_000};
    private static final int[] CONNECTIONS = {1, 2};
    private static final int SCRIPT = 500;
    private static final int ATHLETES = 10_000;
    private static final long WARM_SECONDS = 1;
    private static final long SECONDS = 5;
    private static final Random RANDOM = new Random();

    private Limits() {}

    /** @param args the database, with Pacesetter's tables in it and nobody else at work, and Redis */
    public static void main(String[] args) throws Exception {
        int status = 0;
        try {
            Vertx vertx = Vertx.vertx();
            System.out.println("postgresql " + postgresql(vertx, args[0]));
            System.out.println("redis " + redis(vertx, args[1]));
        } catch (Exception failed) {
            failed.printStackTrace();
            status = 1;
        }
        System.exit(status);
    }

    /** The most rows a second of several ways to send them, each on empty tables. */
    private static long postgresql(Vertx vertx, String uri) throws Exception {
        String insert = Resources.text("sql/ingest/commit_batch.sql");
        PgConnectOptions options = PgConnectOptions.fromUri(uri).setCachePreparedStatements(true);
        long most = 0;
        for (int rows : BATCHES) {
            for (int connections : CONNECTIONS) {
                List<Callable<?>> lanes = new ArrayList<>();
                List<PgConnection> opened = new ArrayList<>();
                for (int i = 0; i < connections; i++) {
                    PgConnection pg = await(PgConnection.connect(vertx, options));
                    opened.add(pg);
                    long stream = await(pg.query(Resources.text("sql/ingest/open_stream.sql")).execute())
                            .iterator().next().getLong(0);
                    long[] batch = {0};
                    lanes.add(() -> await(pg.preparedQuery(insert).execute(scores(stream, ++batch[0], rows))));
                }
                await(opened.get(0).query("truncate score, outbox cascade").execute());
                long rate = rate(rows, lanes);
                System.err.println("PostgreSQL, " + rows + " rows a statement, " + connections + " connections: " + rate);
                most = Math.max(most, rate);
                for (PgConnection pg : opened) {
                    await(pg.close());
                }
            }
        }
        return most;
    }

    private static long redis(Vertx vertx, String uri) throws Exception {
        RedisConnection redis = await(Redis.createClient(vertx, uri).connect());
        String apply = Resources.text("lua/groups.lua") + Resources.text("lua/apply.lua");
        await(redis.send(Request.cmd(Command.HSET).arg("limit:meta").arg("epoch").arg("e").arg("source").arg("s")
                .arg("era").arg("1").arg("shape").arg("x").arg("size").arg("0").arg("dirty").arg("0")));
        String sha = await(redis.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(apply))).toString();
        long[] applied = {0};
        return rate(SCRIPT, List.of(() -> await(redis.send(script(sha, applied[0]++)))));
    }

    /** Rows a second when each lane takes one step after the other. */
    private static long rate(int rowsAStep, List<Callable<?>> lanes) throws Exception {
        steps(lanes, WARM_SECONDS);
        long began = System.nanoTime();
        long steps = steps(lanes, SECONDS);
        return steps * rowsAStep * 1_000_000_000L / (System.nanoTime() - began);
    }

    private static long steps(List<Callable<?>> lanes, long seconds) throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        ExecutorService threads = Executors.newFixedThreadPool(lanes.size());
        try {
            List<java.util.concurrent.Future<Long>> counts = new ArrayList<>();
            for (Callable<?> lane : lanes) {
                counts.add(threads.submit(() -> {
                    long steps = 0;
                    for (; System.nanoTime() < end; steps++) {
                        lane.call();
                    }
                    return steps;
                }));
            }
            long sum = 0;
            for (java.util.concurrent.Future<Long> count : counts) {
                sum += count.get(seconds + 60, TimeUnit.SECONDS);
            }
            return sum;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Tuple scores(long stream, long batch, int rows) {
        UUID[] ids = new UUID[rows];
        String[] users = new String[rows];
        String[] activities = new String[rows];
        Integer[] values = new Integer[rows];
        OffsetDateTime[] times = new OffsetDateTime[rows];
        Boolean[] timed = new Boolean[rows];
        Short[] offsets = new Short[rows];
        for (int i = 0; i < rows; i++) {
            ids[i] = new UUID(RANDOM.nextLong(), RANDOM.nextLong());
            users[i] = "runner-" + RANDOM.nextInt(ATHLETES);
            activities[i] = "running";
            values[i] = RANDOM.nextInt(100);
            times[i] = OffsetDateTime.now();
            timed[i] = false;
            offsets[i] = 0;
        }
        java.util.Arrays.sort(ids);
        return Tuple.tuple().addLong(stream).addLong(batch).addArrayOfUUID(ids).addArrayOfString(users)
                .addArrayOfString(activities).addArrayOfInteger(values).addArrayOfOffsetDateTime(times)
                .addArrayOfShort(offsets).addArrayOfBoolean(timed).addArrayOfString(new String[rows])
                .addArrayOfString(new String[0]);
    }

    private static Request script(String sha, long previous) {
        Request request = Request.cmd(Command.EVALSHA).arg(sha).arg(2).arg("limit:set").arg("limit:meta")
                .arg("s").arg("1").arg("x").arg("1").arg(previous).arg(previous + 1).arg("sum").arg("-1")
                .arg("channel").arg("limit").arg("mark").arg(0);
        for (int i = 0; i < SCRIPT; i++) {
            request.arg("runner-" + (RANDOM.nextInt(ATHLETES / SCRIPT) * SCRIPT + i)).arg(1).arg(i).arg("0");
        }
        return request;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
