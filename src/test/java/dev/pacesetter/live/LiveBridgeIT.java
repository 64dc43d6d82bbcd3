package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.domain.Leaderboard.Visibility;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.live.TestViewer.Transport;
import dev.pacesetter.support.Await;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Set;
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
        HttpClient client = vertx.createHttpClient();
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
