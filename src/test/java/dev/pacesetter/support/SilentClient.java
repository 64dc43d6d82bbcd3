package dev.pacesetter.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Asks over HTTP, reads the first line of the answer, and nothing more until it is told to. */
public final class SilentClient implements AutoCloseable {

    private static final int RECEIVE_BYTES = 4_096;
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket = new Socket();

    private SilentClient() {}

    /** Asks; does not wait for the answer. */
    public static SilentClient ask(int port, String path, @Nullable String bearer) {
        SilentClient client = new SilentClient();
        try {
            client.socket.setReceiveBufferSize(RECEIVE_BYTES);
            client.socket.setSoTimeout(PATIENCE_MILLIS);
            client.socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            String head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + (bearer == null ? "" : "Authorization: Bearer " + bearer + "\r\n") + "\r\n";
            client.socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return client;
    }

    /** Waits for the answer's first line, and reads that alone. */
    public String status() throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().trim();
    }

    /** One byte more; -1 at the end, fails when the connection is reset. */
    public int next() throws IOException {
        return socket.getInputStream().read();
    }

    /** All the rest, as it came over the wire; fails when the connection is reset. */
    public String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
