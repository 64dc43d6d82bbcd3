package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.DoneReply;
import dev.pacesetter.domain.Correction;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;

/** Something to be done to all that a user has, on the way into a batch, and whom to tell. Lives on its writer's event loop. */
final class WaitingWork {

    /** Does it as a batch; with the corrections it led to, or nothing when there is no such user. */
    interface Work {
        Future<Optional<List<Correction>>> run(ScoreStore store, long stream, long batch);
    }

    private final String userId;
    private final Work work;
    private final Promise<DoneReply> answer = Promise.promise();
    private boolean tried;

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
        tried = true;
    }

    /** Whether it went out before: that there is no such user then is no wonder. */
    boolean wasTried() {
        return tried;
    }

    void tell(DoneReply outcome) {
        answer.tryComplete(outcome);
    }
}
