package dev.pacesetter.settings;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An admin key that others could guess is taken for trying things out alone: on this machine, with stores that were
 * started for it.
 */
public final class AdminKeyRule {

    private static final int SHORTEST = 16;
    private static final int FEWEST_DIFFERENT = 8;
    /** Nothing but words that stand in every example, and what people put between and behind them. */
    private static final Pattern WORDS = Pattern.compile(
            "(?i)(admin|administrator|root|user|change|me|it|this|to|a|the|my|your|own|secret|password|passw0rd|pass|"
                    + "default|example|sample|test|dev|demo|key|auth|api|token|pacesetter|please|set|value|letmein|"
                    + "welcome|qwerty(uiop)?|abc|[^a-z])+");
    /** The ones of our own documentation. */
    private static final Set<String> SHOWN = Set.of("abcdefghijklmnopqrstuvwxyz0123456789");

    private static final Pattern LOOPBACK =
            Pattern.compile("(?i)localhost|127(\\.[0-9]{1,3}){3}|\\[?(0*:)+0*1]?|\\[?::ffff:127(\\.[0-9]{1,3}){3}]?");

    private AdminKeyRule() {}

    /** What is wrong with the key for such a start, in a line that does not show it; null when nothing is. */
    public static @Nullable String problem(
            HttpSettings http, PostgresSettings postgres, RedisSettings redis, AuthSettings auth) {
        String key = auth.adminKey();
        boolean alone = postgres.isEmbedded() && redis.isEmbedded() && isLoopback(http.host());
        if (key == null || alone || !isGuessable(key)) {
            return null;
        }
        return "auth.adminKey = " + Section.REDACTED + ": expected at least " + SHORTEST
                + " characters that nobody can guess, as others can reach this node or its stores; "
                + "openssl rand -hex 32 makes one";
    }

    /** Whether only this machine can connect to what listens there. */
    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    static boolean isGuessable(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return key.length() < SHORTEST
                || key.chars().distinct().count() < FEWEST_DIFFERENT
                || WORDS.matcher(key).matches()
                || SHOWN.stream().anyMatch(lower::contains);
    }
}
