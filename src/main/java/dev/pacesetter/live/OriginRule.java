package dev.pacesetter.live;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From which pages a browser may watch: those of the same host, and those of origins that the settings allow. */
final class OriginRule {

    private static final String SECURE = "https://";
    private static final String PLAIN = "http://";

    private final Set<String> allowed;

    /** With origins such as {@code https://app.example.com}. */
    OriginRule(Collection<String> allowed) {
        this.allowed = allowed.stream().map(OriginRule::lower).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether a request may go on.
     *
     * @param origin the {@code Origin} header; none: no browser, or a page of the same origin
     * @param host the {@code Host} header
     */
    boolean allows(@Nullable String origin, @Nullable String host) {
        if (origin == null) {
            return true;
        }
        String from = lower(origin);
        if (allowed.contains(from)) {
            return true;
        }
        // The scheme is not compared: a proxy may have taken TLS off.
        if (host != null && from.startsWith(SECURE)) {
            return withoutPort(from.substring(SECURE.length()), ":443").equals(withoutPort(lower(host), ":443"));
        }
        if (host != null && from.startsWith(PLAIN)) {
            return withoutPort(from.substring(PLAIN.length()), ":80").equals(withoutPort(lower(host), ":80"));
        }
        return false;
    }

    private static String withoutPort(String authority, String port) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
