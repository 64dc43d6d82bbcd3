package dev.pacesetter.live;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what a WebSocket carries before Vert.x and SockJS do, who pass over much of it in silence: binary frames,
 * control frames and empty ones without end, pieces of a message that never ends, what is no UTF-8. After the first thing
 * that is wrong nothing more comes through, but the closing handshake.
 *
 * <p>Of the connection's event loop.
 */
final class WebSocketGate extends ChannelInboundHandlerAdapter {

    private final boolean bare;
    private final int maxBytes;
    private final FrameRate rate;
    private final Consumer<Closing> wrong;
    private final ByteArrayOutputStream pieces = new ByteArrayOutputStream(0);
    private boolean shut;

    /**
     * For one connection.
     *
     * @param bare whether frames come as they are; else wrapped by SockJS
     * @param maxBytes the largest message there may be
     * @param wrong hears of the first thing that is
     */
    WebSocketGate(boolean bare, int maxBytes, FrameRate rate, Consumer<Closing> wrong) {
        this.bare = bare;
        this.maxBytes = maxBytes;
        this.rate = rate;
        this.wrong = wrong;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof WebSocketFrame frame) || message instanceof CloseWebSocketFrame) {
            context.fireChannelRead(message);
            return;
        }
        Closing why = shut ? null : look(frame);
        if (why != null) {
            shut(why);
        }
        if (shut) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (!(failure instanceof CorruptedWebSocketFrameException corrupt)) {
            context.fireExceptionCaught(failure);
        } else if (!shut) {
            shut(corrupt.closeStatus().code() == Closing.TOO_LARGE.code() ? Closing.TOO_LARGE : Closing.PROTOCOL);
        }
    }

    private void shut(Closing why) {
        shut = true;
        pieces.reset();
        wrong.accept(why);
    }

    private @Nullable Closing look(WebSocketFrame frame) {
        if (!rate.take(BridgeHooks.millis())) {
            return Closing.TOO_FAST;
        }
        if (frame instanceof BinaryWebSocketFrame) {
            return Closing.BINARY;
        }
        boolean isText = frame instanceof TextWebSocketFrame || frame instanceof ContinuationWebSocketFrame;
        if (!isText) {
            return null;
        }
        ByteBuf content = frame.content();
        if (pieces.size() + content.readableBytes() > maxBytes) {
            return Closing.TOO_LARGE;
        }
        if (frame.isFinalFragment() && pieces.size() == 0) {
            return text(content.nioBuffer());
        }
        try {
            content.getBytes(content.readerIndex(), pieces, content.readableBytes());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        if (!frame.isFinalFragment()) {
            return null;
        }
        ByteBuffer whole = ByteBuffer.wrap(pieces.toByteArray());
        pieces.reset();
        return text(whole);
    }

    private @Nullable Closing text(ByteBuffer bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            // SockJS takes an empty message for none.
            return bare || text.isEmpty() || FrameRules.isWrapped(text) ? null : Closing.MALFORMED;
        } catch (CharacterCodingException broken) {
            return Closing.MALFORMED;
        }
    }
}
