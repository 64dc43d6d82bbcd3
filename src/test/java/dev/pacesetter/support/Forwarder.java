package dev.pacesetter.support;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A port of this machine at which a server can appear: first nobody listens, then it leads to the server. */
public final class Forwarder implements AutoCloseable {

    private final InetAddress here = InetAddress.getLoopbackAddress();
    private final int port;
    private final int target;
    private final Queue<AutoCloseable> open = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unanswered = new AtomicInteger();

    /** Leads to a port of this machine, once it is opened. */
    public Forwarder(int target) {
        this.target = target;
        try (ServerSocket free = new ServerSocket(0, 1, here)) {
            port = free.getLocalPort();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Where to call. */
    public int port() {
        return port;
    }

    /** Takes connections, and leads them on. */
    public Forwarder open() {
        ServerSocket server = listen();
        thread(() -> {
            while (true) {
                Socket caller = server.accept();
                open.add(caller);
                Socket answerer = new Socket(here, target);
                open.add(answerer);
                thread(() -> caller.getInputStream().transferTo(answerer.getOutputStream()), caller, answerer);
                thread(() -> answerer.getInputStream().transferTo(caller.getOutputStream()), caller, answerer);
            }
        });
        return this;
    }

    /** Takes connections, and says nothing on them, as a server does that is paused. */
    public Forwarder openSilently() {
        ServerSocket server = listen();
        thread(() -> {
            while (true) {
                Socket caller = server.accept();
                open.add(caller);
                unanswered.incrementAndGet();
                thread(
                        () -> {
                            try {
                                caller.getInputStream().transferTo(OutputStream.nullOutputStream());
                            } finally {
                                unanswered.decrementAndGet();
                            }
                        },
                        caller);
            }
        });
        return this;
    }

    /** How many callers hold on although nobody speaks to them. */
    public int unanswered() {
        return unanswered.get();
    }

    /** After {@link #close}, the kernel keeps the port until the thread that took connections has noticed. */
    private ServerSocket listen() {
        AtomicReference<ServerSocket> server = new AtomicReference<>();
        Await.until("the port is free", () -> {
            try {
                server.set(new ServerSocket(port, 50, here));
                return true;
            } catch (IOException taken) {
                throw new IllegalStateException(taken);
            }
        });
        open.add(server.get());
        return server.get();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void thread(Work work, Socket... both) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // Either end may hang up at any time.
                    }
                    for (Socket one : both) {
                        shut(one);
                    }
                },
                "forwarder");
        thread.setDaemon(true);
        thread.start();
    }

    private static void shut(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Nobody listens any more, and nobody is connected. */
    @Override
    public void close() {
        for (AutoCloseable one = open.poll(); one != null; one = open.poll()) {
            shut(one);
        }
    }
}
