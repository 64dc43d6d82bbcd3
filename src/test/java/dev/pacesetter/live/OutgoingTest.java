package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 131_070, 131_071, 200_000})
    void shouldBeAWholeTextToAnyDecoder(int length) {
        String text = "x".repeat(Math.max(0, length - 2)) + (length >= 2 ? "é" : "x".repeat(length));
        Outgoing outgoing = new Outgoing(text);
        WebSocketDecoderConfig strict = WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(false)
                // What clients in Java take unless told otherwise.
                .maxFramePayloadLength(65_536)
                .build();
        EmbeddedChannel viewer =
                new EmbeddedChannel(new WebSocket13FrameDecoder(strict), new WebSocketFrameAggregator(1 << 20));
        assertTrue(viewer.writeInbound(outgoing.frame()));
        TextWebSocketFrame read = viewer.readInbound();
        assertEquals(text, read.text());
        assertTrue(read.isFinalFragment());
        read.release();
        assertNull(viewer.readInbound());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void shouldBeFreedWhenAllHaveSentItAndOnlyThen(int sockets) {
        Outgoing outgoing = new Outgoing("a text");
        ByteBuf[] sent = new ByteBuf[sockets];
        for (int i = 0; i < sockets; i++) {
            sent[i] = outgoing.frame();
        }
        outgoing.release();
        for (int i = 0; i < sockets; i++) {
            assertEquals(sockets - i, sent[i].refCnt());
            sent[i].release();
        }
        assertEquals(0, sent[0].refCnt());
    }
}
