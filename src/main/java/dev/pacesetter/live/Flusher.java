package dev.pacesetter.live;

import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands what was written to the network once the event loop has done all that was waiting for it: a call of the
 * operating system costs more than all else that a message costs, and takes several messages as gladly as one.
 */
final class Flusher {

    private final Context context;
    private List<Runnable> waiting = new ArrayList<>();

    /** On this event loop, and to be called there. */
    Flusher(Context context) {
        this.context = context;
    }

    /** Has this done soon. */
    void soon(Runnable flush) {
        if (waiting.isEmpty()) {
            context.runOnContext(go -> flushAll());
        }
        waiting.add(flush);
    }

    private void flushAll() {
        List<Runnable> now = waiting;
        waiting = new ArrayList<>(now.size());
        now.forEach(Runnable::run);
    }
}
