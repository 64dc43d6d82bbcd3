package dev.pacesetter.limit;

import com.github.benmanes.caffeine.cache.Cache;
import dev.pacesetter.cache.BoundedCache;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.limit.Attempts.Verdict;
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
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Slows down who tries passwords: by account and address, by account, and by address; and bounds how many sign in, rightly
 * or not, from an address and to an account, as each of them takes a password's hash. An attempt counts as a failure from
 * its beginning, and is taken back when it was none: so attempts at the same time do not slip through together. All names
 * are counted in the same way, whether there is such an account or not.
 *
 * <p>Addresses where somebody signed in to an account lately are known to it: what others do to the account from elsewhere
 * does not hold up those who come from there.
 *
 * <p>Redis and this node hold digests of the names, not the names.
 */
final class SignIns {

    private static final LuaScript SCRIPT = new LuaScript("sign_in");
    private static final String TRY = "try";
    private static final String RIGHT = "right";
    private static final String UNDO = "undo";
    /** The same words, whatever there is too much of. */
    private static final String DETAIL = "Too many attempts to sign in; wait before the next one";

    private static final int UNAUTHENTICATED = 401;
    private static final Duration KNOWN = Duration.ofDays(30);
    /** A place has two fields of a hash at most. */
    private static final int MANY_FIELDS = 2 * Attempts.MOST_PLACES;
    /** Enough that two addresses have the same by no chance. */
    private static final int PLACE_BYTES = 16;

    private final Vertx vertx;
    private final Leases leases;
    private final Bounds bounds;
    private final Counter refused;
    private final Cache<String, Attempts> local;

    /**
     * What attempts are counted in, besides the failures of an account.
     *
     * @param ofAddress a token of it is an attempt from an address, whatever comes of it
     * @param failuresOfAddress a token of it is a failure
     * @param toAccount a token of it is an attempt at an account, from a known address or from all others
     */
    record Bounds(Buckets ofAddress, Buckets failuresOfAddress, Buckets toAccount) {}

    /**
     * For all accounts.
     *
     * @param refused counts refusals by account
     * @param most accounts that this node remembers while Redis is down
     */
    SignIns(Vertx vertx, Leases leases, Bounds bounds, Counter refused, int most) {
        this.vertx = vertx;
        this.leases = leases;
        this.bounds = bounds;
        this.refused = refused;
        this.local = BoundedCache.ofAtMost(most)
                .expireAfterAccess(Duration.ofMillis(Attempts.KEPT_MILLIS))
                .build();
    }

    /**
     * Signs in, unless it has to wait.
     *
     * @param address where the attempt comes from
     * @param exempt whether the address is not to count by itself
     */
    <T> Future<T> attempt(String address, boolean exempt, String username, Supplier<Future<T>> signIn) {
        String account = HexFormat.of().formatHex(digest(username.toLowerCase(Locale.ROOT)));
        String place = place(account, address);
        return allowAddress(exempt ? null : address)
                .compose(allowed -> tell(account, place, TRY))
                .compose(verdict -> {
                    if (verdict.waitMillis() > 0) {
                        refused.increment();
                        return Future.failedFuture(tooMany((int) ((verdict.waitMillis() + 999) / 1_000)));
                    }
                    return allow(bounds.toAccount(), verdict.known() ? account + ":" + place : account)
                            .compose(allowed -> signIn.get())
                            .onSuccess(right -> takeBack(exempt ? null : address, account, place, RIGHT))
                            .onFailure(failure -> {
                                if (!isWrong(failure)) {
                                    takeBack(exempt ? null : address, account, place, UNDO);
                                }
                            });
                });
    }

    private Future<Void> allowAddress(@Nullable String address) {
        return address == null
                ? Future.succeededFuture()
                : allow(bounds.ofAddress(), address).compose(allowed -> allow(bounds.failuresOfAddress(), address));
    }

    private static Future<Void> allow(Buckets buckets, String subject) {
        return buckets.take(subject)
                .compose(quota -> quota.allowed()
                        ? Future.succeededFuture()
                        : Future.failedFuture(tooMany(quota.retrySeconds())));
    }

    private void takeBack(@Nullable String address, String account, String place, String outcome) {
        if (address != null) {
            bounds.failuresOfAddress().giveBack(address);
        }
        tell(account, place, outcome);
    }

    /** Comes back to where it was asked. */
    private Future<Verdict> tell(String account, String place, String what) {
        Context caller = vertx.getOrCreateContext();
        Promise<Verdict> promise = Promise.promise();
        List<String> keys = List.of("signin:{" + account + "}", "signin:{" + account + "}:known");
        List<String> arguments = List.of(
                place,
                what,
                String.valueOf(Attempts.FREE_FROM_ADDRESS),
                String.valueOf(Attempts.FREE_FROM_ANYWHERE),
                String.valueOf(Attempts.LONGEST_WAIT_MILLIS),
                String.valueOf(Attempts.KEPT_MILLIS),
                String.valueOf(MANY_FIELDS),
                String.valueOf(KNOWN.toMillis()),
                String.valueOf(Attempts.MOST_KNOWN));
        leases.run(SCRIPT, keys, arguments)
                .map(answer -> new Verdict(answer.get(0).toLong(), answer.get(1).toInteger() == 1))
                .recover(down -> Future.succeededFuture(tellHere(account, place, what)))
                .onComplete(verdict -> caller.runOnContext(go -> promise.handle(verdict)));
        return promise.future();
    }

    private Verdict tellHere(String account, String place, String what) {
        long now = leases.now() / 1_000_000;
        Attempts attempts = local.get(account, fresh -> new Attempts(now));
        switch (what) {
            case RIGHT -> attempts.right(place, now);
            case UNDO -> attempts.undo(place);
            default -> {
                return attempts.tryFrom(place, now);
            }
        }
        return new Verdict(0, false);
    }

    private static boolean isWrong(Throwable failure) {
        return failure instanceof ProblemException known && known.problem().status() == UNAUTHENTICATED;
    }

    private static ProblemException tooMany(int seconds) {
        return Problem.tooManyRequests(DETAIL, seconds).exception();
    }

    /** An address is not to be read out of what is kept for days, nor seen to be the same for two accounts. */
    private static String place(String account, String address) {
        byte[] bytes = Arrays.copyOf(digest(account + " " + address), PLACE_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
