package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.EraseReply;
import io.vertx.core.Promise;

/** A user to be erased on the way into a batch, and whom to tell. Lives on its writer's event loop. */
final class WaitingErase {

    private final String userId;
    private final Promise<EraseReply> answer = Promise.promise();
    private boolean tried;

    WaitingErase(String userId) {
        this.userId = userId;
    }

    String userId() {
        return userId;
    }

    Promise<EraseReply> answer() {
        return answer;
    }

    /** It goes out, and nobody may ever know what became of it. */
    void tried() {
        tried = true;
    }

    /** Whether it went out before: not to be found then is no wonder. */
    boolean wasTried() {
        return tried;
    }

    void tell(EraseReply outcome) {
        answer.tryComplete(outcome);
    }
}
