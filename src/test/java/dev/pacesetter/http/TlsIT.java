package dev.pacesetter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pacesetter.settings.HttpSettings;
import dev.pacesetter.settings.TlsSettings;
import dev.pacesetter.support.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with certificates as an operator has them: PEM files that something else renews. */
class TlsIT {

    private static final int HANDSHAKE_SECONDS = 2;
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path directory;

    private Path certificate;
    private Path key;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Socket> silent = new ArrayList<>();
    private Vertx vertx;
    private int port;
    private final Logger logger = (Logger) org.slf4j.LoggerFactory.getLogger(Tls.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void prepare() {
        certificate = directory.resolve("server.pem");
        key = directory.resolve("server.key");
        vertx = Vertx.vertx();
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : silent) {
            socket.close();
        }
        logger.detachAppender(log);
        Await.result(vertx.close());
    }

    private void start() {
        start(0, 100);
    }

    private void start(int mostOfAddress, int most) {
        HttpSettings settings = new HttpSettings(
                "127.0.0.1",
                0,
                1_024,
                8_192,
                most,
                30,
                2,
                1,
                2,
                List.of(),
                List.of(),
                new TlsSettings(certificate, key, 1, HANDSHAKE_SECONDS));
        AtomicInteger listening = new AtomicInteger();
        Await.result(vertx.deployVerticle(new HttpVerticle(
                settings,
                mostOfAddress,
                new ClientAddresses(List.of(), List.of()),
                List.of(new SiteMount()),
                meters,
                listening::set)));
        port = listening.get();
    }

    /** Made by the JDK's own tool. */
    private void make(String name, String algorithm, Path certificate, Path key) {
        try {
            Path store = directory.resolve(name + ".p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "it",
                            "-keyalg",
                            algorithm,
                            "-dname",
                            "CN=" + name,
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            new String(PASSWORD))
                    .inheritIO()
                    .start();
            assertEquals(0, keytool.waitFor());
            KeyStore made = KeyStore.getInstance(store.toFile(), PASSWORD);
            write(certificate, "CERTIFICATE", made.getCertificate("it").getEncoded());
            write(key, "PRIVATE KEY", made.getKey("it", PASSWORD).getEncoded());
        } catch (IOException | GeneralSecurityException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void write(Path file, String kind, byte[] bytes) throws IOException {
        String text = "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(bytes)
                + "\n-----END " + kind + "-----\n";
        Path partial = Files.writeString(Path.of(file + ".partial"), text);
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private SSLSocket connect(String... versions) throws IOException, GeneralSecurityException {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustsAll()}, null);
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        socket.setEnabledProtocols(versions);
        socket.startHandshake();
        return socket;
    }

    private String shown() {
        try (SSLSocket socket = connect("TLSv1.3")) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String get(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /favicon.svg HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        for (int c = in.read(); c >= 0 && head.indexOf("\r\n\r\n") < 0; c = in.read()) {
            head.append((char) c);
        }
        return head.toString();
    }

    private List<String> warnings() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(event -> event.getFormattedMessage() + event.getKeyValuePairs())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void shouldSpeakModernTlsAlone(String algorithm) throws IOException, GeneralSecurityException {
        make("first", algorithm, certificate, key);
        start();
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (SSLSocket socket = connect(version)) {
                String head = get(socket);
                assertTrue(head.startsWith("HTTP/1.1 200"), head);
                assertTrue(head.toLowerCase(Locale.ROOT).contains("strict-transport-security: max-age=31536000"), head);
            }
        }
        assertThrows(SSLHandshakeException.class, () -> connect("TLSv1.1").close());
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
            plain.setSoTimeout(10_000);
            assertEquals("", get(plain));
        } catch (IOException cut) {
            // Or so: what is not encrypted gets no answer.
        }
    }

    @Test
    void shouldShowARenewedCertificateWithoutARestart() throws IOException, GeneralSecurityException {
        make("first", "EC", certificate, key);
        start();
        assertEquals("CN=first", shown());
        double days = (meters.get("pacesetter.http.certificate.end").gauge().value()
                        - Instant.now().getEpochSecond())
                / 86_400;
        assertTrue(days > 89 && days < 91, () -> "what keytool makes: " + days);
        try (SSLSocket old = connect("TLSv1.3")) {
            make("second", "RSA", certificate, key);
            Await.until("the new certificate", () -> shown().equals("CN=second"));
            assertTrue(get(old).startsWith("HTTP/1.1 200"), "an open connection goes on");
        }
        assertEquals(List.of(), warnings());
    }

    @Test
    void shouldGoOnWithTheOldOneWhileTheNewOneCannotBeUsed() throws IOException {
        make("first", "EC", certificate, key);
        start();
        Files.writeString(certificate, "half of a ren");
        Await.until("a warning", () -> warnings().size() == 1);
        assertEquals("CN=first", shown());
        // The certificate is renewed, its key not yet.
        make("second", "EC", certificate, directory.resolve("not-there-yet"));
        Await.until("another warning", () -> warnings().size() == 2);
        assertTrue(
                warnings().get(1).contains("the key is not that of the certificate"),
                warnings().get(1));
        assertEquals("CN=first", shown());
        Files.move(directory.resolve("not-there-yet"), key, StandardCopyOption.REPLACE_EXISTING);
        Await.until("the new certificate", () -> shown().equals("CN=second"));
        assertEquals(2, warnings().size(), warnings().toString());
    }

    private Socket silent() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        silent.add(socket);
        return socket;
    }

    /** Whether the other side has closed without a word. */
    private static boolean isClosed(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        } catch (IOException late) {
            return false;
        }
    }

    private double connections() {
        return meters.get("pacesetter.http.connections").gauge().value();
    }

    /** As many as they like, else: none of them is one of HTTP yet. */
    @ParameterizedTest
    @CsvSource({"3, 100", "0, 3"})
    void shouldCountConnectionsBeforeTheirHandshake(int mostOfAddress, int most)
            throws IOException, GeneralSecurityException {
        make("first", "EC", certificate, key);
        start(mostOfAddress, most);
        for (int i = 0; i < 3; i++) {
            silent();
        }
        Await.until("they are counted", () -> connections() == 3);
        long began = System.nanoTime();
        assertTrue(isClosed(silent()), "one more is refused");
        assertThrows(IOException.class, () -> connect("TLSv1.3").close());
        assertTrue(System.nanoTime() - began < 1_000_000_000L * HANDSHAKE_SECONDS, "at once");
        assertEquals(
                2,
                meters.get("pacesetter.limits.refused")
                        .tag("subject", "connection")
                        .counter()
                        .count());

        // Those who go make room, and one that speaks is counted once
        for (Socket socket : silent) {
            socket.close();
        }
        Await.until("they are gone", () -> connections() == 0);
        try (SSLSocket socket = connect("TLSv1.3")) {
            assertTrue(get(socket).startsWith("HTTP/1.1 200"));
            assertEquals(1, connections());
        }
        Await.until("it is gone", () -> connections() == 0);
    }

    @Test
    void shouldCloseConnectionsThatDoNotFinishTheirHandshakeInTime() throws IOException, GeneralSecurityException {
        make("first", "EC", certificate, key);
        start();
        try (SSLSocket speaking = connect("TLSv1.3")) {
            Socket mute = silent();
            Socket stuck = silent();
            // The head of a ClientHello, which says how long it will be.
            stuck.getOutputStream().write(new byte[] {22, 3, 1, 1, 0, 1, 0});
            Await.until("all are counted", () -> connections() == 3);
            assertTrue(isClosed(mute));
            assertTrue(isClosed(stuck));
            Await.until("they are gone", () -> connections() == 1);
            assertTrue(get(speaking).startsWith("HTTP/1.1 200"));
        }
    }

    /** Also with a certificate that was renewed meanwhile. */
    @Test
    void shouldCountConnectionsAfterARenewal() throws IOException {
        make("first", "EC", certificate, key);
        start(3, 100);
        make("second", "EC", certificate, key);
        Await.until("the new certificate", () -> shown().equals("CN=second"));
        Await.until("those are gone", () -> connections() == 0);
        silent();
        Await.until("it is counted", () -> connections() == 1);
    }

    @Test
    void shouldNotStartWithoutACertificateAndSayWhich() {
        AssertionError refused = assertThrows(AssertionError.class, this::start);
        String why = String.valueOf(refused.getCause().getCause().getMessage());
        assertTrue(why.contains("http.tls.certificate = " + certificate), why);
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
