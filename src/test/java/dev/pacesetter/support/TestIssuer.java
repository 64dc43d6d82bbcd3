package dev.pacesetter.support;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An app's identity provider: keys of its own, served over HTTP, and tokens signed by them. */
public final class TestIssuer implements AutoCloseable {

    public static final String ISSUER = "https://id.example";
    public static final String AUDIENCE = "leaderboards";

    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String document = "";
    private volatile int status = 200;
    private volatile long silentMillis;

    /** Starts one with no keys. */
    public TestIssuer() {
        this(null);
    }

    /** Starts one with no keys; with a certificate, over TLS. */
    public TestIssuer(@Nullable SSLContext certificate) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            if (certificate == null) {
                scheme = "http";
                server = HttpServer.create(any, 0);
            } else {
                HttpsServer secure = HttpsServer.create(any, 0);
                secure.setHttpsConfigurator(new HttpsConfigurator(certificate));
                scheme = "https";
                server = secure;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        try {
            Thread.sleep(silentMillis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        byte[] body = document.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    public String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json";
    }

    /** How often the keys were asked for. */
    public int asked() {
        return asked.get();
    }

    /** What it answers from now on. */
    public void serve(int newStatus, String newDocument, long newSilentMillis) {
        document = newDocument;
        silentMillis = newSilentMillis;
        status = newStatus;
    }

    /** Answers with these keys, without their private parts. */
    public void serve(JWK... keys) {
        serve(200, jwks(keys), 0);
    }

    /** The document. */
    public static String jwks(JWK... keys) {
        return new JWKSet(List.of(keys)).toString(true);
    }

    public static RSAKey rsa(String kid) {
        return rsa(kid, 2_048);
    }

    public static RSAKey rsa(String kid, int bits) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(kid).generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static ECKey ec(String kid) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What a good token says: made now, good for five minutes. */
    public static JWTClaimsSet.Builder claims(String user, String name) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject(user)
                .claim("name", name)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    /** A token, signed as keys of that kind usually do. */
    public static String token(JWK key, JWTClaimsSet claims) {
        return key instanceof RSAKey ? token(key, JWSAlgorithm.RS256, claims) : token(key, JWSAlgorithm.ES256, claims);
    }

    public static String token(JWK key, JWSAlgorithm algorithm, JWTClaimsSet claims) {
        return sign(key, new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims);
    }

    /** A token with that very header. */
    public static String sign(JWK key, JWSHeader header, JWTClaimsSet claims) {
        try {
            JWSSigner signer = key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
