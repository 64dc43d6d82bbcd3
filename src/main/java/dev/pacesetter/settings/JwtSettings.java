package dev.pacesetter.settings;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The app's own identity provider, whose tokens hold here; or none.
 *
 * @param jwks where its public keys are, a file or an {@code http(s)://…}; null: there is no provider
 * @param issuer what its tokens must say in {@code iss}
 * @param audience what they must have in {@code aud}
 * @param nameClaim which claim names the user
 * @param clockSkewSeconds how far its clock and ours may be apart
 * @param refreshSeconds how often its keys are read again
 * @param algorithms by which it may sign; all of them with a private key
 */
public record JwtSettings(
        @Nullable String jwks,
        @Nullable String issuer,
        @Nullable String audience,
        String nameClaim,
        int clockSkewSeconds,
        int refreshSeconds,
        List<String> algorithms) {

    /** What our own tokens say in {@code iss}. */
    public static final String OWN_ISSUER = "pacesetter";

    private static final Pattern PLACE = Pattern.compile("https?://[\\x21-\\x7e]{1,2000}|[^\\x00-\\x1f:]{1,2000}");
    private static final Pattern TEXT = Pattern.compile("[^\\x00-\\x1f]{1,1000}");
    private static final Pattern CLAIM = Pattern.compile("[\\x21-\\x7e]{1,200}");
    private static final Pattern ALGORITHM = Pattern.compile("(RS|PS|ES)(256|384|512)");

    public JwtSettings {
        algorithms = List.copyOf(algorithms);
    }

    static JwtSettings read(Section in) {
        JwtSettings settings = new JwtSettings(
                in.optionalText("jwks", "a file or an http(s) URL", PLACE),
                in.optionalText("issuer", "what the tokens say in iss", TEXT),
                in.optionalText("audience", "what the tokens have in aud", TEXT),
                in.text("nameClaim", "the name of a claim", CLAIM),
                in.integer("clockSkewSeconds", 0, 600),
                in.integer("refreshSeconds", 1, 86_400),
                in.list("algorithms", "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512", ALGORITHM));
        if (settings.jwks != null && settings.issuer == null) {
            in.problem("issuer", null, "the provider's, as jwks is set");
        }
        if (settings.jwks != null && settings.audience == null) {
            in.problem("audience", null, "ours at the provider, as jwks is set");
        }
        if (OWN_ISSUER.equals(settings.issuer)) {
            in.problem("issuer", settings.issuer, "another than our own tokens have");
        }
        return settings;
    }

    /** Whether there is a provider. */
    public boolean isSet() {
        return jwks != null;
    }

    /** {@link #jwks}, of a provider that is set. */
    public String keys() {
        return Objects.requireNonNull(jwks);
    }
}
