import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.util.concurrent.TimeUnit;

/** Asks PostgreSQL for one value. */
public final class Ask {

    private Ask() {}

    /** @param args the database, the query */
    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            System.out.println(PgConnection.connect(vertx, PgConnectOptions.fromUri(args[0]))
                    .compose(pg -> pg.query(args[1]).execute())
                    .map(rows -> rows.iterator().next().getValue(0))
                    .toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS));
        } finally {
            vertx.close();
        }
    }
}
