package dev.pacesetter.account;

import dev.pacesetter.http.Problem;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.sqlclient.Row;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/** Tokens for users: JWTs, signed by a key that all nodes read from PostgreSQL. */
final class Tokens {

    private static final String LOCK = Resources.text("sql/account/lock_signing_keys.sql");
    private static final String STORE = Resources.text("sql/account/store_signing_key.sql");
    private static final String LIST = Resources.text("sql/account/list_signing_keys.sql");
    private static final String ALGORITHM = "HS256";
    private static final String ISSUER = "pacesetter";
    private static final int SECRET_BYTES = 32;

    private final JWTAuth jwt;
    private final String kid;
    private final Duration life;
    private final Clock clock;

    /** A token and when it ends. */
    record Token(String text, Instant expiresAt) {}

    private Tokens(JWTAuth jwt, String kid, Duration life, Clock clock) {
        this.jwt = jwt;
        this.kid = kid;
        this.life = life;
        this.clock = clock;
    }

    /** Reads the keys; the first node of all makes the first one. */
    static Future<Tokens> open(Vertx vertx, Database database, Duration life, Clock clock, SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        byte[] name = new byte[8];
        random.nextBytes(name);
        return database.inOrder(LOCK, STORE, HexFormat.of().formatHex(name), Buffer.buffer(secret))
                .compose(stored -> database.query(LIST))
                .map(rows -> {
                    JWTAuthOptions options = new JWTAuthOptions();
                    String newest = "";
                    for (Row row : rows) {
                        newest = row.getString(0);
                        options.addPubSecKey(new PubSecKeyOptions()
                                .setAlgorithm(ALGORITHM)
                                .setId(newest)
                                .setBuffer(row.getBuffer(1)));
                    }
                    options.setJWTOptions(new JWTOptions().setIssuer(ISSUER));
                    return new Tokens(JWTAuth.create(vertx, options), newest, life, clock);
                });
    }

    /** A token for a user. */
    Token issue(String userId) {
        Instant now = clock.instant();
        Instant expires = Instant.ofEpochSecond(now.plus(life).getEpochSecond());
        JsonObject claims = new JsonObject().put("iat", now.getEpochSecond()).put("exp", expires.getEpochSecond());
        JWTOptions options = new JWTOptions()
                .setAlgorithm(ALGORITHM)
                .setSubject(userId)
                .setIssuer(ISSUER)
                .setHeader(new JsonObject().put("kid", kid));
        return new Token(jwt.generateToken(claims, options), expires);
    }

    /** Whose token this is. */
    Future<String> verify(String token) {
        return jwt.authenticate(new TokenCredentials(token))
                .map(user -> user.principal().getString("sub"))
                .compose(
                        subject -> subject == null
                                ? Future.failedFuture(Problem.unauthenticated("The token names nobody")
                                        .exception())
                                : Future.succeededFuture(subject),
                        refused -> Future.failedFuture(
                                Problem.unauthenticated(why(refused)).exception()));
    }

    private static String why(Throwable refused) {
        String message = String.valueOf(refused.getMessage());
        return message.contains("token expired")
                ? "The token has expired: get a new one from POST /tokens"
                : "This is no token or key of ours";
    }
}
