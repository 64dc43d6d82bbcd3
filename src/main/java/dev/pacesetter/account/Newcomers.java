package dev.pacesetter.account;

import com.github.benmanes.caffeine.cache.Cache;
import dev.pacesetter.cache.BoundedCache;
import dev.pacesetter.postgres.PostgresFailures;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sees to it that whoever comes with a token of the identity provider is known here, by the name that it gives. */
final class Newcomers {

    private final Accounts accounts;
    private final Consumer<String> onRenamed;
    private final Cache<String, Seen> seen;

    private record Seen(@Nullable String name, Instant issuedAt) {}

    /**
     * With where people are kept.
     *
     * @param capacity most people remembered
     * @param onRenamed hears who has another name now
     */
    Newcomers(Accounts accounts, long capacity, Consumer<String> onRenamed) {
        this.accounts = accounts;
        this.onRenamed = onRenamed;
        this.seen = BoundedCache.ofAtMost(capacity).build();
    }

    /**
     * Completes when the user is known; also when PostgreSQL is down and the user was known before, as reading goes on then.
     * Fails with a problem when the id is that of an account with a password: the provider's user is somebody else.
     */
    Future<Void> meet(String userId, @Nullable String name, Instant issuedAt) {
        Seen before = seen.getIfPresent(userId);
        boolean news =
                before == null || (name != null && !name.equals(before.name()) && issuedAt.isAfter(before.issuedAt()));
        if (!news) {
            return Future.succeededFuture();
        }
        return accounts.claim(userId, name, issuedAt)
                .map(claimed -> {
                    if (claimed.taken()) {
                        throw Claims.refused("The token's sub is the id of an account here, which is signed in to by"
                                + " password: the identity provider must have other ids");
                    }
                    seen.put(userId, new Seen(name, issuedAt));
                    if (claimed.renamed()) {
                        onRenamed.accept(userId);
                    }
                    return (Void) null;
                })
                // Of somebody new it could not be seen whether the id is an account's.
                .recover(failure -> before != null && PostgresFailures.isDown(failure)
                        ? Future.succeededFuture()
                        : Future.failedFuture(failure));
    }

    /** How many people are remembered. */
    long remembered() {
        seen.cleanUp();
        return seen.estimatedSize();
    }

    /** May have been erased. */
    void forget(String userId) {
        seen.invalidate(userId);
    }
}
