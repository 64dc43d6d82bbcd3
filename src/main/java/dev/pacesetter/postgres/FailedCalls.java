package dev.pacesetter.postgres;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Tells operators that calls fail as PostgreSQL does not answer: once in ten seconds at most and how many it were since,
 * since anybody can make as many calls as the limits allow. Safe for many threads.
 */
public final class FailedCalls {

    private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Logger log;
    private final LongSupplier nanoTime;
    private long saidAt;
    private long since;

    /**
     * Nothing has failed yet.
     *
     * @param nanoTime such as {@link System#nanoTime}
     */
    public FailedCalls(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
        this.saidAt = nanoTime.getAsLong() - REPEAT_NANOS;
    }

    /** One more. */
    public void add(Throwable failure) {
        String why = PostgresFailures.line(failure);
        long calls = due();
        if (calls > 0) {
            log.atWarn().addKeyValue("why", why).addKeyValue("calls", calls).log("PostgreSQL does not answer");
        } else {
            log.atDebug().addKeyValue("why", why).log("PostgreSQL did not answer a call");
        }
    }

    /** How many to tell of; 0: not yet. */
    private synchronized long due() {
        since++;
        long now = nanoTime.getAsLong();
        if (now - saidAt < REPEAT_NANOS) {
            return 0;
        }
        long calls = since;
        saidAt = now;
        since = 0;
        return calls;
    }
}
