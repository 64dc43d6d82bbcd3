package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.Accepted;
import dev.pacesetter.bus.BusMessage.KeyReused;
import dev.pacesetter.bus.BusMessage.Repeated;
import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.bus.BusMessage.Suspended;
import dev.pacesetter.domain.Correction;
import dev.pacesetter.domain.Score;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A submit on its way into a batch, and whom to tell. Lives on its writer's event loop. */
final class WaitingScore {

    private final Submit submit;
    private final long sinceNanos = System.nanoTime();
    private final Promise<Submitted> answer = Promise.promise();

    WaitingScore(Submit submit) {
        this.submit = submit;
    }

    Submit submit() {
        return submit;
    }

    /** When it was taken, a time of {@link System#nanoTime}. */
    long sinceNanos() {
        return sinceNanos;
    }

    Score score() {
        return submit.score();
    }

    Future<Submitted> answer() {
        return answer.future();
    }

    /** What is noted of it where it does not count. */
    Correction correction() {
        Score score = score();
        return new Correction(score.userId(), score.activity(), score.occurredAt(), score.utcOffset());
    }

    /**
     * What to tell when it was not inserted, because a score of its id was stored before, or its user is suspended.
     *
     * @param suspended whether its user is
     */
    Submitted judge(ScoreStore.@Nullable Stored stored, boolean suspended) {
        if (stored == null && suspended) {
            return new Suspended();
        }
        if (stored == null) {
            // It was there a moment ago: its user was erased since, and the key is spent.
            return new KeyReused();
        }
        Score old = stored.score();
        Score now = score();
        boolean same = old.userId().equals(now.userId())
                && old.activity().equals(now.activity())
                && old.value() == now.value()
                && stored.timed() == submit.timed()
                && (!stored.timed()
                        || (old.occurredAt().equals(now.occurredAt()) && old.utcOffset() == now.utcOffset()));
        if (!same) {
            return new KeyReused();
        }
        // An id of our own making that is found stored can only be ours, sent before with a batch of unknown fate.
        return submit.keyed() ? new Repeated(old, stored.held()) : new Accepted(stored.held());
    }

    /** One of each id, in the order of ids, so that writers never wait for each other in a circle. */
    static List<WaitingScore> firstOfEach(List<WaitingScore> batch) {
        List<WaitingScore> first = new ArrayList<>(batch.size());
        Set<UUID> seen = new HashSet<>(batch.size() * 2);
        for (WaitingScore score : batch) {
            if (seen.add(score.score().id())) {
                first.add(score);
            }
        }
        first.sort(Comparator.comparing(score -> score.score().id()));
        return first;
    }

    void tell(Submitted outcome) {
        answer.tryComplete(outcome);
    }
}
