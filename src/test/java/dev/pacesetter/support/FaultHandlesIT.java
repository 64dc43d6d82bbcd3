package dev.pacesetter.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What harms the stores must really harm them, or the tests that use it prove nothing. */
class FaultHandlesIT {

    @Test
    void shouldKeepWhatWasCommittedWhenPostgresIsKilledAndStartedAgain() {
        try (PostgresHandle postgres = new PostgresHandle()) {
            Oracle.execute(postgres.uri(), "create table t (a int); insert into t values (42)");
            postgres.kill();
            assertThrows(IllegalStateException.class, () -> Oracle.number(postgres.uri(), "select a from t"));
            postgres.start();
            assertEquals(42, Oracle.number(postgres.uri(), "select a from t"));
        }
    }

    @Test
    void shouldGoBackToTheRedisOfTheSnapshot() throws IOException {
        RedisHandle redis = Stores.newRedis();
        ask(redis, "SET a 1");
        redis.save();
        ask(redis, "SET a 2");
        redis.restartFromSnapshot();
        assertEquals("1", ask(redis, "GET a"));
        redis.kill();
        redis.start();
        assertEquals("", ask(redis, "GET a"), "a plain start is empty");
        redis.close();
    }

    private static String ask(RedisHandle redis, String command) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(redis.uri()).getPort())) {
            socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            String[] lines =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).split("\r\n", -1);
            return lines[0].startsWith("$") && !lines[0].equals("$-1") ? lines[1] : "";
        }
    }

    @Test
    void shouldHarmConnectionsAsSaid() throws IOException {
        try (ServerSocket echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                TcpProxy proxy = new TcpProxy(echo.getLocalPort())) {
            Thread server = new Thread(() -> echo(echo), "echo");
            server.setDaemon(true);
            server.start();
            Socket plain = connect(proxy);
            assertEquals('x', say(plain, 'x'));
            proxy.freeze();
            assertThrows(SocketTimeoutException.class, () -> say(plain, 'f'));
            proxy.heal();
            assertEquals('f', plain.getInputStream().read(), "late, and there");
            proxy.swallowReplies();
            assertThrows(SocketTimeoutException.class, () -> say(plain, 's'));
            proxy.heal();
            assertThrows(SocketTimeoutException.class, () -> say(plain, 'y'), "it lost an answer, for good");
            Socket fresh = connect(proxy);
            proxy.delay(50);
            assertEquals('d', say(fresh, 'd'));
            proxy.heal();
            proxy.halfClose();
            assertEquals(-1, fresh.getInputStream().read());
            fresh.getOutputStream().write('h');
            Socket next = connect(proxy);
            assertEquals('n', say(next, 'n'));
            proxy.cut();
            assertThrows(SocketException.class, () -> say(next, 'c'));
            proxy.refuse();
            assertThrows(SocketException.class, () -> say(connect(proxy), 'r'));
        }
    }

    private static Socket connect(TcpProxy proxy) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(300);
        return socket;
    }

    private static int say(Socket socket, char letter) throws IOException {
        socket.getOutputStream().write(letter);
        int answer = socket.getInputStream().read();
        if (answer < 0) {
            throw new SocketException("closed");
        }
        return answer;
    }

    private static void echo(ServerSocket server) {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread one = new Thread(
                        () -> {
                            try (socket) {
                                socket.getInputStream().transferTo(socket.getOutputStream());
                            } catch (IOException end) {
                                // Cut, as the test wants.
                            }
                        },
                        "echo-one");
                one.setDaemon(true);
                one.start();
            } catch (IOException closed) {
                return;
            }
        }
    }
}
