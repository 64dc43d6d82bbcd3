package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.pacesetter.live.TestViewer.Transport;
import dev.pacesetter.support.Await;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the bridge refuses, and that it counts viewers exactly, whatever they do. */
class BridgeGuardIT extends LiveRig {

    @Test
    void shouldCountADoubleRegistrationOnce() {
        framesPerSecond = 1_000;
        start();
        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(ADDRESS);
        viewer.register(ADDRESS);
        Await.until("the refusal", () -> viewer.kinds().contains("address_already_registered"));
        Await.until("one viewer", () -> viewers.getOrDefault("weekly", 0) == 1);

        // When it unregisters twice, and from what it never had
        viewer.unregister(ADDRESS);
        viewer.unregister(ADDRESS);
        viewer.unregister("leaderboard.secret");
        Await.until("nobody", () -> viewers.get("weekly") == 0);

        // And in one breath
        for (int i = 0; i < 50; i++) {
            viewer.register(ADDRESS);
            viewer.unregister(ADDRESS);
        }
        viewer.register(ADDRESS);
        // Frames are worked off in order: once this is refused, all others are.
        assertFalse(viewer.kinds().contains("no such leaderboard"));
        viewer.register("leaderboard.nowhere");
        Await.until("all is worked off", () -> viewer.kinds().contains("no such leaderboard"));
        ranking.score("a", "A", 5);
        Await.until("it shows", () -> viewer.shows(ranking.page(TOP)));
        Await.until("one viewer again", () -> viewers.get("weekly") == 1);
        assertEquals(Set.of("weekly"), viewers.keySet());
    }

    @Test
    void shouldRefuseWhatIsNoPublicLeaderboard() {
        start();
        TestViewer viewer = viewer(Transport.RAW);

        for (String address : List.of("leaderboard.nowhere", "leaderboard.secret", "batch.committed", "leaderboard.")) {
            int before = viewer.frames().size();
            viewer.register(address);
            Await.until("refused " + address, () -> viewer.frames().size() == before + 2);

            // Then the client's handler for the address is told why
            JsonObject refusal = viewer.frames().get(before);
            assertEquals("err", refusal.getString("type"));
            assertEquals(address, refusal.getString("address"));
            assertEquals(address.startsWith("leaderboard.") ? 404 : 403, refusal.getInteger("failureCode"));
            assertEquals("rejected", viewer.kinds().get(before + 1));
        }
        assertEquals(0, viewerMessages.get());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldForgetViewersThatVanish(Transport transport) throws Exception {
        start();
        ranking.score("a", "A", 1);
        NetClient broken = held(vertx.createNetClient(new NetClientOptions().setSoLinger(0)));
        List<TestViewer> stay = List.of(viewer(transport), viewer(transport));
        stay.forEach(viewer -> viewer.register(ADDRESS));
        for (int i = 0; i < 40; i++) {
            int way = i % 4;
            if (way == 0) {
                TestViewer viewer = new TestViewer(vertx, port, transport);
                viewer.register(ADDRESS);
                viewer.close();
            } else {
                // A connection that breaks without a close frame, some of them before they were answered
                RawSocket socket = Await.result(RawSocket.open(broken, port, transport));
                socket.text(new JsonObject()
                        .put("type", "register")
                        .put("address", ADDRESS)
                        .encode());
                if (way == 2) {
                    Thread.sleep(20);
                }
                Await.result(socket.cut());
            }
            ranking.score("u" + i, "U", i);
        }
        Await.until("two viewers are left", () -> viewers.get("weekly") == 2 && guard.sockets() == 2);
        for (TestViewer viewer : stay) {
            Await.until("those who stay see all", () -> viewer.shows(ranking.page(TOP)));
            assertEquals(List.of(), viewer.complaints());
        }
        Await.result(broken.close());
    }

    @Test
    void shouldRefuseMoreSocketsThanAllowed() {
        maxSockets = 2;
        start();
        viewer(Transport.RAW).register(ADDRESS);
        TestViewer second = viewer(Transport.SOCKJS);
        Await.until("two are open", () -> guard.sockets() == 2);

        TestViewer third = viewer(Transport.RAW);
        TestViewer fourth = viewer(Transport.SOCKJS);
        Await.until("the others are closed", () -> third.closed() && fourth.closed());
        assertEquals((short) 1013, third.closeCode());
        assertEquals(2, closed("too-many-sockets"));

        second.close();
        Await.until("one has gone", () -> guard.sockets() == 1);
        TestViewer fifth = viewer(Transport.RAW);
        fifth.register(ADDRESS);
        ranking.score("a", "A", 1);
        Await.until("there is room again", () -> fifth.shows(ranking.page(TOP)));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseEverySocketWhenItStops(Transport transport) {
        start();
        TestViewer viewer = viewer(transport);
        viewer.register(ADDRESS);
        Await.until("it watches", () -> viewers.getOrDefault("weekly", 0) == 1);
        guard.unmount();
        Await.until("it is closed", viewer::closed);
        assertEquals((short) (transport == Transport.RAW ? 1001 : 1000), viewer.closeCode());
        assertEquals(1, closed("stopping"));
        assertEquals(0, guard.sockets());
    }

    @Test
    void shouldRefuseForeignPages() {
        start();
        assertEquals(101, upgrade(null));
        assertEquals(101, upgrade("http://127.0.0.1:" + port));
        assertEquals(101, upgrade("https://app.example.com"));
        assertEquals(403, upgrade("https://evil.example"));
        assertEquals(403, upgrade("null"));

        HttpClient client = held(vertx.createHttpClient());
        assertEquals(403, status(client, HttpMethod.POST, "/eventbus/000/x/xhr", "https://evil.example"));
        assertEquals(200, status(client, HttpMethod.GET, "/eventbus/info", "https://app.example.com"));
    }

    private int status(HttpClient client, HttpMethod method, String path, @Nullable String origin) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setPort(port)
                .setHost("127.0.0.1")
                .setURI(path);
        if (origin != null) {
            options.putHeader("Origin", origin);
        }
        return Await.result(client.request(options).compose(request -> request.send()))
                .statusCode();
    }

    private int upgrade(@Nullable String origin) {
        WebSocketConnectOptions options =
                new WebSocketConnectOptions().setPort(port).setHost("127.0.0.1").setURI("/eventbus/websocket");
        if (origin != null) {
            options.putHeader("Origin", origin);
        }
        WebSocketClient client = held(vertx.createWebSocketClient());
        return Await.result(client.connect(options)
                .compose(socket -> socket.close().map(101))
                .recover(refused -> refused instanceof UpgradeRejectedException rejected
                        ? Future.succeededFuture(rejected.getStatus())
                        : Future.failedFuture(refused)));
    }
}
