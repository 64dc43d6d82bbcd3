package dev.pacesetter.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What a node must not log because of what a client sent: anything at error level, and event loops that are blocked. */
final class NodeLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    private final Beat beat = new Beat();

    /** A thread that does nothing: when it is late itself, the machine stood still, and not the event loop. */
    private static final class Beat extends Thread {

        private static final long STEP_MILLIS = 100;
        private static final long LATE_MILLIS = 700;
        private static final long REMEMBERED_NANOS = 10_000_000_000L;

        private volatile long missedAt = System.nanoTime() - REMEMBERED_NANOS;

        Beat() {
            super("fuzz-beat");
            setDaemon(true);
        }

        @Override
        public void run() {
            long last = System.nanoTime();
            try {
                while (true) {
                    Thread.sleep(STEP_MILLIS);
                    long now = System.nanoTime();
                    if (now - last > (STEP_MILLIS + LATE_MILLIS) * 1_000_000) {
                        missedAt = now;
                    }
                    last = now;
                }
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }

        boolean missed() {
            return System.nanoTime() - missedAt < REMEMBERED_NANOS;
        }
    }

    /** Listens from now on. */
    static NodeLog open() {
        NodeLog log = new NodeLog();
        log.start();
        log.beat.start();
        log.root.addAppender(log);
        return log;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)
                || (event.getLoggerName().contains("BlockedThreadChecker") && !beat.missed())) {
            String cause = event.getThrowableProxy() == null
                    ? ""
                    : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
            lines.add(event.getLoggerName() + ": " + event.getFormattedMessage() + " " + event.getKeyValuePairs()
                    + cause);
        }
    }

    /** What was logged since this was last asked. */
    List<String> take() {
        List<String> taken = new ArrayList<>();
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            taken.add("logged: " + line);
        }
        return taken;
    }

    @Override
    public void close() {
        root.detachAppender(this);
        beat.interrupt();
    }
}
