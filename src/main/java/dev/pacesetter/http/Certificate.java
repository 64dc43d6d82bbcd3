package dev.pacesetter.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * A certificate with its chain and key, as they stood in their files at one moment, seen to belong together.
 *
 * @param chain the PEM text of the certificate and those between it and its root
 * @param key the PEM text of its private key
 * @param until when it ends
 */
record Certificate(Buffer chain, Buffer key, Instant until) {

    private static final long LARGEST = 1_048_576;
    private static final Set<String> VERSIONS = Set.of("TLSv1.2", "TLSv1.3");
    private static final String[] KINDS = {"RSA", "EC"};

    /**
     * Reads one. Blocks.
     *
     * @throws IOException when a file cannot be read
     * @throws GeneralSecurityException when the files hold something else, or the key of another certificate, as in the
     *     middle of a renewal
     */
    static Certificate read(Vertx vertx, Path certificateFile, Path keyFile)
            throws IOException, GeneralSecurityException {
        Buffer chain = text(certificateFile);
        Buffer key = text(keyFile);
        X509KeyManager manager = manager(vertx, chain, key);
        for (String kind : KINDS) {
            String[] aliases = manager.getServerAliases(kind, null);
            if (aliases != null && aliases.length > 0) {
                X509Certificate first = manager.getCertificateChain(aliases[0])[0];
                if (!belongTogether(first.getPublicKey(), manager.getPrivateKey(aliases[0]))) {
                    throw new GeneralSecurityException("the key is not that of the certificate");
                }
                return new Certificate(chain, key, first.getNotAfter().toInstant());
            }
        }
        throw new GeneralSecurityException("expected a key for RSA or EC");
    }

    private static Buffer text(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " is too large for a PEM file");
        }
        return Buffer.buffer(Files.readAllBytes(file));
    }

    private static X509KeyManager manager(Vertx vertx, Buffer chain, Buffer key) throws GeneralSecurityException {
        try {
            for (KeyManager manager :
                    pem(chain, key).getKeyManagerFactory(vertx).getKeyManagers()) {
                if (manager instanceof X509KeyManager found) {
                    return found;
                }
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new GeneralSecurityException("expected PEM files of a certificate and its key", e);
        } catch (Exception e) {
            throw new GeneralSecurityException(e);
        }
        throw new GeneralSecurityException("expected PEM files of a certificate and its key");
    }

    private static boolean belongTogether(PublicKey open, PrivateKey secret) throws GeneralSecurityException {
        String algorithm = secret.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        if (!open.getAlgorithm().equals(secret.getAlgorithm())) {
            return false;
        }
        byte[] any = {1, 2, 3};
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(secret);
        signing.update(any);
        Signature checking = Signature.getInstance(algorithm);
        checking.initVerify(open);
        checking.update(any);
        return checking.verify(signing.sign());
    }

    private static PemKeyCertOptions pem(Buffer chain, Buffer key) {
        return new PemKeyCertOptions().addCertValue(chain).addKeyValue(key);
    }

    /** For the server to show it. One protocol less to misuse: browsers open WebSockets by HTTP/1.1 anyway. */
    ServerSSLOptions options() {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(pem(chain, key)).setUseAlpn(false).setEnabledSecureTransportProtocols(VERSIONS);
        return options;
    }

    /** Whether another one shows the same. */
    boolean isSame(Certificate other) {
        return chain.equals(other.chain) && key.equals(other.key);
    }

    @Override
    public String toString() {
        return "Certificate[until=" + until + "]";
    }
}
