package dev.pacesetter.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The URIs of a store's servers: several, separated by commas, whole ones or (as PostgreSQL writes them) several hosts
 * in one URI.
 *
 * @param expected what one looks like, for the operator
 * @param valid tells whether one server's URI can be used
 */
record ServerUris(String expected, Predicate<String> valid) {

    private static final String HOST_AND_PORT = "(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?";
    /** As narrow as the client's own parser, whose message would show the password. */
    private static final Pattern POSTGRES_URI = Pattern.compile("postgres(ql)?://"
            + "([A-Za-z0-9._~%!*-]+(:[A-Za-z0-9._~%!*-]+)?@)?" + HOST_AND_PORT
            + "(/[A-Za-z0-9._~%!*-]+)?(\\?.*)?");

    private static final Pattern REDIS_URI =
            Pattern.compile("rediss?://([^/?#@]*@)?" + HOST_AND_PORT + "(/[0-9]{0,5})?(\\?.*)?");

    static final ServerUris POSTGRES = new ServerUris(
            "postgresql://user:password@host:port/database, several separated by commas",
            uri -> POSTGRES_URI.matcher(uri).matches() && isUri(uri));

    static final ServerUris REDIS = new ServerUris(
            "redis://:password@host:port or rediss://…, several separated by commas",
            uri -> REDIS_URI.matcher(uri).matches() && isUri(uri));

    private static final Pattern NEXT_URI = Pattern.compile(",\\s*(?=[a-z]+://)");
    private static final Pattern AUTHORITY_START = Pattern.compile("^[a-z]+://");
    private static final Pattern USER_INFO = Pattern.compile("//.*@");
    private static final Pattern PASSWORD_PARAMETER = Pattern.compile("([?&][A-Za-z]*password=)[^&]*");

    /** One URI for each server; they need not be valid. */
    static List<String> split(String text) {
        List<String> uris = new ArrayList<>();
        for (String part : NEXT_URI.splitAsStream(text.strip()).toList()) {
            uris.addAll(splitHosts(part));
        }
        return List.copyOf(uris);
    }

    private static List<String> splitHosts(String uri) {
        var start = AUTHORITY_START.matcher(uri);
        if (!start.find()) {
            return List.of(uri);
        }
        int end = start.end();
        while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
            end++;
        }
        int hosts = Math.max(start.end(), uri.lastIndexOf('@', end) + 1);
        String before = uri.substring(0, hosts);
        String after = uri.substring(end);
        return Pattern.compile(",")
                .splitAsStream(uri.substring(hosts, end))
                .map(host -> before + host.strip() + after)
                .toList();
    }

    /** The URIs without user and password, separated by commas. */
    static String redact(List<String> uris) {
        return String.join(",", uris.stream().map(ServerUris::redact).toList());
    }

    /** Leaves out all that can be a secret, also in a text that is no URI: up to the last {@code @}. */
    static String redact(String text) {
        String known = text.contains("//")
                ? USER_INFO.matcher(text).replaceFirst("//" + Section.REDACTED + "@")
                : text.substring(text.lastIndexOf('@') + 1);
        return PASSWORD_PARAMETER.matcher(known).replaceAll("$1" + Section.REDACTED);
    }

    private static boolean isUri(String text) {
        try {
            int port = new URI(text).getPort();
            return port != 0 && port <= 65_535;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
