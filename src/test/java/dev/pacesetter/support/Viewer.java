package dev.pacesetter.support;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A browser's side of the event-bus bridge, by its standard protocol over a bare WebSocket. */
public final class Viewer implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    /** Held on to: Vert.x closes the connections of a client that the garbage collector finds. */
    private final WebSocketClient client = vertx.createWebSocketClient();

    private final WebSocket socket;
    private final List<JsonObject> frames = new CopyOnWriteArrayList<>();

    /** Connects. */
    public Viewer(int port) {
        this(port, null);
    }

    /** Connects by a proxy that names this address. */
    public Viewer(int port, @Nullable String from) {
        WebSocketConnectOptions options =
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI("/eventbus/websocket");
        if (from != null) {
            options.putHeader("X-Forwarded-For", from);
        }
        socket = Await.result(client.connect(options));
        socket.handler(frame -> frames.add(frame.toJsonObject()));
    }

    /** Sends a frame. */
    public void send(JsonObject frame) {
        Await.result(socket.writeTextMessage(frame.encode()));
    }

    public void register(String address) {
        send(new JsonObject().put("type", "register").put("address", address).put("headers", new JsonObject()));
    }

    /** Registers with a token or key. */
    public void register(String address, String bearer) {
        send(new JsonObject()
                .put("type", "register")
                .put("address", address)
                .put("headers", new JsonObject().put("Authorization", "Bearer " + bearer)));
    }

    public void unregister(String address) {
        send(new JsonObject().put("type", "unregister").put("address", address));
    }

    /** All frames so far. */
    public List<JsonObject> frames() {
        return frames;
    }

    /** The bodies received on an address so far. */
    public List<JsonObject> bodies(String address) {
        return frames.stream()
                .filter(frame -> "rec".equals(frame.getString("type")) && address.equals(frame.getString("address")))
                .map(frame -> frame.getJsonObject("body"))
                .toList();
    }

    /** Whether the other side closed. */
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public void close() {
        Await.closed(vertx);
    }
}
