package dev.pacesetter.ranking;

import dev.pacesetter.domain.Standing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the standings that a score led to are collected from its leaderboards and picked up by who asked. Bounded in
 * number and in time: what does not come together is empty. Times are nanoseconds of one monotonic clock.
 */
final class StandingsDesk {

    private static final int CAPACITY = 50_000;

    private final Map<UUID, Ticket> tickets = new LinkedHashMap<>();
    private final long patienceNanos;

    private static final class Ticket {
        private final Promise<List<Standing>> all = Promise.promise();
        private final List<Standing> some = new ArrayList<>();
        private final int expected;
        private final long deadline;
        private boolean collected;

        Ticket(int expected, long deadline) {
            this.expected = expected;
            this.deadline = deadline;
        }
    }

    StandingsDesk(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /** Expects standings of a score from so many leaderboards. */
    void expect(UUID scoreId, int leaderboards, long now) {
        if (tickets.size() >= CAPACITY) {
            return;
        }
        Ticket ticket = new Ticket(leaderboards, now + patienceNanos);
        tickets.put(scoreId, ticket);
        completeIfFull(scoreId, ticket);
    }

    /** Whether somebody still waits for, or may still ask for, the standings of a score. */
    boolean expects(UUID scoreId) {
        return tickets.containsKey(scoreId);
    }

    /** Takes in one; null when a leaderboard cannot tell: then there will be none at all. */
    void deliver(UUID scoreId, @Nullable Standing standing) {
        Ticket ticket = tickets.get(scoreId);
        if (ticket == null) {
            return;
        }
        if (standing == null) {
            ticket.all.tryComplete(List.of());
        } else {
            ticket.some.add(standing);
        }
        completeIfFull(scoreId, ticket);
    }

    private void completeIfFull(UUID scoreId, Ticket ticket) {
        if (ticket.some.size() == ticket.expected) {
            ticket.all.tryComplete(List.copyOf(ticket.some));
        }
        removeIfDone(scoreId, ticket);
    }

    private void removeIfDone(UUID scoreId, Ticket ticket) {
        if (ticket.collected && ticket.all.future().isComplete()) {
            tickets.remove(scoreId);
        }
    }

    /** The standings of a score, when they are all there, or none in time; at once for one nobody expects. */
    Future<List<Standing>> collect(UUID scoreId) {
        Ticket ticket = tickets.get(scoreId);
        if (ticket == null) {
            return Future.succeededFuture(List.of());
        }
        ticket.collected = true;
        removeIfDone(scoreId, ticket);
        return ticket.all.future();
    }

    /** Ends what waited for too long. */
    void expire(long now) {
        Iterator<Ticket> oldest = tickets.values().iterator();
        while (oldest.hasNext()) {
            Ticket ticket = oldest.next();
            if (now - ticket.deadline < 0) {
                return;
            }
            oldest.remove();
            ticket.all.tryComplete(List.of());
        }
    }

    int size() {
        return tickets.size();
    }
}
