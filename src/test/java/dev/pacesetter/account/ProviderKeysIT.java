package dev.pacesetter.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.TestIssuer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The identity provider's keys, from a real server and a real file; the clock is the test's. */
class ProviderKeysIT {

    private static final RSAKey ONE = TestIssuer.rsa("one");
    private static final JWK TWO = TestIssuer.ec("two");

    private static final String PASSWORD = "changeit";
    private static final String TRUST = "javax.net.ssl.trustStore";
    private static final String TRUST_PASSWORD = TRUST + "Password";

    private final ErrorLog log = ErrorLog.open();
    private final Vertx vertx = Vertx.vertx();
    private final TestIssuer issuer = new TestIssuer();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger withdrawals = new AtomicInteger();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        log.close();
        issuer.close();
        Await.closed(vertx);
    }

    private ProviderKeys keys(String place) {
        return new ProviderKeys(new KeyDocument(vertx, place), nanos::get, withdrawals::incrementAndGet);
    }

    private static ProviderKeys.@Nullable Key find(ProviderKeys keys, String kid) {
        return Await.result(keys.find(kid));
    }

    private void pause() {
        nanos.addAndGet(ProviderKeys.PAUSE.toNanos());
    }

    @Test
    void shouldAskForAnUnknownKeyOnceAtATimeAndNotTooOften() {
        issuer.serve(200, TestIssuer.jwks(ONE.toPublicJWK()), 200);
        ProviderKeys keys = keys(issuer.url());
        List<Future<ProviderKeys.@Nullable Key>> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(keys.find("one"));
            all.add(keys.find("unknown-" + i));
        }
        for (int i = 0; i < 1_000; i += 2) {
            assertNotNull(Await.result(all.get(i)));
            assertNull(Await.result(all.get(i + 1)));
        }
        assertEquals(1, issuer.asked(), "one asks, the others wait for it");
        for (int i = 0; i < 500; i++) {
            assertNull(find(keys, "unknown"));
        }
        assertEquals(1, issuer.asked());
        pause();
        assertNull(find(keys, "unknown"));
        assertEquals(2, issuer.asked());
    }

    @Test
    void shouldTakeUpANewKeyAndDropAnOldOne() {
        issuer.serve(ONE.toPublicJWK());
        ProviderKeys keys = keys(issuer.url());
        assertNotNull(find(keys, "one"));
        issuer.serve(ONE.toPublicJWK(), TWO.toPublicJWK());
        assertNull(find(keys, "two"), "it was asked just now");
        pause();
        assertNotNull(find(keys, "two"));
        assertEquals(0, withdrawals.get());
        issuer.serve(TWO.toPublicJWK());
        Await.result(keys.keepUp());
        assertEquals(1, withdrawals.get(), "tokens that were checked by it are looked at again");
        assertNull(find(keys, "one"));
        // Another key by the same name.
        issuer.serve(TestIssuer.ec("two").toPublicJWK());
        Await.result(keys.keepUp());
        assertEquals(2, withdrawals.get());
    }

    @Test
    void shouldKeepTheOldKeysWhateverTheServerDoes() {
        issuer.serve(ONE.toPublicJWK());
        ProviderKeys keys = keys(issuer.url());
        assertNotNull(find(keys, "one"));
        issuer.serve(500, TestIssuer.jwks(TWO.toPublicJWK()), 0);
        Await.result(keys.keepUp());
        issuer.serve(200, "<html>no keys</html>", 0);
        Await.result(keys.keepUp());
        issuer.serve(200, "{\"keys\":[]}", 0);
        Await.result(keys.keepUp());
        issuer.serve(200, " ".repeat(KeyDocument.MOST_BYTES) + TestIssuer.jwks(TWO.toPublicJWK()), 0);
        Await.result(keys.keepUp());
        issuer.serve(302, TestIssuer.jwks(TWO.toPublicJWK()), 0);
        Await.result(keys.keepUp());
        issuer.serve(200, TestIssuer.jwks(TWO.toPublicJWK()), 60_000);
        Await.result(keys.keepUp());
        issuer.close();
        Await.result(keys.keepUp());
        assertNotNull(find(keys, "one"));
        pause();
        assertNull(find(keys, "two"));
        assertEquals(0, withdrawals.get());
        assertEquals(List.of(), log.errors(), "their trouble is no error of ours");
    }

    /** A store with a certificate for that name, which nobody has signed but itself; made by the JDK's own tool. */
    private Path certificate(String file, String names) throws Exception {
        Path store = directory.resolve(file);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=it",
                        "-ext",
                        "san=" + names,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertEquals(0, keytool.waitFor());
        return store;
    }

    private static SSLContext context(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** As {@code -Djavax.net.ssl.trustStore} says which authorities a process believes. */
    private ProviderKeys.@Nullable Key readTrusting(@Nullable Path store, String place) {
        String before = System.getProperty(TRUST);
        try {
            if (store != null) {
                System.setProperty(TRUST, store.toString());
                System.setProperty(TRUST_PASSWORD, PASSWORD);
            }
            return find(keys(place), "one");
        } finally {
            System.clearProperty(TRUST_PASSWORD);
            if (before == null) {
                System.clearProperty(TRUST);
            } else {
                System.setProperty(TRUST, before);
            }
        }
    }

    @Test
    void shouldBelieveAServerWithACertificateThatHoldsAlone() throws Exception {
        Path good = certificate("good.p12", "ip:127.0.0.1");
        Path others = certificate("others.p12", "ip:192.0.2.1");
        try (TestIssuer secure = new TestIssuer(context(good));
                TestIssuer elsewhere = new TestIssuer(context(others))) {
            secure.serve(ONE.toPublicJWK());
            elsewhere.serve(ONE.toPublicJWK());
            assertNull(readTrusting(null, secure.url()), "nobody has signed it");
            assertNull(readTrusting(others, secure.url()), "another one is believed");
            assertNull(readTrusting(others, elsewhere.url()), "it is somebody else's");
            assertEquals(0, secure.asked() + elsewhere.asked());
            assertNotNull(readTrusting(good, secure.url()));
            assertEquals(1, secure.asked());
        }
    }

    @Test
    void shouldReadAFileAgainWhenItChanged() throws IOException {
        Path file = Files.writeString(directory.resolve("jwks.json"), TestIssuer.jwks(ONE.toPublicJWK()));
        ProviderKeys keys = keys(file.toString());
        assertNotNull(find(keys, "one"));
        Files.writeString(file, TestIssuer.jwks(TWO.toPublicJWK()));
        Await.result(keys.keepUp());
        assertNotNull(find(keys, "two"));
        Files.delete(file);
        Await.result(keys.keepUp());
        assertNotNull(find(keys, "two"), "what was read stays");
        Files.writeString(file, " ".repeat(KeyDocument.MOST_BYTES) + TestIssuer.jwks(ONE.toPublicJWK()));
        Await.result(keys.keepUp());
        assertNotNull(find(keys, "two"));
    }

    @Test
    void shouldTakeOnlyKeysThatCheckSignatures() throws IOException {
        RSAKey encrypting = new RSAKey.Builder(ONE.toPublicJWK())
                .keyID("enc")
                .keyUse(KeyUse.ENCRYPTION)
                .build();
        RSAKey unnamed = new RSAKey.Builder(ONE.toPublicJWK()).keyID(null).build();
        OctetSequenceKey shared =
                new OctetSequenceKey.Builder(new byte[32]).keyID("oct").build();
        List<JWK> all = new ArrayList<>(List.of(
                encrypting, unnamed, shared, TestIssuer.rsa("weak", 1_024).toPublicJWK(), TWO.toPublicJWK()));
        for (int i = 0; i < ProviderKeys.MOST; i++) {
            all.add(new RSAKey.Builder(ONE.toPublicJWK()).keyID("k" + i).build());
        }
        Path file = Files.writeString(
                directory.resolve("jwks.json"),
                new com.nimbusds.jose.jwk.JWKSet(all).toString(false).replaceFirst("\\[", "[{\"kty\":\"odd\"},"));
        ProviderKeys keys = keys(file.toString());
        for (String refused : List.of("enc", "oct", "weak")) {
            assertNull(find(keys, refused), refused);
        }
        ProviderKeys.Key two = find(keys, "two");
        assertNotNull(two);
        assertNotNull(two.verifier("ES256"));
        assertNull(two.verifier("RS256"));
        assertNull(two.verifier("ES384"));
        assertFalse(two.jwk().isPrivate());
        assertNotNull(find(keys, "k0"));
        assertNull(find(keys, "k" + (ProviderKeys.MOST - 1)), "so many, and no more");
        assertTrue(withdrawals.get() == 0);
    }
}
