package dev.pacesetter.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.redis.LuaScript;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Slows down who tries passwords: by account and address, by account, and by address. An attempt counts as a failure
 * from its beginning, and is taken back when it was none: so attempts at the same time do not slip through together. All
 * names are counted in the same way, whether there is such an account or not.
 *
 * <p>Redis and this node hold digests of the names, not the names.
 */
final class SignIns {

    private static final LuaScript SCRIPT = new LuaScript("sign_in");
    private static final String DETAIL = "Too many attempts to sign in have failed; wait before the next one";
    private static final int UNAUTHENTICATED = 401;

    private final Vertx vertx;
    private final Leases leases;
    private final Buckets failuresOfAddress;
    private final Counter refused;
    private final Cache<String, Attempts> local;

    /**
     * For all accounts.
     *
     * @param failuresOfAddress a token of it is a failure
     * @param refused counts refusals by account
     * @param most accounts that this node remembers while Redis is down
     */
    SignIns(Vertx vertx, Leases leases, Buckets failuresOfAddress, Counter refused, int most) {
        this.vertx = vertx;
        this.leases = leases;
        this.failuresOfAddress = failuresOfAddress;
        this.refused = refused;
        this.local = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterAccess(Duration.ofMillis(Attempts.KEPT_MILLIS))
                .build();
    }

    /**
     * Signs in, unless it has to wait.
     *
     * @param address null when the address is not to count by itself
     * @param place the address that the attempt comes from
     */
    <T> Future<T> attempt(@Nullable String address, String place, String username, Supplier<Future<T>> signIn) {
        String account = digest(username.toLowerCase(Locale.ROOT));
        return allowAddress(address)
                .compose(allowed -> tell(account, place, "try"))
                .compose(wait -> {
                    if (wait > 0) {
                        refused.increment();
                        return Future.failedFuture(tooMany((int) ((wait + 999) / 1_000)));
                    }
                    return signIn.get()
                            .onSuccess(right -> takeBack(address, account, place, "right"))
                            .onFailure(failure -> {
                                if (!isWrong(failure)) {
                                    takeBack(address, account, place, "undo");
                                }
                            });
                });
    }

    private Future<Void> allowAddress(@Nullable String address) {
        return address == null
                ? Future.succeededFuture()
                : failuresOfAddress
                        .take(address)
                        .compose(quota -> quota.allowed()
                                ? Future.succeededFuture()
                                : Future.failedFuture(tooMany(quota.retrySeconds())));
    }

    private void takeBack(@Nullable String address, String account, String place, String outcome) {
        if (address != null) {
            failuresOfAddress.giveBack(address);
        }
        tell(account, place, outcome);
    }

    /** The answer is in milliseconds. Comes back to where it was asked. */
    private Future<Long> tell(String account, String place, String what) {
        Context caller = vertx.getOrCreateContext();
        Promise<Long> promise = Promise.promise();
        List<String> arguments = List.of(
                place,
                what,
                String.valueOf(Attempts.FREE_FROM_ADDRESS),
                String.valueOf(Attempts.FREE_FROM_ANYWHERE),
                String.valueOf(Attempts.LONGEST_WAIT_MILLIS),
                String.valueOf(Attempts.KEPT_MILLIS));
        leases.run(SCRIPT, "signin:{" + account + "}", arguments)
                .map(answer -> answer.toLong())
                .recover(down -> Future.succeededFuture(tellHere(account, place, what)))
                .onComplete(wait -> caller.runOnContext(go -> promise.handle(wait)));
        return promise.future();
    }

    private long tellHere(String account, String place, String what) {
        long now = leases.now() / 1_000_000;
        Attempts attempts = local.get(account, fresh -> new Attempts(now));
        switch (what) {
            case "right" -> attempts.right(place, now);
            case "undo" -> attempts.undo(place);
            default -> {
                return attempts.tryFrom(place, now);
            }
        }
        return 0;
    }

    private static boolean isWrong(Throwable failure) {
        return failure instanceof ProblemException known && known.problem().status() == UNAUTHENTICATED;
    }

    private static ProblemException tooMany(int seconds) {
        return Problem.tooManyRequests(DETAIL, seconds).exception();
    }

    private static String digest(String name) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
