package dev.pacesetter.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pacesetter.http.ProblemException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class IdentityTest {

    /** Anybody can send tokens, also while PostgreSQL is away. */
    @Test
    void shouldNotWarnOfEveryCallThatFails() {
        Logger logger = (Logger) LoggerFactory.getLogger(Identity.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            for (int i = 0; i < 1_000; i++) {
                Throwable told =
                        Identity.explain(new ConnectException("refused " + i)).cause();
                assertEquals(503, ((ProblemException) told).problem().status());
            }
            long warnings = log.list.stream()
                    .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                    .count();
            assertTrue(warnings <= 2, warnings + " warnings");
        } finally {
            logger.detachAppender(log);
        }
    }
}
