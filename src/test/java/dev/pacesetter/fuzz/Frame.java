package dev.pacesetter.fuzz;

import java.io.ByteArrayOutputStream;

/** Frames of WebSocket, right and wrong ones (RFC 6455). */
final class Frame {

    static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int MASK = 0x1f;

    private Frame() {}

    /** A whole message of text, as a browser sends it. */
    static byte[] text(String payload) {
        return of(0x80 | TEXT, true, payload, payload.length());
    }

    /**
     * Any.
     *
     * @param first its first byte: end, reserved bits, kind
     * @param masked as what comes from a client must be
     * @param declared the length that it says
     */
    static byte[] of(int first, boolean masked, String payload, long declared) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        int mask = masked ? 0x80 : 0;
        if (declared >= 0 && declared < 126) {
            frame.write(mask | (int) declared);
        } else if (declared >= 0 && declared < 65_536) {
            frame.write(mask | 126);
            frame.write((int) (declared >> 8));
            frame.write((int) declared);
        } else {
            frame.write(mask | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) (declared >> shift));
            }
        }
        if (masked) {
            frame.writeBytes(new byte[] {MASK, MASK, MASK, MASK});
        }
        for (byte each : Input.bytes(payload)) {
            frame.write(masked ? each ^ MASK : each);
        }
        return frame.toByteArray();
    }

    /**
     * Whether one of the frames that a server sent closes.
     *
     * @param frames a character a byte; the last one may be cut off
     */
    static boolean holdsClose(String frames) {
        int at = 0;
        while (at + 2 <= frames.length()) {
            if ((frames.charAt(at) & 0x0f) == CLOSE) {
                return true;
            }
            int length = frames.charAt(at + 1) & 0x7f;
            int head = 2;
            if (length >= 126) {
                int more = length == 126 ? 2 : 8;
                if (at + 2 + more > frames.length()) {
                    return false;
                }
                length = 0;
                for (int i = 0; i < more; i++) {
                    length = length << 8 | frames.charAt(at + 2 + i);
                }
                head += more;
            }
            at += head + length;
        }
        return false;
    }
}
