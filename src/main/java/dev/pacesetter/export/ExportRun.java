package dev.pacesetter.export;

import dev.pacesetter.http.Ongoing;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.postgres.FailedCalls;
import dev.pacesetter.postgres.PostgresFailures;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Cursor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One export under way: a page is read by a cursor, written, and taken by the client before the next is read. So a page is
 * all that is in memory, and the database works as fast as the client reads. Runs on the request's event loop.
 */
final class ExportRun {

    private static final Logger LOG = LoggerFactory.getLogger(ExportRun.class);
    private static final FailedCalls FAILED = new FailedCalls(LOG, System::nanoTime);
    private static final int PAGE = 1_000;
    /** Small enough for a slow client to be seen to make progress. */
    private static final int PIECE = 16_384;

    private static final long ANSWER_SECONDS = 5;

    private final RoutingContext context;
    private final HttpServerResponse response;
    private final ExportFormat format;
    private final Export export;
    private final ExportLimits limits;
    private final Runnable onFree;

    private @Nullable PgConnection connection;
    /** Why nothing more is to be read or written. */
    private @Nullable Throwable stopped;

    private boolean clientLeft;

    /** @param onFree hears, once, that the database's connection is closed, or was never opened */
    ExportRun(RoutingContext context, ExportFormat format, Export export, ExportLimits limits, Runnable onFree) {
        this.context = context;
        this.response = context.response();
        this.format = format;
        this.export = export;
        this.limits = limits;
        this.onFree = onFree;
    }

    /**
     * Runs until it is over, however it ends.
     *
     * @param access of whoever asked for it; who loses it is to {@link #cut} this
     */
    void go(Supplier<Future<PgConnection>> connect, Ongoing access) {
        context.addEndHandler(end -> {
            if (end.failed() && stopped == null) {
                clientLeft = true;
                stop(end.cause());
            }
        });
        Vertx vertx = context.vertx();
        long timer = vertx.setTimer(
                limits.whole().toMillis(), id -> cut(new TimeoutException("not taken in " + limits.whole())));
        // Word that access was lost may have come before we listened, or get lost.
        long rechecks = vertx.setPeriodic(1, limits.recheck().toMillis(), id -> {
            var unused = access.check();
        });
        Future.succeededFuture()
                .compose(go -> connect.get())
                .recover(failure -> {
                    FAILED.add(failure);
                    return Future.failedFuture(Problem.storageUnavailable().exception());
                })
                .compose(this::read)
                .eventually(() -> {
                    vertx.cancelTimer(timer);
                    vertx.cancelTimer(rechecks);
                    access.end();
                    // Before the end is sent: who has read it may ask for the next at once.
                    return letGo().onComplete(free -> onFree.run());
                })
                .compose(all -> taken(response.end()))
                .onFailure(this::failed);
    }

    /** Ends it, for this reason. */
    void cut(Throwable why) {
        stop(why);
        if (response.headWritten()) {
            // What is being written would otherwise be waited for.
            reset();
        }
    }

    private void stop(Throwable cause) {
        if (stopped == null) {
            stopped = cause;
            PgConnection open = connection;
            if (open != null) {
                // It may be sorting a million entries for nobody.
                open.cancelRequest()
                        .onFailure(failure -> LOG.atDebug().setCause(failure).log("A statement was not cancelled"));
            }
        }
    }

    private Future<Void> read(PgConnection opened) {
        connection = opened;
        long millis = limits.statement().toMillis();
        // The server holds the limits, too, should this process be gone or the network between them.
        String begin = "begin isolation level repeatable read read only; set local statement_timeout = " + millis
                + "; set local idle_in_transaction_session_timeout = "
                + limits.whole().toMillis();
        return bounded(opened.query(begin).execute())
                .compose(begun -> bounded(opened.prepare(export.sql())))
                .compose(statement -> {
                    Promise<Void> all = Promise.promise();
                    next(statement.cursor(export.arguments()), format.header(export.columns()), all);
                    return all.future();
                });
    }

    private static <T> Future<T> bounded(Future<T> answer) {
        return answer.timeout(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    /** A loop rather than a chain of futures, which would grow with every page. */
    private void next(Cursor cursor, String before, Promise<Void> all) {
        page(cursor, before).onFailure(all::fail).onSuccess(written -> {
            if (cursor.hasMore()) {
                next(cursor, "", all);
            } else {
                all.complete();
            }
        });
    }

    private Future<Void> page(Cursor cursor, String before) {
        Throwable over = stopped;
        if (over != null) {
            return Future.failedFuture(over);
        }
        return cursor.read(PAGE)
                .timeout(limits.statement().toSeconds() + ANSWER_SECONDS, TimeUnit.SECONDS)
                .compose(rows -> export.lines().of(rows))
                .compose(lines -> write(Buffer.buffer(before + format.text(export.columns(), lines))));
    }

    private Future<Void> write(Buffer text) {
        if (!response.headWritten()) {
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, format.contentType())
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .putHeader(
                            "Content-Disposition",
                            "attachment; filename=\"" + export.name() + "." + format.ending() + "\"");
        }
        Future<Void> taken = Future.succeededFuture();
        for (int from = 0; from < text.length(); from += PIECE) {
            Buffer piece = text.slice(from, Math.min(text.length(), from + PIECE));
            taken = taken.compose(done -> taken(response.write(piece)));
        }
        return taken;
    }

    private Future<Void> taken(Future<Void> written) {
        return written.timeout(limits.stalled().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Future<Void> letGo() {
        PgConnection open = connection;
        // One that says nothing any longer is given up: its server ends the transaction by itself.
        return open == null ? Future.succeededFuture() : bounded(open.close()).otherwiseEmpty();
    }

    private void failed(Throwable failure) {
        Throwable cause = stopped == null ? failure : stopped;
        // A write may fail before the end of the connection is heard of.
        if (clientLeft || response.closed()) {
            LOG.atDebug().addKeyValue("export", export.name()).log("The client of an export has left");
        } else if (!response.headWritten()) {
            boolean down = !(cause instanceof ProblemException) && (stopped != null || PostgresFailures.isDown(cause));
            context.fail(down ? Problem.storageUnavailable().exception() : cause);
        } else if (cause instanceof ProblemException) {
            // Closed already.
            LOG.atDebug().setCause(cause).addKeyValue("export", export.name()).log("An export was cut");
        } else {
            LOG.atWarn().setCause(cause).addKeyValue("export", export.name()).log("An export ended early");
            reset();
        }
    }

    /** At once: Vert.x would first send what waits, which a client that has stopped reading never takes. */
    private void reset() {
        HttpServerRequest request = context.request();
        if (request.version() != HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase own) {
            // From behind Vert.x's own handler; there is none, and no option either, when it is closed already.
            ChannelHandlerContext handler = own.channel().pipeline().lastContext();
            if (handler != null && own.channel().isOpen()) {
                own.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                var unused = handler.close();
            }
        } else {
            response.reset()
                    .onFailure(failure -> LOG.atDebug().setCause(failure).log("An export was not reset"));
        }
    }
}
