package dev.pacesetter.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.pacesetter.cache.BoundedCache;
import dev.pacesetter.http.Principal;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.text.ParseException;
import java.time.Clock;
import java.util.Map;

/**
 * Users by their tokens. Whoever signed it: a token is checked once and then remembered by its hash, until it ends; whether
 * it was taken back is asked every time. Nothing here blocks.
 */
final class BearerTokens {

    /** Longest token: longer ones are not even looked at. */
    static final int MOST_CHARACTERS = 8_192;

    private static final String NO_TOKEN = "This is no token or key of ours";

    private final Map<String, TokenIssuer> issuers;
    private final Revocations revocations;
    private final Newcomers newcomers;
    private final Clock clock;
    private final Cache<ByteBuffer, Claims> checked;
    /** Raised whenever a key is withdrawn: what was checked by it is not kept. */
    private volatile long withdrawals;

    /**
     * With whose tokens hold.
     *
     * @param issuers by what their tokens say in {@code iss}
     * @param capacity most tokens remembered
     */
    BearerTokens(
            Map<String, TokenIssuer> issuers,
            Revocations revocations,
            Newcomers newcomers,
            long capacity,
            Clock clock) {
        this.issuers = Map.copyOf(issuers);
        this.revocations = revocations;
        this.newcomers = newcomers;
        this.clock = clock;
        this.checked = BoundedCache.ofAtMost(capacity).build();
    }

    /** Whose token this is; fails with a problem when it does not hold. */
    Future<Principal.User> user(String token) {
        if (token.length() > MOST_CHARACTERS) {
            return Future.failedFuture(Claims.refused("A token has at most " + MOST_CHARACTERS + " characters"));
        }
        ByteBuffer hash = ByteBuffer.wrap(ApiKeys.hash(token));
        Claims known = checked.getIfPresent(hash);
        if (known == null) {
            return check(token, hash).compose(this::admit);
        }
        if (!clock.instant().isBefore(known.until())) {
            checked.invalidate(hash);
            return Future.failedFuture(Claims.refused("The token has expired"));
        }
        return admit(known);
    }

    /** A key is gone: all is checked anew. */
    synchronized void withdrawn() {
        withdrawals++;
        checked.invalidateAll();
    }

    /** How many tokens are remembered. */
    long remembered() {
        checked.cleanUp();
        return checked.estimatedSize();
    }

    private Future<Claims> check(String token, ByteBuffer hash) {
        long asOf = withdrawals;
        return verify(token).onSuccess(claims -> keep(hash, claims, asOf));
    }

    private synchronized void keep(ByteBuffer hash, Claims claims, long asOf) {
        if (asOf == withdrawals) {
            checked.put(hash, claims);
        }
    }

    private Future<Claims> verify(String token) {
        SignedJWT parsed;
        JWTClaimsSet claims;
        try {
            // Refuses alg none, and whatever has not three parts.
            parsed = SignedJWT.parse(token);
            claims = parsed.getJWTClaimsSet();
        } catch (ParseException | RuntimeException unfit) {
            return Future.failedFuture(Claims.refused(NO_TOKEN));
        }
        String iss = claims == null ? null : claims.getIssuer();
        TokenIssuer issuer = iss == null ? null : issuers.get(iss);
        return issuer == null
                ? Future.failedFuture(Claims.refused("The token's issuer (iss) is none of those that hold here"))
                : issuer.verify(parsed, claims);
    }

    private Future<Principal.User> admit(Claims claims) {
        return revocations.of(claims.userId()).compose(since -> {
            if (!since.lets(claims)) {
                return Future.failedFuture(Claims.refused("The token was taken back: sign in again"));
            }
            Principal.User user = new Principal.User(claims.userId(), claims.until());
            return claims.issuedAt() == null
                    ? Future.succeededFuture(user)
                    : newcomers
                            .meet(claims.userId(), claims.name(), claims.issuedAt())
                            .map(user);
        });
    }
}
