package dev.pacesetter.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A bad network between a node and a store: forwards bytes until it is told to do worse. Safe for many threads. */
public final class TcpProxy implements AutoCloseable {

    private static final int BUFFER = 16 * 1024;

    private final ServerSocket listening;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private volatile boolean closed;
    private volatile boolean refusing;
    private volatile boolean frozen;
    private volatile boolean swallowing;
    private volatile long delayMillis;

    /** Listens on a free port, and forwards to another on this machine. */
    public TcpProxy(int target) {
        this.target = target;
        try {
            listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        spawn("accept", this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Forwards as it should, from now on; connections that were cut stay so. */
    public void heal() {
        synchronized (change) {
            refusing = false;
            frozen = false;
            swallowing = false;
            delayMillis = 0;
            change.notifyAll();
        }
    }

    /** Resets every connection; new ones work. */
    public void cut() {
        links.forEach(Link::reset);
    }

    /** Resets every connection, also new ones. */
    public void refuse() {
        refusing = true;
        cut();
    }

    /** Holds what comes, in both directions, also on new connections. */
    public void freeze() {
        frozen = true;
    }

    /** Holds each chunk that comes for a while, and forwards it then. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    /**
     * Lets requests through and throws their answers away: the other side does what it was asked, nobody hears. A
     * connection that lost an answer stays so until it is cut.
     */
    public void swallowReplies() {
        swallowing = true;
    }

    /** Ends the direction towards the client; the other one stays open, and its answers are lost. */
    public void halfClose() {
        links.forEach(Link::halfClose);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listening.accept();
                if (refusing) {
                    new Link(client, client).reset();
                    continue;
                }
                Socket server = new Socket();
                try {
                    server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 1_000);
                } catch (IOException unreachable) {
                    new Link(client, client).reset();
                    continue;
                }
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Link link = new Link(client, server);
                links.add(link);
                if (refusing) {
                    link.reset();
                    continue;
                }
                spawn("up", () -> link.pump(client, server, false));
                spawn("down", () -> link.pump(server, client, true));
            } catch (IOException end) {
                // Closed, or the client is gone already.
            }
        }
    }

    private static void spawn(String name, Runnable work) {
        Thread thread = new Thread(work, "proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private final class Link {
        private final Socket client;
        private final Socket server;
        /** Answers are lost for good: after a hole in the stream, nothing of it makes sense. */
        private volatile boolean deaf;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pump(Socket from, Socket to, boolean reply) {
            byte[] buffer = new byte[BUFFER];
            try {
                InputStream in = from.getInputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    hold();
                    deaf |= reply && (swallowing || client.isOutputShutdown());
                    if (!(reply && deaf)) {
                        to.getOutputStream().write(buffer, 0, n);
                    }
                }
                hold();
                to.shutdownOutput();
            } catch (IOException | InterruptedException end) {
                reset();
            } finally {
                if (client.isOutputShutdown() && server.isOutputShutdown()) {
                    links.remove(this);
                }
            }
        }

        private void hold() throws InterruptedException {
            long millis = delayMillis;
            if (millis > 0) {
                Thread.sleep(millis);
            }
            synchronized (change) {
                while (frozen && !closed && !client.isClosed()) {
                    change.wait(100);
                }
            }
        }

        void halfClose() {
            try {
                client.shutdownOutput();
            } catch (IOException gone) {
                reset();
            }
        }

        void reset() {
            links.remove(this);
            reset(client);
            reset(server);
        }

        private void reset(Socket socket) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException gone) {
                // Which is what was wanted.
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        cut();
    }
}
