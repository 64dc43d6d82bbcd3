package dev.pacesetter.account;

import dev.pacesetter.http.Problem;
import dev.pacesetter.settings.Argon2Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

/**
 * Hashes passwords with Argon2id, on threads of its own: it takes tens of milliseconds and megabytes by design. How many
 * may wait is bounded; further ones are told to come back.
 */
final class Passwords {

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final long MAX_SECONDS = 30;
    /** Argon2 knows no less, for one lane. */
    private static final int LEAST_KIB = 8;

    private static final Pattern COST = Pattern.compile("\\$m=(\\d{1,9}),t=(\\d{1,9}),");

    private final WorkerExecutor workers;
    private final Argon2PasswordEncoder argon2;
    private final int maxInHand;
    private final Argon2Settings settings;
    /** Hears of all work: KiB gone over, in all passes together, which is what a hash's time goes by. */
    private final LongConsumer worked;
    /** A hash that nobody's password has: checking against it takes as long as against a real one. */
    private final Future<String> nobodys;

    private int inHand;

    /** What a check found. {@code outdated}: right, but hashed with other parameters than are set now. */
    record Check(boolean right, boolean outdated) {}

    Passwords(Vertx vertx, Argon2Settings settings) {
        this(vertx, settings, worked -> {});
    }

    /** @param worked hears how much was done, on any thread */
    Passwords(Vertx vertx, Argon2Settings settings, LongConsumer worked) {
        this.settings = settings;
        this.worked = worked;
        workers = vertx.createSharedWorkerExecutor("passwords", settings.threads(), MAX_SECONDS, TimeUnit.SECONDS);
        argon2 = argon2(settings.memoryKiB());
        maxInHand = settings.threads() + settings.maxWaiting();
        nobodys = hash("nobody's password");
    }

    /** The hash to keep. */
    Future<String> hash(String password) {
        return work(() -> {
            worked.accept(cost());
            return argon2.encode(password);
        });
    }

    /** Whether a password has a hash. Finding that it has not takes no less than finding that there is nobody. */
    Future<Check> check(String password, String hash) {
        return work(() -> {
            long cost = cost(hash);
            worked.accept(cost);
            boolean right = argon2.matches(password, hash);
            if (!right) {
                workFor(cost() - cost, password);
            }
            return new Check(right, right && argon2.upgradeEncoding(hash));
        });
    }

    /** What a hash of lower parameters took less: else the time would tell that the account is there, and old. */
    private void workFor(long missing, String password) {
        long memoryKiB = missing / settings.iterations();
        if (memoryKiB >= LEAST_KIB) {
            worked.accept(memoryKiB * settings.iterations());
            var unused = argon2(Math.toIntExact(memoryKiB)).encode(password);
        }
    }

    private Argon2PasswordEncoder argon2(int memoryKiB) {
        return new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, 1, memoryKiB, settings.iterations());
    }

    private long cost() {
        return (long) settings.memoryKiB() * settings.iterations();
    }

    /** What was made by something else than this class costs what ours do. */
    private long cost(String hash) {
        Matcher found = COST.matcher(hash);
        return found.find() ? Long.parseLong(found.group(1)) * Long.parseLong(found.group(2)) : cost();
    }

    /** Takes as long as a check and finds nothing. */
    Future<Check> checkNobodys(String password) {
        return nobodys.compose(hash -> check(password, hash)).map(new Check(false, false));
    }

    private <T> Future<T> work(Callable<T> task) {
        synchronized (this) {
            if (inHand >= maxInHand) {
                return Future.failedFuture(Problem.tooManyRequests("Too many people sign in or up at this moment")
                        .exception());
            }
            inHand++;
        }
        return workers.executeBlocking(task, false).onComplete(done -> {
            synchronized (this) {
                inHand--;
            }
        });
    }

    Future<Void> close() {
        return workers.close();
    }
}
