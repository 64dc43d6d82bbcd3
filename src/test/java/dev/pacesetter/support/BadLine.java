package dev.pacesetter.support;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between viewers and a node and treats the node's messages as the worst of networks and proxies would: some are
 * lost, some come twice, some are overtaken by the next, and now and then the connection breaks.
 */
public final class BadLine implements AutoCloseable {

    private static final double LOST = 0.15;
    private static final double TWICE = 0.15;
    private static final double LATE = 0.15;
    private static final double BROKEN = 0.02;
    private static final int MOST_NOTES = 60;
    private static final int NOTED = 160;

    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient client = vertx.createWebSocketClient();
    private final HttpClient http = vertx.createHttpClient();
    private final HttpServer server;
    private final int node;
    private final Random random;
    private final AtomicInteger faults = new AtomicInteger();
    private volatile boolean bad = true;
    private final Deque<String> last = new ConcurrentLinkedDeque<>();

    /** Before the node at this port; the seed decides what happens to which message. */
    public BadLine(int node, long seed) {
        this.node = node;
        this.random = new Random(seed);
        this.server = Await.result(vertx.createHttpServer()
                .requestHandler(this::fetch)
                .webSocketHandler(this::accept)
                .listen(0, "127.0.0.1"));
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    /** How many messages were not delivered as they should have been. */
    public int faults() {
        return faults.get();
    }

    /** What went over it last, with what became of it: for whoever asks why a viewer is not up to date. */
    public String log() {
        return String.join("\n", last);
    }

    private void note(String what, String text) {
        last.add(Instant.now() + " " + what + " " + text.substring(0, Math.min(NOTED, text.length())));
        if (last.size() > MOST_NOTES) {
            last.poll();
        }
    }

    /** From now on it does what it should. */
    public void mend() {
        bad = false;
    }

    /** The node's own pages and modules, as they are. */
    private void fetch(HttpServerRequest request) {
        http.request(HttpMethod.GET, node, "127.0.0.1", request.uri())
                .compose(HttpClientRequest::send)
                .compose(answer -> answer.body().onSuccess(body -> {
                    String type = answer.getHeader(HttpHeaders.CONTENT_TYPE);
                    if (type != null) {
                        request.response().putHeader(HttpHeaders.CONTENT_TYPE, type);
                    }
                    request.response().setStatusCode(answer.statusCode()).end(body);
                }))
                .onFailure(failure -> request.response().setStatusCode(502).end());
    }

    private void accept(ServerWebSocket viewer) {
        WebSocketConnectOptions target =
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(node).setURI(viewer.uri());
        viewer.pause();
        client.connect(target)
                .onSuccess(behind -> {
                    Line line = new Line(viewer);
                    behind.textMessageHandler(line::pass);
                    behind.binaryMessageHandler(bytes -> line.pass(bytes.toString()));
                    behind.closeHandler(end -> viewer.close());
                    viewer.textMessageHandler(text -> {
                        note("from the viewer:", text);
                        behind.writeTextMessage(text);
                    });
                    viewer.closeHandler(end -> {
                        note("closed", "");
                        behind.close();
                    });
                    viewer.resume();
                })
                .onFailure(failure -> viewer.close());
    }

    /** One viewer's. */
    private final class Line {
        private final ServerWebSocket viewer;
        private String held = "";

        Line(ServerWebSocket viewer) {
            this.viewer = viewer;
        }

        void pass(String text) {
            // Only what has a number to miss it by: an error says what is so, once.
            boolean isBoard = "rec".equals(new JsonObject(text).getString("type"));
            double fate = bad && isBoard ? random.nextDouble() : 1;
            if (fate < LOST) {
                note("lost:", text);
                faults.incrementAndGet();
            } else if (fate < LOST + TWICE) {
                faults.incrementAndGet();
                send(text);
                send(text);
            } else if (fate < LOST + TWICE + LATE && held.isEmpty()) {
                faults.incrementAndGet();
                note("late:", text);
                held = text;
            } else if (fate < LOST + TWICE + LATE + BROKEN) {
                faults.incrementAndGet();
                viewer.close();
            } else {
                send(text);
            }
        }

        private void send(String text) {
            if (!viewer.isClosed()) {
                if (!bad) {
                    // Nothing would follow by which the viewer could tell what came too early.
                    sendHeld();
                }
                note("to the viewer:", text);
                viewer.writeTextMessage(text);
                sendHeld();
            }
        }

        private void sendHeld() {
            if (!held.isEmpty()) {
                note("to the viewer, late:", held);
                viewer.writeTextMessage(held);
                held = "";
            }
        }
    }

    @Override
    public void close() {
        Await.closed(vertx);
    }
}
