package dev.pacesetter.postgres;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/** Tells operators that PostgreSQL is away: each reason at once, the same one every ten seconds, and the end of it. */
public final class Outage {

    private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Logger log;
    private String said = "";
    private long saidAt;

    /** Nothing is known to be wrong. */
    public Outage(Logger log) {
        this.log = log;
    }

    /** An attempt has failed. */
    public void goesOn(Throwable failure) {
        String why = PostgresFailures.line(failure);
        long now = System.nanoTime();
        if (!why.equals(said) || now - saidAt > REPEAT_NANOS) {
            log.atWarn().addKeyValue("why", why).log("PostgreSQL is not there, trying again");
            said = why;
            saidAt = now;
        }
    }

    /** An attempt has succeeded. */
    public void isOver() {
        if (!said.isEmpty()) {
            log.info("PostgreSQL is there");
            said = "";
        }
    }
}
