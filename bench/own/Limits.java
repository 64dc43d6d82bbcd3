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
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;

/** What the stores can do alone, by the very statement and the very script that Pacesetter uses, one after the other. */
public final class Limits {

    private static final int BATCH = 500;
    private static final int ATHLETES = 10_000;
    private static final long SECONDS = 8;
    private static final Random RANDOM = new Random();

    private Limits() {}

    /** @param args the database, with Pacesetter's tables in it, and Redis */
    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        PgConnection pg = await(PgConnection.connect(
                vertx, PgConnectOptions.fromUri(args[0]).setCachePreparedStatements(true)));
        String insert = Resources.text("sql/ingest/commit_batch.sql");
        long stream = await(pg.query(Resources.text("sql/ingest/open_stream.sql")).execute())
                .iterator().next().getLong(0);
        long[] batch = {0};
        System.out.println("postgresql " + rate(() -> await(pg.preparedQuery(insert).execute(scores(stream, ++batch[0])))));

        RedisConnection redis = await(Redis.createClient(vertx, args[1]).connect());
        String apply = Resources.text("lua/groups.lua") + Resources.text("lua/apply.lua");
        await(redis.send(Request.cmd(Command.HSET).arg("limit:meta").arg("epoch").arg("e").arg("source").arg("s")
                .arg("era").arg("1").arg("shape").arg("x").arg("size").arg("0").arg("dirty").arg("0")));
        String sha = await(redis.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(apply))).toString();
        long[] applied = {0};
        System.out.println("redis " + rate(() -> await(redis.send(script(sha, applied[0]++)))));
        System.exit(0);
    }

    private static long rate(Callable<?> step) throws Exception {
        long warm = System.nanoTime() + 2_000_000_000L;
        while (System.nanoTime() < warm) {
            step.call();
        }
        long began = System.nanoTime();
        long steps = 0;
        while (System.nanoTime() - began < SECONDS * 1_000_000_000L) {
            step.call();
            steps++;
        }
        return steps * BATCH * 1_000_000_000L / (System.nanoTime() - began);
    }

    private static Tuple scores(long stream, long batch) {
        UUID[] ids = new UUID[BATCH];
        String[] users = new String[BATCH];
        String[] activities = new String[BATCH];
        Integer[] values = new Integer[BATCH];
        OffsetDateTime[] times = new OffsetDateTime[BATCH];
        Boolean[] timed = new Boolean[BATCH];
        Short[] offsets = new Short[BATCH];
        for (int i = 0; i < BATCH; i++) {
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
                .addArrayOfShort(offsets).addArrayOfBoolean(timed).addArrayOfString(new String[BATCH])
                .addArrayOfString(new String[0]);
    }

    private static Request script(String sha, long previous) {
        Request request = Request.cmd(Command.EVALSHA).arg(sha).arg(2).arg("limit:set").arg("limit:meta")
                .arg("s").arg("1").arg("x").arg("1").arg(previous).arg(previous + 1).arg("sum").arg("-1")
                .arg("channel").arg("limit").arg("mark").arg(0);
        for (int i = 0; i < BATCH; i++) {
            request.arg("runner-" + (RANDOM.nextInt(ATHLETES / BATCH) * BATCH + i)).arg(1).arg(i).arg("0");
        }
        return request;
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
