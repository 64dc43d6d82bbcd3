package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.live.TestViewer.Transport;
import dev.pacesetter.settings.LiveSettings;
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
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the bridge refuses, and that it counts viewers exactly, whatever they do. */
class BridgeGuardIT extends LiveRig {

    @Test
    void shouldCountADoubleRegistrationOnce() {
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
        ranking.score("a", "A", 5);
        Await.until("it shows", () -> viewer.shows(ranking.page(TOP)));
        assertEquals(1, viewers.get("weekly"));
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

    @Test
    void shouldLetNothingIn() {
        start();
        AtomicInteger heard = new AtomicInteger();
        for (String address : List.of(ADDRESS, Addresses.SNAPSHOT.name() + ".x", "anything")) {
            vertx.eventBus().consumer(address, message -> heard.incrementAndGet());
        }
        TestViewer viewer = viewer(Transport.RAW);
        for (String type : List.of("send", "publish")) {
            for (String address : List.of(ADDRESS, "anything")) {
                viewer.send(new JsonObject()
                        .put("type", type)
                        .put("address", address)
                        .put("body", new JsonObject().put("score", 1))
                        .put("replyAddress", "r"));
            }
        }
        Await.until(
                "four refusals", () -> viewer.kinds().equals(List.of("rejected", "rejected", "rejected", "rejected")));
        assertEquals(0, heard.get());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldTakeBadInputCalmly(Transport transport) {
        start();
        TestViewer viewer = viewer(transport);
        for (String text : List.of(
                "",
                "nonsense",
                "[1]",
                "null",
                "{}",
                "{\"type\":5}",
                "{\"type\":\"register\"}",
                "{\"type\":\"register\",\"address\":{\"a\":1}}",
                "{\"type\":\"boo\",\"address\":\"x\"}",
                "{\"type\":\"unregister\",\"address\":[]}")) {
            viewer.sendText(text);
        }
        viewer.register(ADDRESS);
        ranking.score("a", "A", 5);
        Await.until("it still works", () -> viewer.shows(ranking.page(TOP)));

        // When a message is larger than any may be, and more follows at once
        viewer.sendText("x".repeat(300_000));
        viewer.register(ADDRESS);
        viewer.unregister(ADDRESS);
        viewer.register("leaderboard.nowhere");
        Await.until("it is cut off", viewer::closed);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldForgetViewersThatVanish(Transport transport) throws Exception {
        start();
        ranking.score("a", "A", 1);
        NetClient broken = vertx.createNetClient(new NetClientOptions().setSoLinger(0));
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
        start(new LiveSettings(TOP, 10, 65_536, 2_000, 2), Duration.ofSeconds(30));
        viewer(Transport.RAW).register(ADDRESS);
        TestViewer second = viewer(Transport.SOCKJS);
        Await.until("two are open", () -> guard.sockets() == 2);

        TestViewer third = viewer(Transport.RAW);
        TestViewer fourth = viewer(Transport.SOCKJS);
        Await.until("the others are closed", () -> third.closed() && fourth.closed());
        assertEquals((short) 1013, third.closeCode());

        second.close();
        Await.until("one has gone", () -> guard.sockets() == 1);
        TestViewer fifth = viewer(Transport.RAW);
        fifth.register(ADDRESS);
        ranking.score("a", "A", 1);
        Await.until("there is room again", () -> fifth.shows(ranking.page(TOP)));
    }

    @Test
    void shouldRefuseForeignPages() {
        start();
        assertEquals(101, upgrade(null));
        assertEquals(101, upgrade("http://127.0.0.1:" + port));
        assertEquals(101, upgrade("https://app.example.com"));
        assertEquals(403, upgrade("https://evil.example"));
        assertEquals(403, upgrade("null"));

        HttpClient client = vertx.createHttpClient();
        assertEquals(403, status(client, HttpMethod.POST, "/eventbus/000/x/xhr", "https://evil.example"));
        assertEquals(404, status(client, HttpMethod.GET, "/eventbus/iframe.html", null));
        assertEquals(404, status(client, HttpMethod.GET, "/eventbus/iframe-1.html", null));
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
        WebSocketClient client = vertx.createWebSocketClient();
        return Await.result(client.connect(options)
                .compose(socket -> socket.close().map(101))
                .recover(refused -> refused instanceof UpgradeRejectedException rejected
                        ? Future.succeededFuture(rejected.getStatus())
                        : Future.failedFuture(refused)));
    }
}
