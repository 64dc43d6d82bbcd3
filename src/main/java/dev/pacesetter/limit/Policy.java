package dev.pacesetter.limit;

import dev.pacesetter.http.Quota;
import io.vertx.core.Future;

/**
 * How often something may be done: a bucket of tokens that fills at a steady rate.
 *
 * @param name of the kind of subject, as callers, metrics and Redis see it
 * @param intervalMicros until another token comes, in microseconds; 0: there is no limit
 * @param burst most tokens at once
 * @param portion how many of them a node takes at a time: so many that a busy subject costs some fifty scripts a second
 * @param header what {@code RateLimit-Policy} says
 */
record Policy(String name, double intervalMicros, int burst, int portion, String header) {

    private static final int PORTIONS_PER_SECOND = 50;
    private static final double SECOND = 1e6;

    private static Policy of(String name, double intervalMicros, int burst) {
        double perSecond = intervalMicros == 0 ? 0 : SECOND / intervalMicros;
        int portion = (int) Math.max(1, Math.min(burst, perSecond / PORTIONS_PER_SECOND));
        long window = Math.max(1, Math.round(Math.ceil(burst * intervalMicros / SECOND)));
        return new Policy(name, intervalMicros, burst, portion, '"' + name + "\";q=" + burst + ";w=" + window);
    }

    static Policy perSecond(String name, int rate, int burst) {
        return of(name, rate == 0 ? 0 : SECOND / rate, burst);
    }

    /** So many in so many seconds, which may come at once. */
    static Policy within(String name, int seconds, int most) {
        return of(name, most == 0 ? 0 : SECOND * seconds / most, Math.max(1, most));
    }

    boolean isOff() {
        return intervalMicros == 0;
    }

    /** When a bucket that nobody uses is as good as a new one, in milliseconds. */
    long fullMillis() {
        return (long) Math.ceil(intervalMicros * burst / 1_000);
    }

    Future<Quota> allowed(long left) {
        int more = (int) Math.ceil(intervalMicros / SECOND);
        return Future.succeededFuture(new Quota(true, header, left(left, more), 0));
    }

    Future<Quota> refused(long waitNanos) {
        return Future.succeededFuture(refusal(waitNanos));
    }

    Quota refusal(long waitNanos) {
        int seconds = (int) Math.max(1, Math.ceil(waitNanos / 1e9));
        return new Quota(false, header, left(0, seconds), seconds);
    }

    private String left(long left, int seconds) {
        return '"' + name + "\";r=" + left + ";t=" + seconds;
    }
}
