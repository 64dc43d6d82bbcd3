package dev.pacesetter.account;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.UserRenamed;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.Authenticator;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.http.SignInLimits;
import dev.pacesetter.postgres.FailedCalls;
import dev.pacesetter.postgres.PostgresFailures;
import dev.pacesetter.settings.AccountRule;
import dev.pacesetter.settings.AuthSettings;
import dev.pacesetter.settings.JwtSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who people and programs are: what the other parts need of it. */
public final class Identity implements Authenticator {

    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);
    private static final FailedCalls FAILED = new FailedCalls(LOG, System::nanoTime);
    private static final long DATABASE_MILLIS = 5_000;
    private static final long QUICK_MILLIS = 1_000;

    private final Vertx vertx;
    private final Database database;
    private final Accounts accounts;
    private final AccountRule rule;
    private final Passwords passwords;
    private final Tokens tokens;
    private final BearerTokens bearers;
    private final ApiKeys keys;
    private final KeyUses uses;
    private final Withdrawals withdrawals;
    private final SecureRandom random = new SecureRandom();
    private final SigningKeys signing;
    private final @Nullable ProviderKeys provided;
    private final @Nullable KeyDocument document;
    private final List<Long> timers = new ArrayList<>();
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();

    private Identity(Vertx vertx, Pool pool, AuthSettings settings, Clock clock) {
        this.vertx = vertx;
        database = new Database(pool, DATABASE_MILLIS);
        accounts = new Accounts(database);
        rule = settings.accounts();
        passwords = new Passwords(vertx, settings.argon2());
        LongSupplier nanoTime = System::nanoTime;
        Map<String, TokenIssuer> issuers = new HashMap<>();
        signing = new SigningKeys(database, settings, random, nanoTime, this::withdrawn);
        tokens = new Tokens(signing, Duration.ofMinutes(settings.tokenMinutes()), clock);
        issuers.put(JwtSettings.OWN_ISSUER, tokens);
        JwtSettings jwt = settings.jwt();
        if (jwt.isSet()) {
            document = new KeyDocument(vertx, jwt.keys());
            provided = new ProviderKeys(document, nanoTime, this::withdrawn);
            issuers.put(String.valueOf(jwt.issuer()), new Provider(jwt, provided, clock));
        } else {
            document = null;
            provided = null;
        }
        // A request waits for these, so they have less time.
        Database quick = new Database(pool, QUICK_MILLIS);
        Revocations revocations = new Revocations(Revocations.in(quick), settings.maxCached(), nanoTime);
        Newcomers newcomers = new Newcomers(
                new Accounts(quick),
                settings.maxCached(),
                user -> Addresses.USER_RENAMED.publish(vertx.eventBus(), new UserRenamed(user)));
        bearers = new BearerTokens(issuers, revocations, newcomers, settings.maxCached(), clock);
        uses = new KeyUses(quick, settings.maxCached(), clock);
        keys = new ApiKeys(database, settings.adminKey(), uses, settings.maxCached(), random);
        withdrawals = new Withdrawals(vertx, revocations, newcomers, keys);
    }

    /** Reads, or makes, what signs the tokens. */
    public static Future<Identity> open(Vertx vertx, Pool pool, AuthSettings settings, Clock clock) {
        Identity identity = new Identity(vertx, pool, settings, clock);
        return identity.signing
                .open()
                .map(read -> identity.keepUp(settings.jwt()))
                .recover(failure -> identity.close().transform(done -> Future.failedFuture(failure)));
    }

    /** From now on what is remembered follows what is true. */
    private Identity keepUp(JwtSettings jwt) {
        every(SigningKeys.PERIOD, "the signing keys", signing::keepUp);
        every(KeyUses.PERIOD, "when keys were used", uses::write);
        ProviderKeys keysOfProvider = provided;
        if (keysOfProvider != null) {
            every(Duration.ofSeconds(jwt.refreshSeconds()), "the identity provider's keys", keysOfProvider::keepUp);
            // A start does not wait for somebody else's server: the first token will.
            keysOfProvider.keepUp();
        }
        consumers.add(withdrawals.listen());
        return this;
    }

    private void every(Duration period, String what, Supplier<Future<Void>> task) {
        timers.add(vertx.setPeriodic(period.toMillis(), id -> task.get().onFailure(failure -> LOG.atWarn()
                .addKeyValue("what", what)
                .addKeyValue("why", failure.getMessage())
                .log("Not kept up, for now"))));
    }

    private void withdrawn() {
        bearers.withdrawn();
    }

    /** The routes of users, tokens and keys. */
    public List<Mount> mounts(Auth auth, SignInLimits limits) {
        return List.of(
                new AccountRoutes(accounts, passwords, tokens, rule, auth, limits, random),
                new TokenRoutes(database, withdrawals, auth),
                new ModerationRoutes(database, withdrawals, auth),
                new KeyRoutes(keys, withdrawals, auth));
    }

    @Override
    public Future<Principal> authenticate(String bearer) {
        if (!bearer.startsWith(ApiKeys.PREFIX) && !keys.isAdminKey(bearer)) {
            return bearers.user(bearer).recover(Identity::explain).map(user -> user);
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
        FAILED.add(failure);
        return Future.failedFuture(Problem.storageUnavailable().exception());
    }

    /** Writes what is not written, and lets go of the threads. */
    public Future<Void> close() {
        timers.forEach(vertx::cancelTimer);
        consumers.forEach(MessageConsumer::unregister);
        KeyDocument reading = document;
        return uses.write()
                .transform(written -> passwords.close())
                .transform(closed -> reading == null ? Future.succeededFuture() : reading.close());
    }
}
