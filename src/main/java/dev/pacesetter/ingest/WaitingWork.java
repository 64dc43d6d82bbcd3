package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.DoneReply;
import dev.pacesetter.ingest.CorrectionStore.Corrected;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Something to be done to all that a user has, on the way into a batch, and whom to tell. Lives on its writer's event loop. */
final class WaitingWork {

    /** Does it as a batch. */
    interface Work {
        Future<Corrected> run(CorrectionStore store, long stream, long batch);
    }

    /** One that was sent so often without an answer is the reason for it. */
    private static final int MOST_TRIES = 5;

    private final String userId;
    private final Work work;
    private final Promise<DoneReply> answer = Promise.promise();
    private int tries;

    WaitingWork(String userId, Work work) {
        this.userId = userId;
        this.work = work;
    }

    String userId() {
        return userId;
    }

    Work work() {
        return work;
    }

    Promise<DoneReply> answer() {
        return answer;
    }

    /** It goes out, and nobody may ever know what became of it. */
    void tried() {
        tries++;
    }

    /** Whether it went out before: that there is no such user then is no wonder. */
    boolean wasTried() {
        return tries > 0;
    }

    /** Whether it is not worth another attempt: it would keep its writer from all others. */
    boolean isHopeless() {
        return tries >= MOST_TRIES;
    }

    void tell(DoneReply outcome) {
        answer.tryComplete(outcome);
    }
}
