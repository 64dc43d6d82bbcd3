import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;

/** Puts members where contestants read them: as scores into Pacesetter's database, or into the tutorial's ranking. */
public final class Fill {

    private static final int CHUNK = 10_000;
    private static final String LUA = "for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do "
            + "redis.call('ZADD', 'leaderboard', (i * 7919) % 99991, 'runner-' .. i) end";

    private Fill() {}

    /** @param args {@code pacesetter <postgresql uri> <from> <to>} or {@code tutorial <redis uri> <from> <to>} */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx();
        int from = Integer.parseInt(args[2]);
        int to = Integer.parseInt(args[3]);
        try {
            Future<Void> filled =
                    args[0].equals("pacesetter") ? scores(vertx, args[1], from, to) : ranking(vertx, args[1], from, to);
            filled.toCompletionStage().toCompletableFuture().join();
        } finally {
            vertx.close();
        }
    }

    private static Future<Void> scores(Vertx vertx, String uri, int from, int to) {
        String athletes = "insert into athlete (id, name) select 'runner-' || i, 'Runner ' || i from generate_series("
                + from + ", " + to + ") i on conflict do nothing";
        String scores = "insert into score (id, user_id, activity, score, occurred_at, timed) select gen_random_uuid(), "
                + "'runner-' || i, 'running', (i::bigint * 7919) % 99991, now(), false from generate_series("
                + from + ", " + to + ") i";
        return PgConnection.connect(vertx, io.vertx.pgclient.PgConnectOptions.fromUri(uri))
                .compose(pg -> pg.query(athletes).execute()
                        .compose(done -> pg.query(scores).execute())
                        .compose(done -> pg.query("vacuum analyze score").execute()))
                .mapEmpty();
    }

    private static Future<Void> ranking(Vertx vertx, String uri, int from, int to) {
        return Redis.createClient(vertx, uri).connect().compose(redis -> chunk(redis, from, to));
    }

    private static Future<Void> chunk(RedisConnection redis, int from, int to) {
        if (from > to) {
            return Future.succeededFuture();
        }
        int last = Math.min(to, from + CHUNK - 1);
        return redis.send(Request.cmd(Command.EVAL).arg(LUA).arg(0).arg(from).arg(last))
                .compose(done -> chunk(redis, last + 1, to));
    }
}
