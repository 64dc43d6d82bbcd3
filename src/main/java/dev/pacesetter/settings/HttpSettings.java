package dev.pacesetter.settings;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The HTTP server.
 *
 * @param host address to listen on
 * @param port 0 to 65535; 0 takes any free one
 * @param maxBodyBytes largest request body
 * @param maxHeaderBytes largest head of a request, without its first line
 * @param maxConnections open connections, past which more are closed at once
 * @param requestSeconds how long the head of a request may take to come, and its body after that
 * @param maxExports how many exports go on at the same time, each with a connection to PostgreSQL of its own
 * @param maxExportsPerUser how many of them one user may have
 * @param maxExportsPerKey how many of them one API key may have
 * @param allowedOrigins origins whose pages may call us from a browser; none: the same origin only
 * @param trustedProxies addresses whose {@code X-Forwarded-For} says where a request comes from
 * @param tls whether and how the server speaks TLS
 */
public record HttpSettings(
        String host,
        int port,
        int maxBodyBytes,
        int maxHeaderBytes,
        int maxConnections,
        int requestSeconds,
        int maxExports,
        int maxExportsPerUser,
        int maxExportsPerKey,
        List<String> allowedOrigins,
        List<String> trustedProxies,
        TlsSettings tls) {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]{1,255}");
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.\\[\\]:-]{1,255}");

    public HttpSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** Reads them out of the section {@code http}. */
    public static HttpSettings read(Section in) {
        return new HttpSettings(
                in.text("host", "a host name or address", HOST),
                in.integer("port", 0, 65_535),
                in.integer("maxBodyBytes", 1_024, 16_777_216),
                in.integer("maxHeaderBytes", 1_024, 1_048_576),
                in.integer("maxConnections", 1, 10_000_000),
                in.integer("requestSeconds", 1, 3_600),
                in.integer("maxExports", 1, 100),
                in.integer("maxExportsPerUser", 1, 100),
                in.integer("maxExportsPerKey", 1, 100),
                in.list("allowedOrigins", "origins such as https://app.example.com", ORIGIN),
                in.list("trustedProxies", LimitSettings.ADDRESSES, LimitSettings.ADDRESS),
                TlsSettings.read(in.section("tls")));
    }
}
