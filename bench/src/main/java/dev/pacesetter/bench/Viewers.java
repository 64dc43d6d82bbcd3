package dev.pacesetter.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongBiFunction;

/** Many screens on one event loop, each with a socket of its own, each following one leaderboard as a browser does. */
final class Viewers extends AbstractVerticle {

    /** How a server is spoken to. */
    enum Protocol {
        /** Our boards, checked message by message. */
        BRIDGE("/eventbus/websocket"),
        /** The same bridge with anything in it: only counted. */
        STOCK("/eventbus/websocket"),
        /** Counted. */
        SOCKET_IO("/socket.io/?EIO=4&transport=websocket");

        final String path;

        Protocol(String path) {
            this.path = path;
        }
    }

    private static final int KEPT = 64;
    private static final int MAX_FRAME = 1 << 20;

    private final Protocol protocol;
    private final int port;
    private final String address;
    private final int count;
    private final int perSecond;
    private final Tally tally;
    private final ToLongBiFunction<String, Long> due;
    private final List<Screen> screens = new ArrayList<>();
    private final List<Frame> recent = new ArrayList<>();
    final AtomicInteger watching = new AtomicInteger();
    private WebSocketClient client;
    private volatile boolean closing;

    Viewers(
            Protocol protocol,
            int port,
            String address,
            int count,
            int perSecond,
            Tally tally,
            ToLongBiFunction<String, Long> due) {
        this.protocol = protocol;
        this.port = port;
        this.address = address;
        this.count = count;
        this.perSecond = perSecond;
        this.tally = tally;
        this.due = due;
    }

    private final class Screen {
        WebSocket socket;
        Board board = Board.NONE;
        int attempt;
    }

    @Override
    public void start(Promise<Void> started) {
        client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxConnections(count)
                .setConnectTimeout(10_000)
                .setTryUsePerMessageCompression(false)
                .setMaxFrameSize(MAX_FRAME)
                .setMaxMessageSize(MAX_FRAME));
        for (int i = 0; i < count; i++) {
            Screen screen = new Screen();
            screens.add(screen);
            vertx.setTimer(1 + i * 1_000L / perSecond, id -> connect(screen));
        }
        started.complete();
    }

    private void connect(Screen screen) {
        if (closing) {
            return;
        }
        client.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setURI(protocol.path))
                .onSuccess(socket -> opened(screen, socket))
                .onFailure(failure -> again(screen));
    }

    /** As phones do after a server has gone: soon, at times of their own, ever more patient. */
    private void again(Screen screen) {
        screen.attempt++;
        long most = Math.min(5_000, 250L << Math.min(5, screen.attempt));
        vertx.setTimer(1 + ThreadLocalRandom.current().nextLong(most), id -> connect(screen));
    }

    private void opened(Screen screen, WebSocket socket) {
        screen.socket = socket;
        screen.board = Board.NONE;
        socket.textMessageHandler(text -> received(screen, text));
        // The bridge writes its own messages as binary ones.
        socket.binaryMessageHandler(bytes -> received(screen, bytes.toString()));
        socket.exceptionHandler(failure -> {});
        socket.closeHandler(end -> {
            if (screen.socket == socket && !closing) {
                if (screen.board != Board.NONE) {
                    watching.decrementAndGet();
                }
                screen.socket = null;
                tally.closed.increment();
                again(screen);
            }
        });
        if (protocol == Protocol.SOCKET_IO) {
            socket.writeTextMessage("40");
        } else {
            register(socket);
        }
        if (protocol == Protocol.STOCK) {
            watches(screen);
        }
    }

    private void watches(Screen screen) {
        watching.incrementAndGet();
        screen.board = new Board("", "", 0, 0, Map.of());
    }

    private void register(WebSocket socket) {
        socket.writeTextMessage(new JsonObject()
                .put("type", "register")
                .put("address", address)
                .put("headers", new JsonObject())
                .encode());
    }

    private void received(Screen screen, String text) {
        if (protocol == Protocol.SOCKET_IO) {
            if (text.equals("2")) {
                screen.socket.writeTextMessage("3");
                return;
            }
            if (!text.startsWith("42")) {
                if (text.startsWith("40")) {
                    watches(screen);
                }
                return;
            }
        }
        if (protocol != Protocol.BRIDGE) {
            tally.received(text.length(), false, 0);
            return;
        }
        Frame frame = frame(text);
        if (frame.body == null) {
            return;
        }
        tally.received(text.length(), frame.isSnapshot(), frame.dueNanos);
        Board next = frame.after(screen.board);
        if (next == null) {
            // It asks anew, as the client does.
            tally.gaps.increment();
            screen.socket.writeTextMessage(
                    new JsonObject().put("type", "unregister").put("address", address).encode());
            register(screen.socket);
        } else {
            if (screen.board == Board.NONE) {
                screen.attempt = 0;
                watching.incrementAndGet();
            }
            screen.board = next;
        }
    }

    private Frame frame(String text) {
        for (int i = recent.size() - 1; i >= 0; i--) {
            if (recent.get(i).text.equals(text)) {
                return recent.get(i);
            }
        }
        JsonObject message = new JsonObject(text);
        JsonObject body = "rec".equals(message.getString("type")) ? message.getJsonObject("body") : null;
        Frame frame = new Frame(text, body, body == null ? 0 : dueOf(body));
        if (recent.size() == KEPT) {
            recent.remove(0);
        }
        recent.add(frame);
        return frame;
    }

    /** One of the scores in it, any one: all of them would be the same frame counted many times. */
    private long dueOf(JsonObject body) {
        if (!"delta".equals(body.getString("type")) || body.getJsonArray("changed").isEmpty()) {
            return 0;
        }
        int any = ThreadLocalRandom.current().nextInt(body.getJsonArray("changed").size());
        JsonObject entry = body.getJsonArray("changed").getJsonObject(any);
        return due.applyAsLong(entry.getString("userId"), entry.getLong("score"));
    }

    /** How many hold something else than this. */
    Future<Long> wrong(List<String> expected) {
        Promise<Long> promise = Promise.promise();
        context.runOnContext(go -> {
            Map<Board, Boolean> judged = new IdentityHashMap<>();
            promise.complete(screens.stream()
                    .filter(screen -> !judged.computeIfAbsent(
                            screen.board, board -> board.lines().equals(expected)))
                    .count());
        });
        return promise.future();
    }

    @Override
    public void stop(Promise<Void> stopped) {
        closing = true;
        client.close().onComplete(done -> stopped.complete());
    }
}
