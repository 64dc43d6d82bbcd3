package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 125, 126, 127, 65_535, 65_536, 200_000})
    void shouldBeAWholeTextFrameToAnyDecoder(int length) {
        String text = "x".repeat(Math.max(0, length - 2)) + (length >= 2 ? "é" : "x".repeat(length));
        Outgoing outgoing = new Outgoing(text);
        WebSocketDecoderConfig lenient = WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(false)
                .maxFramePayloadLength(1 << 20)
                .build();
        EmbeddedChannel viewer = new EmbeddedChannel(new WebSocket13FrameDecoder(lenient));
        assertTrue(viewer.writeInbound(outgoing.frame()));
        TextWebSocketFrame read = viewer.readInbound();
        assertEquals(text, read.text());
        assertTrue(read.isFinalFragment());
        read.release();
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
