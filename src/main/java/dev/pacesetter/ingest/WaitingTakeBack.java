package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.TakeBack;
import dev.pacesetter.bus.BusMessage.TakeBackReply;
import io.vertx.core.Promise;

/** A score to be taken back on its way into a batch, and whom to tell. Lives on its writer's event loop. */
record WaitingTakeBack(TakeBack ask, Promise<TakeBackReply> answer) {

    WaitingTakeBack(TakeBack ask) {
        this(ask, Promise.promise());
    }

    void tell(TakeBackReply outcome) {
        answer.tryComplete(outcome);
    }
}
