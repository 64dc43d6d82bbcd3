package dev.pacesetter.settings;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The HTTP server.
 *
 * @param host address to listen on
 * @param port 0 to 65535; 0 takes any free one
 * @param maxBodyBytes largest request body
 * @param allowedOrigins origins whose pages may call us from a browser; none: the same origin only
 */
public record HttpSettings(String host, int port, int maxBodyBytes, List<String> allowedOrigins) {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]{1,255}");
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.\\[\\]:-]{1,255}");

    public HttpSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    /** Reads them out of the section {@code http}. */
    public static HttpSettings read(Section in) {
        return new HttpSettings(
                in.text("host", "a host name or address", HOST),
                in.integer("port", 0, 65_535),
                in.integer("maxBodyBytes", 1_024, 16_777_216),
                in.list("allowedOrigins", "origins such as https://app.example.com", ORIGIN));
    }
}
