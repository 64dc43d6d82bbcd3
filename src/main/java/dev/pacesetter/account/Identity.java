package dev.pacesetter.account;

import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Authenticator;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.postgres.PostgresFailures;
import dev.pacesetter.settings.AuthSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who people and programs are: what the other parts need of it. */
public final class Identity implements Authenticator {

    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);
    private static final long DATABASE_MILLIS = 5_000;

    private final Database database;
    private final Accounts accounts;
    private final Passwords passwords;
    private final Tokens tokens;
    private final ApiKeys keys;
    private final SecureRandom random;

    private Identity(
            Database database,
            Accounts accounts,
            Passwords passwords,
            Tokens tokens,
            ApiKeys keys,
            SecureRandom random) {
        this.database = database;
        this.accounts = accounts;
        this.passwords = passwords;
        this.tokens = tokens;
        this.keys = keys;
        this.random = random;
    }

    /** Reads, or makes, what signs the tokens. */
    public static Future<Identity> open(Vertx vertx, Pool pool, AuthSettings settings, Clock clock) {
        SecureRandom random = new SecureRandom();
        Database database = new Database(pool, DATABASE_MILLIS);
        return Tokens.open(vertx, database, Duration.ofMinutes(settings.tokenMinutes()), clock, random)
                .map(tokens -> new Identity(
                        database,
                        new Accounts(database),
                        new Passwords(vertx, settings.argon2()),
                        tokens,
                        new ApiKeys(database, settings.adminKey(), random),
                        random));
    }

    /** The routes of users, tokens and keys. */
    public List<Mount> mounts(Auth auth) {
        return List.of(
                new AccountRoutes(accounts, passwords, tokens, auth, random),
                new ModerationRoutes(database, auth),
                new KeyRoutes(keys, auth));
    }

    @Override
    public Future<Principal> authenticate(String bearer) {
        if (!bearer.startsWith(ApiKeys.PREFIX) && !keys.isAdminKey(bearer)) {
            return tokens.verify(bearer).map(Principal.User::new);
        }
        return keys.holder(bearer).recover(Identity::explain).compose(holder -> holder.<Future<Principal>>map(
                        Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(
                        Problem.unauthenticated("This API key does not exist").exception())));
    }

    /** A failure of the database as a problem; a defect as it is. */
    static <T> Future<T> explain(Throwable failure) {
        if (failure instanceof ProblemException || !PostgresFailures.isDown(failure)) {
            return Future.failedFuture(failure);
        }
        LOG.atWarn().addKeyValue("why", failure.getMessage()).log("PostgreSQL is not available");
        return Future.failedFuture(Problem.storageUnavailable().exception());
    }

    /** Lets go of the threads. */
    public Future<Void> close() {
        return passwords.close();
    }
}
