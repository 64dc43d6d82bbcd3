package dev.pacesetter.account;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;

/** Whose tokens hold here: we ourselves, or the app's identity provider. */
interface TokenIssuer {

    /**
     * What a token says.
     *
     * @param claims of the token: nothing of them is to be believed before the signature was checked
     * @return fails with a problem when it does not hold
     */
    Future<Claims> verify(SignedJWT token, JWTClaimsSet claims);
}
