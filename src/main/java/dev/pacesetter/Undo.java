package dev.pacesetter;

import io.vertx.core.Future;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was started, to be stopped at the end: the last first. */
final class Undo {

    private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

    private final Deque<Supplier<Future<?>>> steps = new ConcurrentLinkedDeque<>();

    /** Adds what is to be done before all that was added earlier; what was added already moves up. */
    void push(Supplier<Future<?>> step) {
        steps.remove(step);
        steps.push(step);
    }

    /** Does it all, whatever fails. */
    Future<Void> run() {
        Supplier<Future<?>> last = steps.poll();
        if (last == null) {
            return Future.succeededFuture();
        }
        return last.get().transform(done -> {
            if (done.failed()) {
                LOG.atWarn().setCause(done.cause()).log("Something did not stop in order");
            }
            return run();
        });
    }
}
