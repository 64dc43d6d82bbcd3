package dev.pacesetter.account;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.pacesetter.domain.DisplayName;
import dev.pacesetter.domain.Score;
import dev.pacesetter.settings.JwtSettings;
import io.vertx.core.Future;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The app's own identity provider: its tokens, by its public keys. */
final class Provider implements TokenIssuer {

    private static final String UNKNOWN_KEY = "No key of the identity provider has the token's kid";

    private final JwtSettings settings;
    private final Set<String> algorithms;
    private final ProviderKeys keys;
    private final Clock clock;

    Provider(JwtSettings settings, ProviderKeys keys, Clock clock) {
        this.settings = settings;
        this.algorithms = new HashSet<>(settings.algorithms());
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public Future<Claims> verify(SignedJWT token, JWTClaimsSet claims) {
        String algorithm = token.getHeader().getAlgorithm().getName();
        if (!algorithms.contains(algorithm)) {
            return Future.failedFuture(Claims.refused("The identity provider's tokens are not signed by this alg"));
        }
        String kid = token.getHeader().getKeyID();
        if (kid == null) {
            return Future.failedFuture(Claims.refused("The token does not say by which key (kid) it is signed"));
        }
        return keys.find(kid).map(key -> {
            JWSVerifier verifier = key == null ? null : key.verifier(algorithm);
            if (verifier == null) {
                throw Claims.refused(UNKNOWN_KEY);
            }
            try {
                if (!token.verify(verifier)) {
                    throw Claims.refused("The token's signature is wrong");
                }
                return read(claims);
            } catch (JOSEException | ParseException unfit) {
                throw Claims.refused("This is no token of the identity provider");
            }
        });
    }

    private Claims read(JWTClaimsSet claims) throws ParseException {
        Instant now = clock.instant();
        int skew = settings.clockSkewSeconds();
        Claims.checkTimes(claims, now, skew, "The token has expired: get a new one from the identity provider");
        if (!claims.getAudience().contains(String.valueOf(settings.audience()))) {
            throw Claims.refused("The token is for another audience (aud)");
        }
        if (claims.getIssueTime() == null) {
            throw Claims.refused("The token does not say when it was made (iat)");
        }
        Instant issuedAt = claims.getIssueTime().toInstant();
        if (issuedAt.isAfter(now.plusSeconds(skew))) {
            throw Claims.refused("The token was made in the future: see its iat");
        }
        String user = claims.getSubject();
        if (user == null) {
            throw Claims.refused("The token names nobody: it has no sub");
        }
        if (!Score.isUserId(user)) {
            throw Claims.refused("The token's sub is no user id: it must be 1 to 64 of A-Z a-z 0-9 _ . -");
        }
        Instant until = claims.getExpirationTime().toInstant().plusSeconds(skew);
        return new Claims(user, until, issuedAt, null, name(claims));
    }

    /** As it can be shown; null when there is none. */
    private @Nullable String name(JWTClaimsSet claims) {
        return claims.getClaim(settings.nameClaim()) instanceof String name
                ? DisplayName.salvage(name).orElse(null)
                : null;
    }
}
