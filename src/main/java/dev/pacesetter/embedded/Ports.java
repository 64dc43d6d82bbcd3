package dev.pacesetter.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports on the loopback address. */
final class Ports {

    private Ports() {}

    /** That port if nobody listens on it, else any free one. Another process may take it before it is used. */
    static int free(int preferred) {
        try {
            return bind(preferred);
        } catch (IOException taken) {
            try {
                return bind(0);
            } catch (IOException e) {
                throw new EmbeddedStoreException("No free TCP port", e);
            }
        }
    }

    private static int bind(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket.getLocalPort();
        }
    }
}
