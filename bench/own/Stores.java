import dev.pacesetter.embedded.EmbeddedStores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Fresh stores for one contestant, durable, until this process is ended. Run with pacesetter.jar on the class path. */
public final class Stores {

    private static final String SETTINGS = "select format('PostgreSQL %s, fsync %s, synchronous_commit %s', "
            + "split_part(current_setting('server_version'), ' ', 1), current_setting('fsync'), "
            + "current_setting('synchronous_commit'))";

    private Stores() {}

    /** @param args the directory for their data */
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]);
        // What has been started by half when this process is ended must have started before it can be stopped.
        CompletableFuture<EmbeddedStores> started = new CompletableFuture<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> started.thenAccept(stores -> end(stores, home)).join()));
        try {
            EmbeddedStores stores = EmbeddedStores.start(home, true, true);
            started.complete(stores);
            String postgres = stores.postgresUri().orElseThrow();
            String redis = stores.redisUri().orElseThrow();
            System.out.println("stores at " + postgres + " " + redis + " " + what(postgres, redis) + ", on "
                    + Files.getFileStore(home).type());
            // Who started them is gone when there is nothing more to come, however that ended.
            while (System.in.read() >= 0) {}
            System.exit(0);
        } catch (Exception failed) {
            // Has no effect once they have started.
            started.cancel(false);
            failed.printStackTrace();
            System.exit(1);
        }
    }

    private static void end(EmbeddedStores stores, Path home) {
        stores.close();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("left behind: " + home + ": " + e);
        }
    }

    private static String what(String postgres, String redis) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            String settings = await(PgConnection.connect(vertx, PgConnectOptions.fromUri(postgres))
                    .compose(pg -> pg.query(SETTINGS).execute())
                    .map(rows -> rows.iterator().next().getString(0)));
            String info = await(Redis.createClient(vertx, redis).send(Request.cmd(Command.INFO).arg("server")))
                    .toString();
            return settings + ", Redis " + info.replaceAll("(?s).*redis_version:(\\S+).*", "$1");
        } finally {
            await(vertx.close());
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
