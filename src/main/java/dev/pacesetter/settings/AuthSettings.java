package dev.pacesetter.settings;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what.
 *
 * @param adminKey the first admin key, in the clear; null: only keys kept in the database count, or the embedded one
 * @param tokenMinutes how long a user's token is good
 * @param keyRotationDays how old the key that signs them may be before another one follows
 * @param maxCached most tokens, users and API keys that a node remembers, each
 * @param accounts who signs up and in by password
 * @param jwt the app's own identity provider
 * @param argon2 how passwords are hashed
 */
public record AuthSettings(
        @Nullable String adminKey,
        int tokenMinutes,
        int keyRotationDays,
        int maxCached,
        AccountRule accounts,
        JwtSettings jwt,
        Argon2Settings argon2) {

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,256}");

    /** Reads them out of the section {@code auth}. */
    public static AuthSettings read(Section in) {
        return new AuthSettings(
                in.optionalSecret("adminKey", "1 to 256 visible ASCII characters", KEY),
                in.integer("tokenMinutes", 1, 525_600),
                in.integer("keyRotationDays", 1, 3_650),
                in.integer("maxCached", 1, 10_000_000),
                in.choice("accounts", AccountRule.class),
                JwtSettings.read(in.section("jwt")),
                Argon2Settings.read(in.section("argon2")));
    }

    /** The same with the key that was made for us. */
    public AuthSettings withAdminKey(String key) {
        return new AuthSettings(key, tokenMinutes, keyRotationDays, maxCached, accounts, jwt, argon2);
    }

    @Override
    public String toString() {
        return "AuthSettings[adminKey=" + (adminKey == null ? "null" : Section.REDACTED) + ", tokenMinutes="
                + tokenMinutes + ", keyRotationDays=" + keyRotationDays + ", maxCached=" + maxCached + ", accounts="
                + accounts + ", jwt=" + jwt
                + ", argon2=" + argon2 + "]";
    }
}
