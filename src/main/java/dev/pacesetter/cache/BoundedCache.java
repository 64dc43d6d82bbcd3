package dev.pacesetter.cache;

import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Caches that hold so much at most, and keep house on the thread that uses them, which therefore also hears of evictions: a
 * verticle's listener may touch what is the verticle's. Caffeine's own way is to wake a thread of the common pool for it, which
 * costs more than the few entries that are to be looked at, thousands of times a second.
 */
public final class BoundedCache {

    private BoundedCache() {}

    /**
     * Of entries that count alike.
     *
     * @param most entries, at least 0
     */
    public static Caffeine<Object, Object> ofAtMost(long most) {
        return onTheSpot().maximumSize(most);
    }

    /**
     * Of entries that differ in size; needs a weigher, too.
     *
     * @param most the sum of their weights, at least 0
     */
    public static Caffeine<Object, Object> weighingAtMost(long most) {
        return onTheSpot().maximumWeight(most);
    }

    private static Caffeine<Object, Object> onTheSpot() {
        return Caffeine.newBuilder().executor(Runnable::run);
    }
}
