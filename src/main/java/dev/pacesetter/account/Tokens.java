package dev.pacesetter.account;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.pacesetter.settings.JwtSettings;
import io.vertx.core.Future;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** Our own tokens: JWTs of users who signed in by password. */
final class Tokens implements TokenIssuer {

    private static final JWSAlgorithm ALGORITHM = JWSAlgorithm.HS256;
    private static final String VERSION = "ver";
    private static final String NOT_OURS = "This is no token or key of ours";

    private final SigningKeys keys;
    private final Duration life;
    private final Clock clock;

    /** A token and when it ends. */
    record Token(String text, Instant expiresAt) {
        @Override
        public String toString() {
            return "Token[until " + expiresAt + "]";
        }
    }

    Tokens(SigningKeys keys, Duration life, Clock clock) {
        this.keys = keys;
        this.life = life;
        this.clock = clock;
    }

    /**
     * A token for a user.
     *
     * @param version of the user's tokens, as it was before the password was checked
     */
    Token issue(String userId, int version) {
        Instant now = clock.instant();
        Instant expires = Instant.ofEpochSecond(now.plus(life).getEpochSecond());
        SigningKeys.Key key = keys.newest();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(JwtSettings.OWN_ISSUER)
                .subject(userId)
                .claim(VERSION, version)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(expires))
                .build();
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(ALGORITHM).keyID(key.kid()).build(), claims);
        try {
            token.sign(key.signer());
        } catch (JOSEException defect) {
            throw new IllegalStateException(defect);
        }
        return new Token(token.serialize(), expires);
    }

    @Override
    public Future<Claims> verify(SignedJWT token, JWTClaimsSet claims) {
        String kid = token.getHeader().getKeyID();
        if (!ALGORITHM.equals(token.getHeader().getAlgorithm()) || kid == null) {
            return Future.failedFuture(Claims.refused(NOT_OURS));
        }
        return keys.find(kid).map(key -> {
            try {
                if (key == null || !token.verify(key.verifier())) {
                    throw Claims.refused(NOT_OURS);
                }
                return read(claims);
            } catch (JOSEException | ParseException unfit) {
                throw Claims.refused(NOT_OURS);
            }
        });
    }

    private Claims read(JWTClaimsSet claims) throws ParseException {
        Claims.checkTimes(claims, clock.instant(), 0, "The token has expired: get a new one from POST /tokens");
        if (claims.getSubject() == null) {
            throw Claims.refused("The token names nobody");
        }
        Integer version = claims.getIntegerClaim(VERSION);
        if (version == null) {
            throw Claims.refused("The token does not say as of which version of the user's (ver) it was made");
        }
        return new Claims(claims.getSubject(), claims.getExpirationTime().toInstant(), null, version, null);
    }
}
