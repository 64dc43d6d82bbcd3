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

    private static final int LAST = 0x80;
    private static final int TEXT = 1;
    private static final int CONTINUATION = 0;
    private static final int SHORTER = 126;
    private static final int LONGEST_HEAD = 4;
    /** What clients take in one frame unless told otherwise is 64 KB or more; a head's length of two bytes ends there, too. */
    private static final int LONGEST_FRAGMENT = 0xffff;

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

    /** As one frame; a long one as several, which nothing comes between as they are one piece of bytes. */
    private static ByteBuf encode(byte[] content) {
        int fragments = content.length / LONGEST_FRAGMENT + 1;
        ByteBuf frame = Unpooled.directBuffer(fragments * LONGEST_HEAD + content.length);
        int at = 0;
        do {
            int length = Math.min(LONGEST_FRAGMENT, content.length - at);
            frame.writeByte((at + length == content.length ? LAST : 0) | (at == 0 ? TEXT : CONTINUATION));
            if (length < SHORTER) {
                frame.writeByte(length);
            } else {
                frame.writeByte(SHORTER).writeShort(length);
            }
            frame.writeBytes(content, at, length);
            at += length;
        } while (at < content.length);
        return frame;
    }

    /** No other socket will be given it. */
    void release() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
    }
}
