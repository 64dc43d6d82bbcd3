package dev.pacesetter.limit;

import dev.pacesetter.http.Quota;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What one subject may do, as this node knows it: the tokens of its last lease, or, without Redis, a bucket of its own.
 *
 * <pre>
 *  has tokens  -> allowed; few are left: asks for the next lease, and nobody waits for it
 *  has none    -> the first to come asks, all wait for the answer
 *  none to get -> refused, and Redis is left alone until there can be some
 * </pre>
 *
 * Safe for many threads; one takes, another brings leases.
 */
final class Bucket {

    /** What a lease is worth after that is forgotten: others may need the tokens, and soon there are new ones. */
    private static final long FORGET_NANOS = 1_000_000_000;
    /** However fast tokens come, one subject asks at most so often when it does not get what it asks for. */
    private static final long PAUSE_NANOS = 20_000_000;

    private static final int MOST_WAITING = 10_000;

    private final Policy policy;
    private final Leases leases;
    private final String key;

    private int tokens;
    private long leasedAt;
    private long left;
    private boolean asking;
    private boolean dry;
    private long dryUntil;
    private @Nullable Deque<Waiting> waiting;
    /** By what was allowed here: when the bucket would be full again. */
    private long full;

    /** One who waits, and where. */
    private record Waiting(Context context, Promise<Quota> promise) {
        void answer(Future<Quota> quota) {
            context.runOnContext(go -> quota.onComplete(promise));
        }
    }

    Bucket(Policy policy, Leases leases, String key, long now) {
        this.policy = policy;
        this.leases = leases;
        this.key = key;
        this.full = now;
    }

    /** Takes a token, if there is one. */
    synchronized Future<Quota> take(Vertx vertx, long now) {
        if (leases.isLocal(now)) {
            return takeHere(now);
        }
        if (now - leasedAt > FORGET_NANOS) {
            tokens = 0;
        }
        if (tokens > 0) {
            tokens--;
            spendHere(now);
            if (tokens <= policy.portion() / 2 && policy.portion() > 1 && !asking && !isDry(now)) {
                ask(policy.portion());
            }
            return policy.allowed(left + tokens);
        }
        if (isDry(now)) {
            return policy.refused(dryUntil - now);
        }
        if (waiting == null) {
            waiting = new ArrayDeque<>();
        }
        if (waiting.size() >= MOST_WAITING) {
            return policy.refused(0);
        }
        Promise<Quota> promise = Promise.promise();
        waiting.add(new Waiting(vertx.getOrCreateContext(), promise));
        if (!asking) {
            ask(policy.portion());
        }
        return promise.future();
    }

    /** What {@link #take} would certainly refuse, allowed otherwise. */
    synchronized Quota look(long now) {
        long wait = leases.isLocal(now) ? waitHere(now) : tokens == 0 && isDry(now) ? dryUntil - now : 0;
        return wait > 0 ? policy.refusal(wait) : Quota.UNCOUNTED;
    }

    private boolean isDry(long now) {
        dry = dry && dryUntil - now > 0;
        return dry;
    }

    private void ask(int least) {
        asking = true;
        int asked = Math.max(least, waiting == null ? 0 : waiting.size());
        leases.ask(policy, key, asked).onComplete(answer -> {
            if (answer.succeeded()) {
                granted(answer.result(), asked, leases.now());
            } else {
                alone(leases.now());
            }
        });
    }

    private synchronized void granted(Lease lease, int asked, long now) {
        asking = false;
        tokens += lease.granted();
        leasedAt = now;
        left = lease.left();
        dry = lease.granted() < asked;
        if (dry) {
            dryUntil = now + Math.max(PAUSE_NANOS, lease.waitMillis() * 1_000_000);
        }
        if (waiting == null) {
            return;
        }
        for (; tokens > 0 && !waiting.isEmpty(); tokens--) {
            spendHere(now);
            waiting.remove().answer(policy.allowed(left + tokens - 1));
        }
        if (dry) {
            answerAll(policy.refused(dryUntil - now));
        } else if (!waiting.isEmpty()) {
            ask(policy.portion());
        } else {
            waiting = null;
        }
    }

    /** Redis does not answer: those who wait are counted here. */
    private synchronized void alone(long now) {
        asking = false;
        while (waiting != null && !waiting.isEmpty()) {
            waiting.remove().answer(takeHere(now));
        }
        waiting = null;
    }

    private void answerAll(Future<Quota> quota) {
        while (waiting != null && !waiting.isEmpty()) {
            waiting.remove().answer(quota);
        }
        waiting = null;
    }

    /** By the same rate, for this node alone. */
    private Future<Quota> takeHere(long now) {
        long wait = waitHere(now);
        if (wait > 0) {
            return policy.refused(wait);
        }
        spendHere(now);
        return policy.allowed((intervalNanos() * policy.burst() - (full - now)) / intervalNanos());
    }

    /** Also of a lease: when Redis goes, nobody gets here what they have had already. */
    private void spendHere(long now) {
        long after = Math.max(full - now, 0) + intervalNanos();
        full = now + Math.min(after, intervalNanos() * policy.burst());
    }

    private long waitHere(long now) {
        return full - now - intervalNanos() * (policy.burst() - 1);
    }

    private long intervalNanos() {
        return (long) (policy.intervalMicros() * 1_000);
    }
}
