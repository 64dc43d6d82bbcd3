package dev.pacesetter.settings;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the HTTP server.
 *
 * @param certificate the PEM file of the certificate, and of those between it and its root; null: no TLS
 * @param key the PEM file of its private key, PKCS #8; null: no TLS
 * @param reloadSeconds how often the files are looked at
 * @param handshakeSeconds how long a handshake may take before the connection is closed
 */
public record TlsSettings(@Nullable Path certificate, @Nullable Path key, int reloadSeconds, int handshakeSeconds) {

    private static final Pattern FILE = Pattern.compile("[^\\x00-\\x1f]{1,4096}");
    /** Without. */
    public static final TlsSettings NONE = new TlsSettings(null, null, 1, 10);

    /** Reads them out of the section {@code tls}. */
    public static TlsSettings read(Section in) {
        String certificate = in.optionalText("certificate", "a file", FILE);
        String key = in.optionalText("key", "a file", FILE);
        if ((certificate == null) != (key == null)) {
            in.problem(
                    certificate == null ? "certificate" : "key",
                    null,
                    "both http.tls.certificate and http.tls.key, or neither");
        }
        return new TlsSettings(
                certificate == null ? null : Path.of(certificate),
                key == null ? null : Path.of(key),
                in.integer("reloadSeconds", 1, 86_400),
                in.integer("handshakeSeconds", 1, 60));
    }

    /** Whether TLS is spoken. */
    public boolean isOn() {
        return certificate != null && key != null;
    }
}
