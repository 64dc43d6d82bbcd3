package dev.pacesetter.redis;

import dev.pacesetter.settings.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pair of connections to Redis, held: one for commands, which it pipelines, one for its signals, if any are listened
 * to. They live and die
 * together: when one is lost, or a command is not answered in time, both are closed and made anew, and the listener
 * hears of it. A command that failed may still have run.
 *
 * <p>Runs on one event loop.
 */
public final class RedisLink {

    /** Who hears of the link. */
    public interface Listener {
        /** Both connections are there; whatever was known about Redis before may be wrong now. */
        void up();

        /** Nothing can be sent. */
        void down();

        /** A message came on a subscribed channel. */
        void message(String channel, String text);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final long MIN_BACKOFF_MILLIS = 50;
    private static final long MAX_BACKOFF_MILLIS = 2_000;
    private static final int MAX_PIPELINED = 8_192;

    private final Vertx vertx;
    private final RedisSettings settings;
    private final String[] channels;
    private final Listener listener;

    private @Nullable Redis client;
    private @Nullable RedisConnection commands;
    private @Nullable RedisConnection signals;
    private long backoffMillis = MIN_BACKOFF_MILLIS;
    private boolean closed;

    /**
     * With who hears of it.
     *
     * @param channels to subscribe to; none: there is no second connection
     */
    public RedisLink(Vertx vertx, RedisSettings settings, Listener listener, String... channels) {
        this.vertx = vertx;
        this.settings = settings;
        this.listener = listener;
        this.channels = channels;
    }

    /** Whether commands can be sent. */
    public boolean isUp() {
        return commands != null;
    }

    /** Connects, and goes on trying for as long as it takes. */
    public void open() {
        Redis fresh = Redis.createClient(vertx, options());
        client = fresh;
        Future.all(fresh.connect(), channels.length == 0 ? Future.succeededFuture() : fresh.connect())
                .timeout(settings.timeoutMs(), TimeUnit.MILLISECONDS)
                .compose(both -> prepare(fresh, both.resultAt(0), both.resultAt(1)))
                .onFailure(failure -> {
                    LOG.atWarn().addKeyValue("why", failure.getMessage()).log("Redis does not answer, trying again");
                    fresh.close();
                    retry();
                });
    }

    private Future<Void> prepare(Redis fresh, RedisConnection first, @Nullable RedisConnection second) {
        watch(fresh, first);
        return first.send(Request.cmd(Command.PING))
                .compose(pong -> second == null ? Future.<Void>succeededFuture() : subscribe(fresh, second))
                .timeout(settings.timeoutMs(), TimeUnit.MILLISECONDS)
                .onSuccess(ready -> {
                    if (client == fresh && !closed) {
                        commands = first;
                        signals = second;
                        backoffMillis = MIN_BACKOFF_MILLIS;
                        LOG.info("Connected to Redis");
                        listener.up();
                    }
                });
    }

    private Future<Void> subscribe(Redis owner, RedisConnection connection) {
        Promise<Void> subscribed = Promise.promise();
        watch(owner, connection);
        connection.handler(message -> heard(message, subscribed));
        Request subscribe = Request.cmd(Command.SUBSCRIBE);
        for (String channel : channels) {
            subscribe.arg(channel);
        }
        // The client calls a subscription done when it is written: wait for the server's own word.
        return connection.send(subscribe).compose(written -> subscribed.future());
    }

    private void watch(Redis owner, RedisConnection connection) {
        connection.exceptionHandler(failure -> lost(owner, failure));
        connection.endHandler(end -> lost(owner, new IllegalStateException("connection closed")));
    }

    private void heard(Response message, Promise<Void> subscribed) {
        if (message.size() < 3) {
            return;
        }
        switch (message.get(0).toString()) {
            case "subscribe" -> {
                if (message.get(2).toInteger() == channels.length) {
                    subscribed.tryComplete();
                }
            }
            case "message" ->
                listener.message(message.get(1).toString(), message.get(2).toString());
            default -> LOG.atDebug().addKeyValue("kind", message.get(0)).log("Unexpected signal");
        }
    }

    /** Sends a command; fails at once when the link is down. */
    public Future<Response> send(Request request) {
        Redis owner = client;
        RedisConnection connection = commands;
        if (connection == null || owner == null) {
            return Future.failedFuture(new RedisDown("Redis is down"));
        }
        return connection
                .send(request)
                .timeout(settings.timeoutMs(), TimeUnit.MILLISECONDS)
                .recover(failure -> {
                    if (failure instanceof io.vertx.redis.client.impl.types.ErrorType refusal) {
                        return Future.failedFuture(refusal);
                    }
                    lost(owner, failure);
                    return Future.failedFuture(new RedisDown(String.valueOf(failure.getMessage())));
                });
    }

    private void lost(Redis owner, Throwable why) {
        if (client != owner || commands == null) {
            return;
        }
        commands = null;
        signals = null;
        owner.close();
        if (!closed) {
            LOG.atWarn().addKeyValue("why", why.getMessage()).log("Lost Redis");
            listener.down();
            retry();
        }
    }

    private void retry() {
        if (!closed) {
            vertx.setTimer(backoffMillis, id -> {
                if (!closed) {
                    open();
                }
            });
            backoffMillis = Math.min(MAX_BACKOFF_MILLIS, backoffMillis * 2);
        }
    }

    /** Closes it for good. */
    public Future<Void> close() {
        closed = true;
        commands = null;
        signals = null;
        return client == null ? Future.succeededFuture() : client.close();
    }

    private RedisOptions options() {
        RedisOptions options = new RedisOptions()
                .setNetClientOptions(new NetClientOptions()
                        .setConnectTimeout(settings.timeoutMs())
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true))
                .setMaxPoolSize(4)
                .setMaxWaitingHandlers(MAX_PIPELINED);
        settings.uris().forEach(options::addConnectionString);
        return switch (settings.mode()) {
            case STANDALONE -> options.setType(RedisClientType.STANDALONE);
            case CLUSTER -> options.setType(RedisClientType.CLUSTER);
            case SENTINEL -> options.setType(RedisClientType.SENTINEL).setRole(RedisRole.MASTER);
        };
    }
}
