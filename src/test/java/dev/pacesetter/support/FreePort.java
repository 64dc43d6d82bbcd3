package dev.pacesetter.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A port for a server that is to be stopped and started on it again. */
public final class FreePort {

    /** Below those that systems give to clients: no connection takes it while the server is down. */
    private static final int LOWEST = 20_000;

    private static final int BEYOND = 32_000;
    private static final int ATTEMPTS = 100;

    private FreePort() {}

    /** One that nobody listens on now. */
    public static int next() {
        IOException last = new IOException("not tried");
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw new AssertionError("No free port between " + LOWEST + " and " + BEYOND, last);
    }
}
