package dev.pacesetter.live;

import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.support.Await;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A browser's client: the event-bus protocol over a WebSocket, bare or in SockJS frames, holding one leaderboard. */
final class TestViewer implements AutoCloseable {

    /** How frames travel. */
    enum Transport {
        RAW,
        SOCKJS
    }

    private static final AtomicInteger SESSIONS = new AtomicInteger();

    private final Transport transport;
    private final WebSocketClient client;
    private final WebSocket socket;
    private final List<JsonObject> frames = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final Map<String, JsonObject> entries = new HashMap<>();
    private @Nullable JsonObject head;
    private boolean closed;
    private @Nullable JsonArray sockJsClose;

    TestViewer(Vertx vertx, int port, Transport transport) {
        this(vertx, port, transport, null);
    }

    /** @param from the address that a proxy names */
    TestViewer(Vertx vertx, int port, Transport transport, @Nullable String from) {
        this.transport = transport;
        this.client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setReceiveBufferSize(8_192).setClosingTimeout(1));
        String path = transport == Transport.RAW
                ? "/eventbus/websocket"
                : "/eventbus/000/s" + SESSIONS.incrementAndGet() + "/websocket";
        WebSocketConnectOptions options =
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path);
        if (from != null) {
            options.putHeader("X-Forwarded-For", from);
        }
        // Handlers first, and on the event loop: a server that refuses may close before this thread, or another, goes
        // on.
        Promise<WebSocket> opened = Promise.promise();
        vertx.getOrCreateContext().runOnContext(go -> {
            ClientWebSocket opening = client.webSocket();
            opening.textMessageHandler(this::text)
                    .exceptionHandler(broken -> {})
                    .closeHandler(gone -> close(true));
            opening.connect(options).onComplete(opened);
        });
        this.socket = Await.result(opened.future());
    }

    private synchronized void close(boolean now) {
        closed = now;
    }

    private synchronized void text(String text) {
        if (transport == Transport.RAW) {
            frame(new JsonObject(text));
        } else if (text.startsWith("a")) {
            new JsonArray(text.substring(1)).forEach(each -> frame(new JsonObject(each.toString())));
        } else if (text.startsWith("c")) {
            sockJsClose = new JsonArray(text.substring(1));
        }
    }

    private void frame(JsonObject frame) {
        frames.add(frame);
        if (frame.getString("type").equals("rec") && frame.getString("address").matches("leaderboard\\.[a-z]+")) {
            apply(frame.getJsonObject("body"));
        }
    }

    private void apply(JsonObject body) {
        if (body.getString("type").equals("snapshot")) {
            entries.clear();
            body.getJsonArray("entries").forEach(each -> put((JsonObject) each));
        } else if (head == null
                || !body.getLong("base").equals(head.getLong("version"))
                || !body.getString("epoch").equals(head.getString("epoch"))
                || !body.getString("period").equals(head.getString("period"))) {
            complaints.add("does not apply to " + head + ": " + body);
        } else {
            body.getJsonArray("changed").forEach(each -> put((JsonObject) each));
            body.getJsonArray("removed").forEach(entries::remove);
        }
        head = body;
    }

    private void put(JsonObject entry) {
        entries.put(entry.getString("userId"), entry);
    }

    void send(JsonObject frame) {
        sendText(frame.encode());
    }

    void sendText(String text) {
        socket.writeTextMessage(
                transport == Transport.RAW ? text : new JsonArray().add(text).encode());
    }

    void register(String address) {
        send(new JsonObject().put("type", "register").put("address", address).put("headers", new JsonObject()));
    }

    void register(String address, String bearer) {
        register(address, new JsonObject().put("Authorization", "Bearer " + bearer));
    }

    void register(String address, JsonObject headers) {
        send(new JsonObject().put("type", "register").put("address", address).put("headers", headers));
    }

    /** Sends bytes as they are. */
    void sendBinary(byte[] bytes) {
        socket.writeBinaryMessage(Buffer.buffer(bytes));
    }

    /** Sends a text as it is, also over SockJS. */
    void sendPlain(String text) {
        socket.writeTextMessage(text);
    }

    /** Sends one piece of a text. */
    void sendPiece(String text, boolean first, boolean last) {
        socket.writeFrame(
                first
                        ? WebSocketFrame.textFrame(text, last)
                        : WebSocketFrame.continuationFrame(Buffer.buffer(text), last));
    }

    /** Pings as WebSockets do. */
    void sendPing() {
        socket.writePing(Buffer.buffer("x"));
    }

    /** What it was told last: its code and its message. */
    String lastWord() {
        List<JsonObject> all = frames();
        JsonObject last = all.isEmpty() ? new JsonObject() : all.get(all.size() - 1);
        return last.getValue("failureCode") + " " + last.getString("message");
    }

    void unregister(String address) {
        send(new JsonObject().put("type", "unregister").put("address", address).put("headers", new JsonObject()));
    }

    /** Stops reading from the connection, or goes on. */
    void read(boolean on) {
        if (on) {
            socket.resume();
        } else {
            socket.pause();
        }
    }

    /** What came, oldest first. */
    synchronized List<JsonObject> frames() {
        return List.copyOf(frames);
    }

    /** The kinds of what came: {@code snapshot}, {@code delta}, or the text of an error. */
    synchronized List<String> kinds() {
        return frames.stream()
                .map(frame -> frame.getString("type").equals("rec")
                        ? frame.getJsonObject("body").getString("type")
                        : frame.getString("message", frame.getString("body")))
                .toList();
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    synchronized boolean closed() {
        return closed;
    }

    @Nullable Short closeCode() {
        return socket.closeStatusCode();
    }

    /** Why it was closed, as the server says. */
    synchronized @Nullable String closeReason() {
        return sockJsClose == null ? socket.closeReason() : sockJsClose.getString(1);
    }

    /** Whether it shows this page, in this order. */
    synchronized boolean shows(Page page) {
        if (head == null || !head.getString("period").equals(page.period()) || head.getLong("total") != page.total()) {
            return false;
        }
        List<String> shown = entries.values().stream()
                .sorted(Comparator.comparingInt((JsonObject entry) -> -entry.getInteger("score"))
                        .thenComparing(entry -> entry.getString("reachedAt"))
                        .thenComparing(entry -> entry.getString("userId")))
                .map(entry -> entry.getString("userId") + " " + entry.getString("name") + " "
                        + entry.getInteger("score") + " " + entry.getString("reachedAt"))
                .toList();
        return shown.equals(page.entries().stream()
                .map(entry -> entry.userId() + " " + entry.name() + " " + entry.score() + " " + entry.reachedAt())
                .toList());
    }

    @Override
    public void close() {
        Await.result(socket.close().otherwiseEmpty().eventually(client::close));
    }
}
