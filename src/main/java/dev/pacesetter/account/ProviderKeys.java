package dev.pacesetter.account;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.Future;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of the app's identity provider: kept until it gives others, whatever happens to it meanwhile. A token
 * with an unknown one has them read again, within limits.
 */
final class ProviderKeys {

    /** Tokens with unknown keys do not make us read more often. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    /** Most keys of a set; further ones are not looked at. */
    static final int MOST = 100;

    private static final Logger LOG = LoggerFactory.getLogger(ProviderKeys.class);
    private static final int FEWEST_RSA_BITS = 2_048;

    private final Supplier<Future<String>> source;
    private final Runnable onWithdrawn;
    private final Refresh refresh;

    private volatile Map<String, Key> keys = Map.of();
    private volatile String document = "";

    /** One of them; verifiers are safe to share between threads. */
    record Key(JWK jwk, JWSVerifier verifier) {

        /** What checks signatures of that algorithm; null when this key does not make such. */
        @Nullable JWSVerifier verifier(String algorithm) {
            JWSAlgorithm asked = JWSAlgorithm.parse(algorithm);
            boolean own = jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(asked);
            return own && verifier.supportedJWSAlgorithms().contains(asked) ? verifier : null;
        }
    }

    /**
     * With where they come from.
     *
     * @param source reads the document, which is a JWKS
     * @param onWithdrawn hears that one is gone, so that what it signed is looked at again
     */
    ProviderKeys(Supplier<Future<String>> source, LongSupplier nanoTime, Runnable onWithdrawn) {
        this.source = source;
        this.onWithdrawn = onWithdrawn;
        refresh = new Refresh(this::reread, PAUSE, nanoTime);
    }

    /** The one of that name. */
    Future<@Nullable Key> find(String kid) {
        Key known = keys.get(kid);
        return known != null ? Future.succeededFuture(known) : refresh.ifDue().map(read -> keys.get(kid));
    }

    /** Reads them; succeeds in any case, as the old ones stay when they cannot be read. */
    Future<Void> keepUp() {
        return refresh.now();
    }

    private Future<Void> reread() {
        return source.get()
                .map(text -> {
                    take(text);
                    return (Void) null;
                })
                .otherwise(failure -> {
                    LOG.atWarn()
                            .addKeyValue("kept", keys.size())
                            .addKeyValue("why", failure.getMessage())
                            .log("The identity provider's keys cannot be read");
                    return null;
                });
    }

    private void take(String text) {
        if (text.equals(document)) {
            return;
        }
        Map<String, Key> now = parse(text);
        Map<String, Key> before = keys;
        keys = Map.copyOf(now);
        document = text;
        LOG.atInfo().addKeyValue("kids", now.keySet()).log("Took up the identity provider's keys");
        boolean withdrawn = before.entrySet().stream().anyMatch(old -> {
            Key same = now.get(old.getKey());
            return same == null || !same.jwk().equals(old.getValue().jwk());
        });
        if (withdrawn) {
            onWithdrawn.run();
        }
    }

    /** Those that can check signatures; fails when there is none, as that is no key set to go by. */
    private static Map<String, Key> parse(String text) {
        Map<String, Key> found = new HashMap<>();
        try {
            for (JWK jwk : JWKSet.parse(text).getKeys()) {
                JWSVerifier verifier = verifier(jwk);
                if (verifier != null && found.size() < MOST) {
                    found.put(jwk.getKeyID(), new Key(jwk.toPublicJWK(), verifier));
                }
            }
        } catch (ParseException | RuntimeException unfit) {
            // Not the parser's own words: it may quote what it read.
            throw new IllegalArgumentException("it is no JWKS", unfit);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("it has no RSA or EC key with a kid that checks signatures");
        }
        return found;
    }

    /** Null for a key that is for something else, shared with others, weak, or of a kind that is not known here. */
    private static @Nullable JWSVerifier verifier(JWK jwk) {
        boolean named = jwk.getKeyID() != null;
        boolean forSignatures = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
        if (!named || !forSignatures) {
            return null;
        }
        try {
            if (jwk instanceof RSAKey rsa && rsa.size() >= FEWEST_RSA_BITS) {
                return new RSASSAVerifier(rsa.toRSAPublicKey());
            }
            return jwk instanceof ECKey ec ? new ECDSAVerifier(ec.toECPublicKey()) : null;
        } catch (JOSEException unfit) {
            return null;
        }
    }
}
