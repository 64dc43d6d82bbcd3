package dev.pacesetter.limit;

import dev.pacesetter.http.CallLimits;
import dev.pacesetter.http.ClientAddress;
import dev.pacesetter.http.ClientAddresses;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.Quota;
import dev.pacesetter.http.SignInLimits;
import dev.pacesetter.redis.RedisLink;
import dev.pacesetter.settings.LimitSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All limits by who calls. They count in Redis, for all nodes, once {@link LimitVerticle} has brought a link; this node
 * counts alone until then, and while Redis is away. Safe for many threads.
 */
public final class Limits implements CallLimits, SignInLimits {

    private static final String USER = "user";
    private static final String KEY = "key";
    private static final String ADDRESS = "address";
    private static final String SIGN_IN = "signin";
    private static final String SIGN_UP = "signup";
    private static final int MINUTE_SECONDS = 60;
    private static final int HOUR_SECONDS = 3_600;
    private static final int SIGN_IN_FAILURES = 100;
    private static final int SIGN_IN_SECONDS = 15 * 60;

    private final ClientAddresses addresses;
    private final Leases leases;
    private final Buckets users;
    private final Buckets keys;
    private final Buckets callsOfAddress;
    private final Buckets guessesOfAddress;
    private final Buckets signUps;
    private final SignIns signIns;

    /**
     * With a clock.
     *
     * @param nanos such as {@link System#nanoTime}
     */
    public Limits(
            Vertx vertx, LimitSettings settings, ClientAddresses addresses, MeterRegistry meters, LongSupplier nanos) {
        this(vertx, settings, addresses, new Leases(nanos, meters), meters);
    }

    Limits(Vertx vertx, LimitSettings settings, ClientAddresses addresses, Leases leases, MeterRegistry meters) {
        this.addresses = addresses;
        this.leases = leases;
        int most = settings.maxSubjects();
        Policy user = Policy.perSecond(USER, settings.userPerSecond(), settings.userBurst());
        Policy key = Policy.perSecond(KEY, settings.keyPerSecond(), settings.keyBurst());
        Policy address = Policy.perSecond(ADDRESS, settings.addressPerSecond(), settings.addressBurst());
        Policy guesses = Policy.perSecond("guesses", settings.addressPerSecond(), settings.addressBurst());
        Policy failures = Policy.within("signin-failures", SIGN_IN_SECONDS, SIGN_IN_FAILURES);
        Policy ofAddress = Policy.within("signins", MINUTE_SECONDS, settings.addressSignInsPerMinute());
        Policy toAccount = Policy.within("signins-account", MINUTE_SECONDS, settings.accountSignInsPerMinute());
        Policy signUp = Policy.within(SIGN_UP, HOUR_SECONDS, settings.signUpsPerHour());
        Counter byAddress = refused(meters, ADDRESS);
        Counter bySignIn = refused(meters, SIGN_IN);
        this.users = new Buckets(vertx, user, leases, refused(meters, USER), most);
        this.keys = new Buckets(vertx, key, leases, refused(meters, KEY), most);
        this.callsOfAddress = new Buckets(vertx, address, leases, byAddress, most);
        this.guessesOfAddress = new Buckets(vertx, guesses, leases, byAddress, most);
        this.signUps = new Buckets(vertx, signUp, leases, refused(meters, SIGN_UP), most);
        this.signIns = new SignIns(
                vertx,
                leases,
                new SignIns.Bounds(
                        new Buckets(vertx, ofAddress, leases, bySignIn, most),
                        new Buckets(vertx, failures, leases, bySignIn, most),
                        new Buckets(vertx, toAccount, leases, bySignIn, most)),
                bySignIn,
                most);
        Gauge.builder("pacesetter.limits.local", leases, known -> known.isLocal(known.now()) ? 1 : 0)
                .description("1 while this node counts alone, as Redis is down or slow")
                .register(meters);
        Map.of(USER, users, KEY, keys, ADDRESS, callsOfAddress)
                .forEach((kind, buckets) -> Gauge.builder("pacesetter.limits.subjects", buckets, Buckets::size)
                        .description("Users, keys and addresses that were seen lately")
                        .tag("subject", kind)
                        .register(meters));
    }

    private static Counter refused(MeterRegistry meters, String subject) {
        return Counter.builder("pacesetter.limits.refused")
                .description("What was refused as there was too much of it, by whose it was")
                .tag("subject", subject)
                .register(meters);
    }

    /** Counts for all nodes, from now on. To be called on the link's event loop. */
    void connect(Context context, RedisLink link) {
        leases.connect(context, link);
    }

    /** Whether Redis can be asked. */
    void setUp(boolean isUp) {
        leases.setUp(isUp);
    }

    @Override
    public Future<Quota> count(HttpServerRequest request, Principal caller) {
        return caller instanceof Principal.Anonymous ? countAddress(addresses.of(request)) : countKnown(caller);
    }

    @Override
    public Future<Quota> count(ClientAddress from, Principal caller) {
        return caller instanceof Principal.Anonymous ? countAddress(from) : countKnown(caller);
    }

    private Future<Quota> countKnown(Principal caller) {
        return caller instanceof Principal.Key key ? keys.take(key.id()) : users.take(((Principal.User) caller).id());
    }

    private Future<Quota> countAddress(ClientAddress from) {
        return from.isExempt() ? Future.succeededFuture(Quota.UNCOUNTED) : callsOfAddress.take(from.text());
    }

    @Override
    public Quota guesses(HttpServerRequest request) {
        // Mostly nobody guesses, and an address is not found out for nothing.
        return guessesOfAddress.isAnyDry() ? guesses(addresses.of(request)) : Quota.UNCOUNTED;
    }

    @Override
    public Quota guesses(ClientAddress from) {
        return guessesOfAddress.isAnyDry() && !from.isExempt() ? guessesOfAddress.look(from.text()) : Quota.UNCOUNTED;
    }

    @Override
    public void guessed(HttpServerRequest request) {
        guessed(addresses.of(request));
    }

    @Override
    public void guessed(ClientAddress from) {
        if (!from.isExempt()) {
            guessesOfAddress.take(from.text());
        }
    }

    @Override
    public <T> Future<T> signIn(HttpServerRequest request, String username, Supplier<Future<T>> signIn) {
        ClientAddress from = addresses.of(request);
        return signIns.attempt(from.text(), from.isExempt(), username, signIn);
    }

    @Override
    public Future<Void> signUp(HttpServerRequest request) {
        ClientAddress from = addresses.of(request);
        if (from.isExempt()) {
            return Future.succeededFuture();
        }
        return signUps.take(from.text())
                .compose(quota -> quota.allowed()
                        ? Future.succeededFuture()
                        : Future.failedFuture(Problem.tooManyRequests(
                                        "Too many accounts were made from this address", quota.retrySeconds())
                                .exception()));
    }
}
