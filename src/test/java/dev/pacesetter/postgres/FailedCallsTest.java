package dev.pacesetter.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whoever makes calls while PostgreSQL is away cannot fill the log. */
class FailedCallsTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(FailedCallsTest.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final FailedCalls calls = new FailedCalls(logger, now::get);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    private List<String> warnings() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(event -> String.valueOf(event.getKeyValuePairs().get(1)))
                .toList();
    }

    @Test
    void shouldWarnOnceInTenSecondsHoweverManyFailAndWhy() {
        for (int i = 0; i < 1_000; i++) {
            calls.add(i % 2 == 0 ? new ConnectException("refused " + i) : new TimeoutException());
        }
        assertEquals(List.of("calls=\"1\""), warnings());

        now.addAndGet(10_000_000_000L);
        calls.add(new TimeoutException());
        calls.add(new TimeoutException());
        assertEquals(List.of("calls=\"1\"", "calls=\"1000\""), warnings());
    }
}
