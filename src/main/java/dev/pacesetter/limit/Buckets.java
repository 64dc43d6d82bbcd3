package dev.pacesetter.limit;

import com.github.benmanes.caffeine.cache.Cache;
import dev.pacesetter.cache.BoundedCache;
import dev.pacesetter.http.Quota;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * The buckets of all subjects of one kind that this node has met lately. Of too many, some are forgotten: nothing is lost
 * by that while Redis counts; without Redis they begin anew. Safe for many threads.
 */
final class Buckets {

    private static final Duration LEAST_KEPT = Duration.ofSeconds(60);

    private final Vertx vertx;
    private final Policy policy;
    private final Leases leases;
    private final Counter refused;
    private final Cache<String, Bucket> buckets;
    /** Whether anybody was refused within the last time that it takes to fill a bucket, and until when that is. */
    private volatile long refusedUntil;

    /**
     * For all subjects.
     *
     * @param refused counts refusals
     * @param most how many are remembered
     */
    Buckets(Vertx vertx, Policy policy, Leases leases, Counter refused, int most) {
        this.vertx = vertx;
        this.policy = policy;
        this.leases = leases;
        this.refused = refused;
        this.refusedUntil = leases.now();
        // Not forgotten before it would be full again, or forgetting would fill it.
        Duration full = Duration.ofMillis(policy.fullMillis());
        this.buckets = BoundedCache.ofAtMost(most)
                .expireAfterAccess(full.compareTo(LEAST_KEPT) > 0 ? full : LEAST_KEPT)
                .build();
    }

    /** Takes one of a subject's tokens. */
    Future<Quota> take(String subject) {
        if (policy.isOff()) {
            return Future.succeededFuture(Quota.UNCOUNTED);
        }
        Future<Quota> quota = bucket(subject).take(vertx, leases.now());
        // Mostly it is there already: no listener then.
        if (quota.succeeded()) {
            note(quota.result());
            return quota;
        }
        return quota.onSuccess(this::note);
    }

    private Bucket bucket(String subject) {
        return buckets.get(
                subject,
                fresh -> new Bucket(policy, leases, "limit:{" + policy.name() + ":" + fresh + "}", leases.now()));
    }

    private void note(Quota quota) {
        if (!quota.allowed()) {
            refused.increment();
            refusedUntil = leases.now() + Math.max(1, policy.fullMillis()) * 1_000_000;
        }
    }

    /** What {@link #take} would certainly refuse; allowed otherwise. Costs nothing while nobody is refused. */
    Quota look(String subject) {
        Bucket bucket = buckets.getIfPresent(subject);
        Quota quota = bucket == null ? Quota.UNCOUNTED : bucket.look(leases.now());
        if (!quota.allowed()) {
            refused.increment();
        }
        return quota;
    }

    /** Whether somebody may be out of tokens. */
    boolean isAnyDry() {
        return refusedUntil - leases.now() > 0;
    }

    /** Gives a token back; nothing is known of it here. */
    void giveBack(String subject) {
        if (!policy.isOff()) {
            leases.giveBack(policy, "limit:{" + policy.name() + ":" + subject + "}");
        }
    }

    /** How many subjects are remembered. */
    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }
}
