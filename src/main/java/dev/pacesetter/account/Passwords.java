package dev.pacesetter.account;

import dev.pacesetter.http.Problem;
import dev.pacesetter.settings.Argon2Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

/**
 * Hashes passwords with Argon2id, on threads of its own: it takes tens of milliseconds and megabytes by design. How many
 * may wait is bounded; further ones are told to come back.
 */
final class Passwords {

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final long MAX_SECONDS = 30;

    private final WorkerExecutor workers;
    private final Argon2PasswordEncoder argon2;
    private final int maxInHand;
    /** A hash that nobody's password has: checking against it takes as long as against a real one. */
    private final Future<String> nobodys;

    private int inHand;

    /** What a check found. {@code outdated}: right, but hashed with other parameters than are set now. */
    record Check(boolean right, boolean outdated) {}

    Passwords(Vertx vertx, Argon2Settings settings) {
        workers = vertx.createSharedWorkerExecutor("passwords", settings.threads(), MAX_SECONDS, TimeUnit.SECONDS);
        argon2 = new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, 1, settings.memoryKiB(), settings.iterations());
        maxInHand = settings.threads() + settings.maxWaiting();
        nobodys = hash("nobody's password");
    }

    /** The hash to keep. */
    Future<String> hash(String password) {
        return work(() -> argon2.encode(password));
    }

    /** Whether a password has a hash. */
    Future<Check> check(String password, String hash) {
        return work(() -> {
            boolean right = argon2.matches(password, hash);
            return new Check(right, right && argon2.upgradeEncoding(hash));
        });
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
