package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.GroupFound;
import dev.pacesetter.http.Principal;
import dev.pacesetter.live.TestViewer.Transport;
import dev.pacesetter.support.Await;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What sockets may send, and how much of it: past it they are told why, and closed. */
class BridgeRulesIT extends LiveRig {

    private static final String ELSE = "403 " + Closing.FORBIDDEN.message();
    private static final String MALFORMED = "400 " + Closing.MALFORMED.message();

    /** Held on to: Vert.x closes the connections of a client that the garbage collector finds. */
    private final NetClient net = vertx.createNetClient();

    /** SockJS has a code of its own for every end. */
    private static short code(Transport transport, int code) {
        return (short) (transport == Transport.RAW ? code : 1000);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseWhoeverSendsAnythingElse(Transport transport) {
        start();
        AtomicInteger heard = new AtomicInteger();
        for (String address : List.of(ADDRESS, Addresses.SNAPSHOT.name() + ".x", "anything")) {
            vertx.eventBus().consumer(address, message -> heard.incrementAndGet());
        }
        for (String type : List.of("send", "publish", "boo", "rec", "REGISTER")) {
            TestViewer viewer = viewer(transport);
            viewer.register(ADDRESS);
            viewer.send(new JsonObject()
                    .put("type", type)
                    .put("address", ADDRESS)
                    .put("body", new JsonObject().put("score", 1))
                    .put("replyAddress", "r"));
            // What comes behind it counts no more
            viewer.register("leaderboard.nowhere");
            Await.until(type + " to be closed", viewer::closed);
            assertEquals(ELSE, viewer.lastWord(), type);
            assertEquals(code(transport, 1008), viewer.closeCode(), type);
        }
        assertEquals(0, heard.get());
        assertEquals(5, closed("forbidden"));
        Await.until("nobody is left", () -> viewers.get("weekly") == 0 && guard.sockets() == 0);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseWhoeverSendsNoFrame(Transport transport) {
        start();
        Map<String, String> bad = Map.of(
                "nonsense",
                MALFORMED,
                "[1]",
                MALFORMED,
                "null",
                MALFORMED,
                "[".repeat(3_000),
                MALFORMED,
                "{\"type\":\"register\",\"address\":{\"a\":1}}",
                MALFORMED,
                "{\"type\":\"unregister\",\"address\":[]}",
                MALFORMED,
                "{}",
                ELSE,
                "{\"type\":5}",
                ELSE,
                "{\"type\":null,\"address\":\"" + ADDRESS + "\"}",
                ELSE);
        bad.forEach((text, told) -> {
            TestViewer viewer = viewer(transport);
            viewer.sendText(text);
            Await.until(text + " to be closed", viewer::closed);
            assertEquals(told, viewer.lastWord(), text);
            assertEquals(code(transport, told.equals(ELSE) ? 1008 : 1007), viewer.closeCode(), text);
        });
        assertEquals(6, closed("malformed"));
    }

    @Test
    void shouldCloseWhoeverSendsWhatSockJsCannotUnwrap() {
        start();
        for (String text : List.of("[\"{}\",null,\"{}\"]", "[\"a\",{\"b\":1},\"c\"]", "{}", "\"x\"", "[\"a\"")) {
            TestViewer viewer = viewer(Transport.SOCKJS);
            viewer.sendPlain(text);
            Await.until(text + " to be closed", viewer::closed);
            assertEquals(MALFORMED, viewer.lastWord(), text);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseWhoeverSendsBytes(Transport transport) {
        start();
        TestViewer viewer = viewer(transport);
        viewer.sendBinary("{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8));
        Await.until("it is closed", viewer::closed);
        assertEquals("400 frames are texts", viewer.lastWord());
        assertEquals(code(transport, 1003), viewer.closeCode());
        assertEquals(1, closed("binary"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseWhoeverSendsMoreThanAFrame(Transport transport) {
        maxFrameBytes = 2_000;
        start();
        TestViewer fits = viewer(transport);
        fits.register(ADDRESS, "x".repeat(1_800));
        ranking.score("a", "A", 1);
        Await.until("it shows", () -> fits.shows(ranking.page(TOP)));

        String register = new JsonObject()
                .put("type", "register")
                .put("address", ADDRESS)
                .put("more", "x".repeat(2_000))
                .encode();
        TestViewer large = viewer(transport);
        large.sendText(register);
        TestViewer huge = viewer(transport);
        huge.sendText("x".repeat(300_000));
        for (TestViewer each : List.of(large, huge)) {
            Await.until("it is closed", each::closed);
            assertEquals("413 the frame is too large", each.lastWord());
            assertEquals(code(transport, 1009), each.closeCode());
        }
        // And when the pieces are small
        TestViewer pieces = viewer(transport);
        pieces.sendPiece("[\"" + "x".repeat(1_500), true, false);
        for (int i = 0; i < 3; i++) {
            pieces.sendPiece("x".repeat(1_500), false, false);
        }
        Await.until("it is closed", pieces::closed);
        assertEquals("413 the frame is too large", pieces.lastWord());
        assertEquals(3, closed("too-large"));
        assertFalse(fits.closed());
    }

    @Test
    void shouldTakeAFrameInPieces() {
        start();
        ranking.score("a", "A", 1);
        TestViewer viewer = viewer(Transport.RAW);
        String register =
                new JsonObject().put("type", "register").put("address", ADDRESS).encode();
        viewer.sendPiece(register.substring(0, 10), true, false);
        viewer.sendPiece("", false, false);
        viewer.sendPiece(register.substring(10), false, true);
        Await.until("it shows", () -> viewer.shows(ranking.page(TOP)));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseWhoeverSendsTooFast(Transport transport) {
        framesPerSecond = 1;
        start();
        // A page that registers all it may, twice, is within what is allowed
        TestViewer busy = viewer(transport);
        for (int i = 0; i < 25; i++) {
            busy.register(ADDRESS);
            busy.unregister(ADDRESS);
        }
        busy.register(ADDRESS);
        ranking.score("a", "A", 1);
        Await.until("it shows", () -> busy.shows(ranking.page(TOP)));
        assertFalse(busy.closed());

        TestViewer flood = viewer(transport);
        for (int i = 0; i < 80; i++) {
            flood.send(new JsonObject().put("type", "ping"));
        }
        TestViewer pings = viewer(transport);
        for (int i = 0; i < 80; i++) {
            pings.sendPing();
        }
        TestViewer empty = viewer(transport);
        empty.sendPiece("", true, false);
        for (int i = 0; i < 80; i++) {
            empty.sendPiece("", false, false);
        }
        for (TestViewer each : List.of(flood, pings, empty)) {
            Await.until("it is closed", each::closed);
            assertEquals("429 " + Closing.TOO_FAST.message(), each.lastWord());
            assertEquals(code(transport, 1008), each.closeCode());
        }
        assertEquals(3, closed("too-fast"));
        assertFalse(busy.closed());
    }

    /** However fast a socket may send: what waits for an answer is bounded. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseWhoeverDoesNotWaitForAnswers(Transport transport) {
        framesPerSecond = 1_000_000;
        tokens.put("slow", new Principal.User("a", now.plusSeconds(60)));
        Promise<Principal> answer = Promise.promise();
        slow.put("slow", answer.future());
        start();
        TestViewer patient = viewer(transport);
        TestViewer hasty = viewer(transport);
        patient.register("user.a", "slow");
        hasty.register("user.a", "slow");
        Await.until("both are asked for", () -> asked.get() == 2);
        for (int i = 0; i < FrameRate.BURST; i++) {
            patient.send(new JsonObject().put("type", "ping"));
            hasty.send(new JsonObject().put("type", "ping"));
        }
        hasty.send(new JsonObject().put("type", "ping"));
        Await.until("it is closed", hasty::closed);
        assertEquals("429 " + Closing.TOO_FAST.message(), hasty.lastWord());
        assertEquals(1, closed("too-fast"));
        answer.complete(tokens.get("slow"));
        patient.register(ADDRESS);
        ranking.score("a", "A", 1);
        Await.until("it shows", () -> patient.shows(ranking.page(TOP)));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseWhoeverSendsNoWebSocketFrame(Transport transport) {
        start();
        RawSocket broken = Await.result(RawSocket.open(net, port, transport));
        Await.until("it is open", () -> guard.sockets() == 1);
        broken.reserved();
        Await.until("it is closed", () -> guard.sockets() == 0 && broken.isClosed());
        assertTrue(broken.heard().contains(Closing.PROTOCOL.message()), broken.heard());
        assertEquals(1, closed("protocol"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldTakeWhatIsMerelyRefusedCalmly(Transport transport) {
        start();
        TestViewer viewer = viewer(transport);
        viewer.send(new JsonObject().put("type", "register"));
        viewer.register("leaderboard.nowhere");
        viewer.register("batch.committed");
        viewer.register("leaderboard." + "x".repeat(200));
        viewer.send(new JsonObject().put("type", "unregister"));
        viewer.unregister("batch.committed");
        viewer.send(new JsonObject()
                .put("type", "register")
                .put("address", ADDRESS)
                .put("headers", new JsonObject().putNull("Authorization")));
        viewer.send(
                new JsonObject().put("type", "register").put("address", ADDRESS).put("headers", 7));
        viewer.send(new JsonObject().put("type", "ping").put("address", 7.5));
        Await.until("the end", viewer::closed);
        assertEquals(MALFORMED, viewer.lastWord());
        assertTrue(viewer.kinds()
                .containsAll(List.of(
                        "missing_address",
                        "no such leaderboard",
                        "rejected",
                        "only leaderboards and oneself can be watched",
                        "access_denied",
                        "address_already_registered")));
    }

    /** Also when it takes a while to find out whether they may be: none slips through meanwhile. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldBoundWhatOneSocketIsRegisteredFor(Transport transport) {
        maxRegistrations = 3;
        start();
        Addresses.FIND_GROUP.answer(vertx.eventBus(), asked -> vertx.timer(50, TimeUnit.MILLISECONDS)
                .map(late -> new GroupFound(group(asked.id(), true))));
        TestViewer viewer = viewer(transport);
        for (int i = 0; i < 8; i++) {
            viewer.register(ADDRESS + ".group.g" + i);
        }
        Await.until(
                "five too many",
                () -> viewer.frames().stream()
                                .filter(frame -> "too-many-registrations".equals(frame.getString("failureType")))
                                .count()
                        == 5);
        assertEquals(3, viewers.size());

        // When one goes there is room for one
        viewer.unregister(ADDRESS + ".group.g0");
        viewer.register(ADDRESS);
        ranking.score("a", "A", 1);
        Await.until("it shows", () -> viewer.shows(ranking.page(TOP)));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldBoundTheSocketsOfAnAddress(Transport transport) {
        maxSocketsPerAddress = 2;
        start();
        viewer(transport, "192.0.2.1").register(ADDRESS);
        TestViewer second = viewer(transport, "192.0.2.1");
        Await.until("two are open", () -> guard.sockets() == 2);

        TestViewer third = viewer(transport, "192.0.2.1");
        Await.until("it is closed", third::closed);
        assertEquals(code(transport, 1013), third.closeCode());
        assertEquals(1, closed("too-many-from-address"));
        // Then others are not hurt
        for (String from : List.of("192.0.2.2", "192.0.2.3", "192.0.2.3", "192.0.2.4")) {
            viewer(transport, from).register(ADDRESS);
        }
        Await.until("they are there", () -> guard.sockets() == 6 && viewers.get("weekly") == 5);

        // And who goes makes room
        second.close();
        Await.until("one has gone", () -> guard.sockets() == 5);
        TestViewer fourth = viewer(transport, "192.0.2.1");
        fourth.register(ADDRESS);
        Await.until("there is room", () -> viewers.get("weekly") == 6);
        assertFalse(fourth.closed());
    }

    /** Nobody becomes exempt by what a header says. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldBoundTheSocketsOfWhoeverIsNamedByAProxy(Transport transport) {
        maxSocketsPerAddress = 1;
        start();
        viewer(transport, "192.0.2.99");
        Await.until("one is open", () -> guard.sockets() == 1);
        TestViewer second = viewer(transport, "192.0.2.99");
        Await.until("it is closed", second::closed);
        assertEquals(1, closed("too-many-from-address"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldNotBoundTheSocketsOfWhoeverIsExempt(Transport transport) {
        maxSocketsPerAddress = 1;
        trusted = List.of();
        exempt = List.of("127.0.0.1");
        start();
        for (int i = 0; i < 3; i++) {
            viewer(transport).register(ADDRESS);
        }
        Await.until("all are there", () -> viewers.getOrDefault("weekly", 0) == 3);
    }
}
