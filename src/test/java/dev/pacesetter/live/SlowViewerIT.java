package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.live.TestViewer.Transport;
import dev.pacesetter.support.Await;
import io.netty.channel.Channel;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sockets that do not keep up. */
class SlowViewerIT extends LiveRig {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldSkipASlowSocketAndSendOneFreshSnapshotWhenItReadsAgain(Transport transport) throws Exception {
        // Given
        messagesPerSecond = 50;
        start();
        TestViewer slow = viewer(transport);
        TestViewer quick = viewer(transport);
        slow.register(ADDRESS);
        quick.register(ADDRESS);
        fill(0);
        Await.until("both are current", () -> slow.shows(ranking.page(TOP)) && quick.shows(ranking.page(TOP)));

        // When one stops reading while much more is sent than its queue and the buffers of the connection may hold
        slow.read(false);
        for (int round = 1; round <= 80; round++) {
            fill(round);
            Await.until("the quick one sees it", () -> quick.shows(ranking.page(TOP)));
        }
        slow.read(true);
        Await.until("it caught up", () -> slow.shows(ranking.page(TOP)));

        // Then it got old deltas, one snapshot in place of the many it missed, and goes on with deltas
        int before = slow.frames().size();
        ranking.score("u0", "U", 1_000_000);
        Await.until("it goes on", () -> slow.shows(ranking.page(TOP)));
        assertEquals(List.of(), slow.complaints());
        assertEquals(List.of(), quick.complaints());
        List<String> later =
                slow.kinds().subList(slow.kinds().indexOf("delta"), slow.kinds().size());
        assertEquals(1, Collections.frequency(later, "snapshot"), later.toString());
        assertEquals(before + 1, slow.frames().size());
        assertEquals("delta", later.get(later.size() - 1));
        assertTrue(
                slow.frames().size() < quick.frames().size() - 5, slow.frames().size() + " frames");
        assertFalse(slow.closed());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseASocketThatStaysStuck(Transport transport) throws Exception {
        messagesPerSecond = 50;
        stuck = Duration.ofSeconds(1);
        start();
        TestViewer stuck = viewer(transport);
        TestViewer quick = viewer(transport);
        stuck.register(ADDRESS);
        quick.register(ADDRESS);
        stuck.read(false);
        for (int round = 1; round <= 40; round++) {
            fill(round);
            Await.until("the quick one sees it", () -> quick.shows(ranking.page(TOP)));
        }
        Await.until("it is forgotten", () -> guard.sockets() == 1 && viewers.get("weekly") == 1);
        assertEquals(1, closed("stuck"));
        // Then its connection is cut too, though it takes not even the close frame
        Await.until("it is cut", () -> channels.stream().filter(Channel::isOpen).count() == 1);
        assertFalse(quick.closed());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldStopReadingFromWhoeverReadsNoAnswer(Transport transport) throws Exception {
        stuck = Duration.ofSeconds(1);
        framesPerSecond = 1_000_000;
        start();
        NetClient client = held(vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(8_192)));
        RawSocket deaf = Await.result(RawSocket.open(client, port, transport));
        deaf.stopReading();

        // When it keeps sending what the bridge can only complain of
        AtomicInteger sent = new AtomicInteger();
        long noise = vertx.setPeriodic(1, id -> {
            for (int i = 0; i < 500 && !deaf.full(); i++) {
                deaf.text("{\"type\":\"register\"}");
                sent.incrementAndGet();
            }
        });

        // Then it is read no further, and cut off in the end
        Await.until("nothing is read", () -> channels.stream()
                .anyMatch(channel -> !channel.config().isAutoRead()));
        Await.until("it is cut", () -> channels.stream().noneMatch(Channel::isOpen));
        vertx.cancelTimer(noise);
        assertTrue(sent.get() > 1_000, sent + " sent");
        Await.result(client.close());
    }

    /** Changes every line of the top, so that a delta is about 10 KB. */
    private void fill(int round) {
        for (int i = 0; i < TOP; i++) {
            ranking.score("u" + i, ("N" + round).repeat(330), 1_000 * round + i);
        }
    }
}
