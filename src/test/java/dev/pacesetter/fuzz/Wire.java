package dev.pacesetter.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Sends one input over a connection of its own, and asks afterwards whether the connection is still in step. */
final class Wire {

    private static final int PATIENCE_MILLIS = 15_000;
    /** How long an answer is waited for that need not come. */
    private static final int GLANCE_MILLIS = 15;

    private static final String PROBE = "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    private static final String IN_STEP = "in step?";
    private static final byte[] PING = Frame.of(0x89, true, IN_STEP, IN_STEP.length());
    private static final String PONG = "\u008a" + (char) IN_STEP.length() + IN_STEP;
    private static final String ALIVE = "{\"status\":\"live\"}";

    private final int port;

    Wire(int port) {
        this.port = port;
    }

    /**
     * What came.
     *
     * @param answers to the input itself
     * @param wrong what must not have happened; nothing when it went as it must
     */
    record Outcome(List<Answer> answers, List<String> wrong) {}

    /** Sends it. */
    Outcome send(Input input) {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            socket.setTcpNoDelay(true);
            return new Exchange(socket, input).run();
        } catch (IOException failure) {
            return new Outcome(List.of(), List.of("cannot connect: " + failure));
        }
    }

    private static final class Exchange {

        private final Socket socket;
        private final Input input;
        private final InputStream in;
        private final ByteArrayOutputStream came = new ByteArrayOutputStream();
        private boolean closed;

        Exchange(Socket socket, Input input) throws IOException {
            this.socket = socket;
            this.input = input;
            this.in = socket.getInputStream();
        }

        Outcome run() throws IOException {
            boolean open = input.ending() == Input.Ending.OPEN || input.ending() == Input.Ending.SOCKET_OPEN;
            if (input.isSocket()) {
                write(input.parts().get(0));
                until(PATIENCE_MILLIS, () -> text().contains("\r\n\r\n"));
                input.parts().subList(1, input.parts().size()).forEach(this::write);
                return socketRun();
            }
            input.parts().forEach(this::write);
            boolean answered = until(open ? GLANCE_MILLIS : PATIENCE_MILLIS, () -> answers() >= 1);
            if (open && !answered) {
                return left();
            }
            if (!answered && !closed) {
                return wrong("neither an answer nor a close within " + PATIENCE_MILLIS + " ms");
            }
            if (open && !until(GLANCE_MILLIS, () -> answers() >= input.answers()) && input.answers() > 1) {
                return left();
            }
            write(Input.bytes(PROBE));
            if (!until(open ? GLANCE_MILLIS : PATIENCE_MILLIS, () -> closed) && !open) {
                return wrong("still open after the answer to Connection: close");
            }
            return closed ? judged() : left();
        }

        /** This side closes: the other must, too. */
        private Outcome left() throws IOException {
            try {
                socket.shutdownOutput();
            } catch (IOException gone) {
                closed = true;
            }
            if (!until(PATIENCE_MILLIS, () -> closed)) {
                return wrong("still open after this side closed");
            }
            return judged();
        }

        private Outcome socketRun() throws IOException {
            if (!text().startsWith("HTTP/1.1 101")) {
                return wrong("no handshake");
            }
            boolean whole = input.ending() != Input.Ending.SOCKET_OPEN;
            write(PING);
            boolean answered = until(whole ? PATIENCE_MILLIS : GLANCE_MILLIS, () -> text().contains(PONG) || isLetGo());
            if (whole && !answered && !closed) {
                return wrong("neither a pong nor a close within " + PATIENCE_MILLIS + " ms");
            }
            socket.close();
            return new Outcome(List.of(), text().contains("Exception") ? List.of("a trace: " + text()) : List.of());
        }

        /** The server has said that it closes; it waits a while for this side to say so, too. */
        private boolean isLetGo() {
            String all = text();
            return Frame.holdsClose(all.substring(all.indexOf("\r\n\r\n") + 4));
        }

        private Outcome judged() {
            List<Answer> all;
            try {
                all = new ArrayList<>(Answer.all(text(), input.ending() == Input.Ending.HEAD, false));
            } catch (IllegalArgumentException noHttp) {
                return wrong(String.valueOf(noHttp.getMessage()));
            }
            boolean inStep = !all.isEmpty() && all.get(all.size() - 1).body().equals(ALIVE);
            List<Answer> own = inStep ? all.subList(0, all.size() - 1) : all;
            // Those that were closed before the probe's answer need not be in step.
            boolean swallowed = input.ending() == Input.Ending.OPEN
                    && own.size() > 1
                    && own.subList(1, own.size()).stream().allMatch(one -> one.status() == 400);
            // What was answered before it was all there has taken the first bytes of the probe for its own.
            if (own.size() > input.answers() && !swallowed) {
                return new Outcome(own, List.of(own.size() + " answers to at most " + input.answers() + " requests"));
            }
            return new Outcome(own, List.of());
        }

        private int answers() {
            try {
                return Answer.all(text(), input.ending() == Input.Ending.HEAD, false)
                        .size();
            } catch (IllegalArgumentException noHttp) {
                return 1;
            }
        }

        private Outcome wrong(String what) {
            String text = text();
            return new Outcome(
                    List.of(), List.of(what + "; what came: " + text.substring(0, Math.min(2_000, text.length()))));
        }

        private String text() {
            return came.toString(StandardCharsets.ISO_8859_1);
        }

        /** What can no longer be written was not wanted. */
        private void write(byte[] bytes) {
            try {
                OutputStream out = socket.getOutputStream();
                out.write(bytes);
                out.flush();
            } catch (IOException refused) {
                // What came before is still to be read.
            }
        }

        private boolean until(int millis, java.util.function.BooleanSupplier condition) {
            long deadline = System.nanoTime() + millis * 1_000_000L;
            byte[] some = new byte[8_192];
            while (!condition.getAsBoolean()) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0 || closed) {
                    return condition.getAsBoolean();
                }
                try {
                    socket.setSoTimeout((int) left);
                    int read = in.read(some);
                    if (read < 0) {
                        closed = true;
                    } else {
                        came.write(some, 0, read);
                    }
                } catch (SocketTimeoutException late) {
                    return false;
                } catch (IOException reset) {
                    closed = true;
                }
            }
            return true;
        }
    }
}
