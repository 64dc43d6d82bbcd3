package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.domain.Score;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** A submit on its way into a batch, and whom to tell. Lives on its writer's event loop. */
final class WaitingScore {

    private final Submit submit;
    private final Promise<Submitted> answer = Promise.promise();
    private boolean sentBefore;

    WaitingScore(Submit submit) {
        this.submit = submit;
    }

    Submit submit() {
        return submit;
    }

    Score score() {
        return submit.score();
    }

    Future<Submitted> answer() {
        return answer.future();
    }

    void tell(Submitted outcome) {
        answer.tryComplete(outcome);
    }

    /** It goes out with a batch; when that batch's fate stays unknown, the score found stored later may be our own. */
    void markSent() {
        sentBefore = true;
    }

    boolean sentBefore() {
        return sentBefore;
    }
}
