package dev.pacesetter.account;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a token says that its issuer has signed.
 *
 * @param userId whose it is
 * @param until when it ends, the clocks' difference allowed for
 * @param issuedAt when it was made; null: the token does not say
 * @param version of the user's tokens, in one of ours; null in others
 * @param name of the user, if the issuer gives one
 */
record Claims(
        String userId, Instant until, @Nullable Instant issuedAt, @Nullable Integer version, @Nullable String name) {

    /** Refuses what is over, or has not begun. */
    static void checkTimes(JWTClaimsSet claims, Instant now, int skewSeconds, String expired) {
        if (claims.getExpirationTime() == null) {
            throw refused("The token has no exp: it would never end");
        }
        if (!now.isBefore(claims.getExpirationTime().toInstant().plusSeconds(skewSeconds))) {
            throw refused(expired);
        }
        if (claims.getNotBeforeTime() != null
                && now.plusSeconds(skewSeconds)
                        .isBefore(claims.getNotBeforeTime().toInstant())) {
            throw refused("The token does not hold yet: see its nbf");
        }
    }

    /** A token that does not hold. */
    static ProblemException refused(String why) {
        return Problem.unauthenticated(why).exception();
    }
}
