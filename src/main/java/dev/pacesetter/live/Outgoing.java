package dev.pacesetter.live;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A text on its way to any number of sockets, as the bytes of a WebSocket frame only once, however many they are
 * (RFC 6455, section 5.2: what a server sends is not masked, so it is the same for all).
 *
 * <p>Of one event loop. {@link #release()} it after the last socket was given it.
 */
final class Outgoing {

    private static final int TEXT_WHOLE = 0x81;
    private static final int SHORTER = 126;
    private static final int LONGER = 127;
    private static final int MOST_IN_TWO_BYTES = 0xffff;
    private static final int LONGEST_HEAD = 10;

    private final String text;
    private @Nullable ByteBuf frame;

    Outgoing(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** The frame for one more socket, which is to release it. */
    ByteBuf frame() {
        if (frame == null) {
            frame = encode(text.getBytes(StandardCharsets.UTF_8));
        }
        return frame.retainedDuplicate();
    }

    private static ByteBuf encode(byte[] content) {
        ByteBuf frame = Unpooled.directBuffer(LONGEST_HEAD + content.length).writeByte(TEXT_WHOLE);
        if (content.length < SHORTER) {
            frame.writeByte(content.length);
        } else if (content.length <= MOST_IN_TWO_BYTES) {
            frame.writeByte(SHORTER).writeShort(content.length);
        } else {
            frame.writeByte(LONGER).writeLong(content.length);
        }
        return frame.writeBytes(content);
    }

    /** No other socket will be given it. */
    void release() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
    }
}
