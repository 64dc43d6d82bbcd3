package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.domain.Leaderboard.Visibility;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.live.TestViewer.Transport;
import dev.pacesetter.support.Await;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What viewers of a leaderboard are sent, over the standard protocol on a real HTTP server. */
class LiveBridgeIT extends LiveRig {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldSendASnapshotOnRegisteringAndThenDeltasThatChain(Transport transport) {
        start();
        for (int i = 0; i < 30; i++) {
            ranking.score("u" + i, "Name " + i, 100 + i);
        }
        TestViewer viewer = viewer(transport);

        viewer.register(ADDRESS);
        Await.until("the snapshot", () -> viewer.shows(ranking.page(TOP)));
        assertEquals(List.of("snapshot"), viewer.kinds());
        assertTrue(viewer.frames().get(0).encode().startsWith("{\"type\":\"rec\",\"address\":\"leaderboard.weekly\""));

        // When entries come in, change, are renamed and fall out
        for (int i = 0; i < 12; i++) {
            ranking.score("u" + i, i % 2 == 0 ? "Läufer „" + i + "“ 🏃" : "Name " + i, 120 + 3 * i);
            Await.until("the change", () -> viewer.shows(ranking.page(TOP)));
        }

        assertEquals(List.of(), viewer.complaints());
        assertEquals(Set.of("snapshot", "delta"), Set.copyOf(viewer.kinds()));
        assertEquals(1, Collections.frequency(viewer.kinds(), "snapshot"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldSendAtMostTenMessagesASecondAndEndWithTheNewest(Transport transport) throws Exception {
        start();
        ranking.score("a", "A", 1);
        TestViewer viewer = viewer(transport);
        TestViewer second = viewer(transport);
        viewer.register(ADDRESS);
        second.register(ADDRESS);
        Await.until("the snapshot", () -> viewer.shows(ranking.page(TOP)) && second.shows(ranking.page(TOP)));
        int before = ranking.reads();

        // When 600 changes come in two seconds
        long started = System.nanoTime();
        for (int i = 0; i < 600; i++) {
            ranking.score("u" + i % 20, "U", 2 + i);
            Thread.sleep(3);
        }
        Await.until("the last change", () -> viewer.shows(ranking.page(TOP)) && second.shows(ranking.page(TOP)));
        double seconds = (System.nanoTime() - started) / 1e9;

        // Then
        int messages = viewer.frames().size() - 1;
        assertTrue(messages <= seconds * 10 + 1, messages + " messages in " + seconds + " s");
        assertTrue(messages >= seconds * 3, messages + " messages in " + seconds + " s");
        assertEquals(messages, ranking.reads() - before, "read once for everybody");
        assertEquals(List.of(), viewer.complaints());
    }

    @Test
    void shouldReadABoardOnlyWhileSomebodyWatches() throws Exception {
        start();
        ranking.score("a", "A", 1);
        Thread.sleep(300);
        assertEquals(0, ranking.reads());

        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(ADDRESS);
        Await.until("the snapshot", () -> viewer.shows(ranking.page(TOP)));
        viewer.unregister(ADDRESS);
        Await.until("nobody watches", () -> viewers.get("weekly") == 0);
        int reads = ranking.reads();
        ranking.score("a", "A", 2);
        Thread.sleep(500);

        assertEquals(reads, ranking.reads());
        assertEquals(List.of("snapshot"), viewer.kinds());

        // When it registers again
        viewer.register(ADDRESS);
        Await.until("a new snapshot", () -> viewer.shows(ranking.page(TOP)));
        assertEquals(List.of("snapshot", "snapshot"), viewer.kinds());
    }

    @Test
    void shouldShowTheBoardAsSoonAsTheRankingAnswers() {
        start();
        ranking.down(true);
        ranking.score("a", "A", 1);
        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(ADDRESS);
        Await.until("it was tried", () -> ranking.reads() >= 2);
        assertEquals(List.of(), viewer.kinds());

        ranking.down(false);
        Await.until("it shows", () -> viewer.shows(ranking.page(TOP)));

        // When it goes down and comes back later
        ranking.down(true);
        ranking.score("a", "A", 2);
        int reads = ranking.reads();
        Await.until("it was tried", () -> ranking.reads() >= reads + 2);
        ranking.down(false);
        Await.until("it shows", () -> viewer.shows(ranking.page(TOP)));
        assertEquals(List.of("snapshot", "delta"), viewer.kinds());
    }

    @Test
    void shouldLeaveNoTimerBehindWhenItStops() throws Exception {
        start();
        ranking.down(true);
        viewer(Transport.RAW).register(ADDRESS);
        Await.until("it was tried", () -> ranking.reads() >= 2);

        Await.result(vertx.undeploy(live));
        int reads = ranking.reads();
        ranking.signal();
        Thread.sleep(1_500);

        assertEquals(reads, ranking.reads());
    }

    @Test
    void shouldStartANewPeriodWithoutTrafficAndANewEpochWithASnapshot() {
        leaderboards = new Leaderboards(List.of(board("weekly", new PeriodRule.Weekly(), Visibility.PUBLIC)));
        ranking.restart("2026-W47", "e1");
        start();
        ranking.score("a", "A", 1);
        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(ADDRESS);
        Await.until("this week", () -> viewer.shows(ranking.page(TOP)));

        // When the week ends and nobody does anything
        ranking.restart("2026-W48", "e2");
        now = SUNDAY_NIGHT.plusSeconds(60);
        Await.until("the new week, empty", () -> viewer.shows(ranking.page(TOP)));

        // And when it is rebuilt
        ranking.restart("2026-W48", "e3");
        ranking.score("b", "B", 1);
        Await.until("the rebuilt week", () -> viewer.shows(ranking.page(TOP)));
        assertEquals(List.of("snapshot", "snapshot", "snapshot"), viewer.kinds());
    }

    @Test
    void shouldTellViewersThatABoardWasTakenAway() {
        start();
        ranking.score("a", "A", 1);
        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(ADDRESS);
        Await.until("it shows", () -> viewer.shows(ranking.page(TOP)));

        leaderboards = new Leaderboards(List.of(board("weekly", new PeriodRule.AllTime(), Visibility.PRIVATE)));
        ranking.score("a", "A", 2);
        Await.until("it is told", () -> viewer.kinds().equals(List.of("snapshot", "no such leaderboard")));

        leaderboards = new Leaderboards(List.of(board("weekly", new PeriodRule.AllTime(), Visibility.PUBLIC)));
        Await.until("it is back", () -> viewer.shows(ranking.page(TOP)));
    }

    @Test
    void shouldWorkByPolling() {
        start();
        ranking.score("a", "A", 1);
        HttpClient client = held(vertx.createHttpClient());
        String session = "/eventbus/000/polling";
        assertEquals("o\n", post(client, session + "/xhr", null));
        String register =
                new JsonObject().put("type", "register").put("address", ADDRESS).encode();
        post(client, session + "/xhr_send", new JsonArray().add(register).encode());

        JsonObject snapshot = polled(post(client, session + "/xhr", null));
        assertEquals("snapshot", snapshot.getJsonObject("body").getString("type"));
        ranking.score("a", "A", 2);
        JsonObject delta = polled(post(client, session + "/xhr", null));
        assertEquals("delta", delta.getJsonObject("body").getString("type"));
        assertEquals(1, guard.sockets());
        // Then, with nobody polling any more, the session ends by itself
        Await.until("it is gone", () -> guard.sockets() == 0);
    }

    /** One answer that goes on and on: as a script reads it, and as an EventSource does. */
    private enum Streamed {
        XHR_STREAMING("POST", "/xhr_streaming", ""),
        EVENT_SOURCE("GET", "/eventsource", "data: ");

        final String method;
        final String path;
        final String prefix;

        Streamed(String method, String path, String prefix) {
            this.method = method;
            this.path = path;
            this.prefix = prefix;
        }
    }

    @ParameterizedTest
    @EnumSource(Streamed.class)
    void shouldWorkByStreaming(Streamed transport) {
        start();
        ranking.score("a", "A", 1);
        HttpClient client = held(vertx.createHttpClient());
        String session =
                "/eventbus/000/" + transport.name().toLowerCase(Locale.ROOT).replace('_', '-');
        List<String> came = new CopyOnWriteArrayList<>();
        Await.result(client.request(HttpMethod.valueOf(transport.method), port, "127.0.0.1", session + transport.path)
                .compose(HttpClientRequest::send)
                .onSuccess(answer -> answer.handler(bytes -> came.add(bytes.toString()))));
        Await.until("it is open", () -> lines(came, transport).contains("o"));
        String register =
                new JsonObject().put("type", "register").put("address", ADDRESS).encode();
        post(client, session + "/xhr_send", new JsonArray().add(register).encode());

        Await.until("a snapshot", () -> kinds(came, transport).equals(List.of("snapshot")));
        for (int score = 2; score < 5; score++) {
            ranking.score("a", "A", score);
            int messages = score;
            Await.until("a delta", () -> kinds(came, transport).size() == messages);
        }
        assertEquals(List.of("snapshot", "delta", "delta", "delta"), kinds(came, transport));
        assertEquals(1, guard.sockets());
        // When the reader is gone, so is the session
        Await.result(client.close());
        Await.until("it is gone", () -> guard.sockets() == 0);
    }

    private static List<String> lines(List<String> came, Streamed transport) {
        String text = String.join("", came);
        // The last line may not all be here.
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith(transport.prefix) && line.length() > transport.prefix.length())
                .map(line -> line.substring(transport.prefix.length()))
                .toList();
    }

    private static List<String> kinds(List<String> came, Streamed transport) {
        return lines(came, transport).stream()
                .filter(line -> line.startsWith("a["))
                .map(line -> polled(line).getJsonObject("body").getString("type"))
                .toList();
    }

    @Test
    void shouldTimeAChangeThatCameDuringARead() {
        start();
        ranking.score("a", "A", 1);
        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(ADDRESS);
        Await.until("the snapshot", () -> viewer.shows(ranking.page(TOP)));
        Timer published = meters.get("pacesetter.live.published").timer();
        long before = published.count();
        int reads = ranking.reads();

        // When one change is being read and the next one comes
        ranking.hold();
        ranking.score("a", "A", 2);
        Await.until("it is being read", () -> ranking.reads() == reads + 1);
        ranking.score("a", "A", 3);
        ranking.goOn();

        // Then both messages are timed
        Await.until("both", () -> viewer.shows(ranking.page(TOP)));
        assertEquals(List.of("snapshot", "delta", "delta"), viewer.kinds());
        Await.until("both are timed", () -> published.count() == before + 2);
    }

    @Test
    void shouldSayWhichRegistrationIsOneTooMany() {
        leaderboards = new Leaderboards(IntStream.range(0, 22)
                .mapToObj(i -> board("board-" + i, new PeriodRule.AllTime(), Visibility.PUBLIC))
                .toList());
        start();
        TestViewer viewer = viewer(Transport.RAW);
        for (int i = 0; i < 21; i++) {
            viewer.register("leaderboard.board-" + i);
        }
        Await.until("a refusal", () -> refusals(viewer).size() == 1);
        JsonObject refusal = refusals(viewer).get(0);
        assertEquals("leaderboard.board-20", refusal.getString("address"));
        assertEquals("too-many-registrations", refusal.getString("failureType"));

        // When one is let go, there is room for another
        viewer.unregister("leaderboard.board-3");
        viewer.register("leaderboard.board-20");
        Await.until("it is watched", () -> Integer.valueOf(1).equals(viewers.get("board-20")));
        assertEquals(1, refusals(viewer).size());
    }

    /** It is told nothing before, as nothing that it did was wrong. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseASocketThatPingsNoMore(Transport transport) {
        ping = Duration.ofMillis(500);
        start();
        TestViewer viewer = viewer(transport);
        viewer.register(ADDRESS);
        Await.until("it watches", () -> Integer.valueOf(1).equals(viewers.get("weekly")));
        Await.until("it is closed", viewer::closed);
        assertEquals((short) (transport == Transport.RAW ? 1001 : 1000), viewer.closeCode());
        // Over SockJS there is one for all.
        assertEquals(transport == Transport.RAW ? "nothing came for too long" : "Go away!", viewer.closeReason());
        assertEquals(
                List.of(),
                viewer.frames().stream()
                        .filter(frame -> frame.containsKey("failureCode"))
                        .toList());
        Await.until("it watches no more", () -> viewers.get("weekly") == 0);
    }

    private static List<JsonObject> refusals(TestViewer viewer) {
        return viewer.frames().stream()
                .filter(frame -> Integer.valueOf(429).equals(frame.getInteger("failureCode")))
                .toList();
    }

    private static JsonObject polled(String frame) {
        return new JsonObject(new JsonArray(frame.substring(1)).getString(0));
    }

    private String post(HttpClient client, String path, @Nullable String body) {
        Buffer content = Buffer.buffer(body == null ? "" : body);
        return Await.result(client.request(HttpMethod.POST, port, "127.0.0.1", path)
                        .compose(request ->
                                request.putHeader("Connection", "close").send(content))
                        .compose(HttpClientResponse::body))
                .toString();
    }
}
