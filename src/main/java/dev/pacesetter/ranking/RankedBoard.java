package dev.pacesetter.ranking;

import dev.pacesetter.domain.BoardPeriod;
import dev.pacesetter.domain.Standing;
import dev.pacesetter.ranking.RankingStore.Meta;
import dev.pacesetter.ranking.RankingStore.Origin;
import dev.pacesetter.ranking.RankingStore.Outcome;
import dev.pacesetter.ranking.RankingStore.Ranked;
import dev.pacesetter.redis.RedisDown;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One leaderboard period as this node knows it: what it believes Redis holds, and the batches on their way there, one
 * call at a time; what gathers meanwhile goes together in the next.
 *
 * <pre>
 *   DOUBTED ──── recovery: checked, rebuilt if need be, caught up ────► TRUSTED
 *      ▲                                                                  │
 *      └── connection lost, checkpoint not as believed, queue too long ───┘
 * </pre>
 *
 * In doubt, nothing is applied or read (a ranking that is only being replaced is not in doubt). Batches are kept meanwhile, as far as there is room; those that are dropped are
 * in the outbox, where the recovery finds them. Runs on one event loop.
 */
final class RankedBoard implements Replay.Target {

    /** The most increments of one call to Redis: it must not hold up others for long. */
    private static final int MAX_RUN = 1_000;
    /** The most standings that wait for their entries to be computed anew; further ones are not told. */
    private static final int MAX_UNSETTLED = 1_000;

    /** Who is told. */
    interface Owner {
        /** Something is wrong: recover it. */
        void doubt(RankedBoard board, String why, boolean rebuild);

        /** It has a run of batches now; before those who wait for their standings are told. */
        void applied(RankedBoard board, BoardBatch run);

        /** A score led to this standing here; null: it cannot be told. */
        void standing(UUID scoreId, @Nullable Standing standing);

        /** A score counts here already; where its user stands has to be read, if anybody still asks. */
        void readStanding(RankedBoard board, UUID scoreId, String userId);

        /** Some entries have to be computed anew. */
        void dirty(RankedBoard board);
    }

    private final BoardPeriod board;
    private final RankingKeys keys;
    private final RankingStore store;
    private final Owner owner;
    private final int maxPending;
    private final ArrayDeque<BoardBatch> pending = new ArrayDeque<>();
    private int pendingSize;
    private @Nullable BoardBatch sending;
    private final Map<UUID, String> unsettled = new LinkedHashMap<>();

    private boolean trusted;
    private int doubts;
    private Promise<Void> trust = Promise.promise();
    private boolean rebuild;
    private Origin origin = new Origin("", -1);
    private String epoch = "";
    private long version;
    private long polled;
    private long dirty;
    private int replayed;
    private Map<Long, Long> applied = new HashMap<>();

    RankedBoard(BoardPeriod board, RankingStore store, Owner owner, int maxPending) {
        this.board = board;
        this.keys = RankingKeys.of(board);
        this.store = store;
        this.owner = owner;
        this.maxPending = maxPending;
    }

    @Override
    public BoardPeriod board() {
        return board;
    }

    @Override
    public RankingKeys keys() {
        return keys;
    }

    boolean isTrusted() {
        return trusted;
    }

    boolean isIdle() {
        return sending == null && pending.isEmpty();
    }

    /** Completes when it is trusted. */
    Future<Void> whenTrusted() {
        return trust.future();
    }

    @Override
    public Origin origin() {
        return origin;
    }

    /** The era was raised. */
    void era(Origin raised) {
        origin = raised;
    }

    String epoch() {
        return epoch;
    }

    long version() {
        return version;
    }

    /** Remembers the version that a poll found, whoever raised it; whether it is news since the last poll. */
    boolean poll(long found) {
        boolean news = found > polled;
        polled = found;
        version = Math.max(version, found);
        return news;
    }

    @Override
    public long applied(long stream) {
        return applied.getOrDefault(stream, 0L);
    }

    @Override
    public void applied(long stream, long batch) {
        if (!trusted && batch > applied(stream)) {
            replayed++;
        }
        applied.merge(stream, batch, Math::max);
    }

    /** How many runs of batches the recovery had to apply. */
    int replayed() {
        return replayed;
    }

    /** How many entries wait to be computed anew. */
    long dirty() {
        return dirty;
    }

    /** Takes the word of Redis for how many entries are dirty. */
    void dirty(long count) {
        dirty = count;
        if (count > 0 && trusted) {
            owner.dirty(this);
        }
    }

    /** Some entries were computed anew; so many are left. Standings that waited for that can be read, or wait on. */
    void settled(long left) {
        dirty(left);
        Map<UUID, String> ready = Map.copyOf(unsettled);
        unsettled.clear();
        ready.forEach((score, user) -> owner.readStanding(this, score, user));
    }

    /** Tells where a user stands once the entry has been computed anew: what it is now may hold what was taken back. */
    void awaitSettled(UUID scoreId, String userId) {
        if (!trusted || unsettled.size() >= MAX_UNSETTLED) {
            owner.standing(scoreId, null);
        } else {
            unsettled.put(scoreId, userId);
            owner.dirty(this);
        }
    }

    /** Takes the word of Redis for what it holds. */
    void adopt(Meta meta) {
        origin = meta.origin();
        epoch = meta.epoch();
        version = meta.version();
        polled = version;
        applied = new HashMap<>(meta.applied());
        dirty = meta.dirty().size();
        replayed = 0;
    }

    /** From now on nothing is believed; with {@code rebuild}, what Redis holds is not to be used at all. */
    void startDoubt(boolean rebuild) {
        this.rebuild |= rebuild;
        doubts++;
        unsettled.keySet().forEach(score -> owner.standing(score, null));
        unsettled.clear();
        if (trusted) {
            trusted = false;
            trust = Promise.promise();
        }
    }

    boolean mustRebuild() {
        return rebuild;
    }

    /** It was made anew: what Redis holds may be used again. */
    void rebuilt() {
        rebuild = false;
    }

    int doubts() {
        return doubts;
    }

    /** Checked and caught up, unless a new doubt came up since the one that the recovery worked on. */
    void endDoubt(int asOf) {
        if (doubts == asOf) {
            trusted = true;
            trust.tryComplete();
            dirty(dirty);
            pump();
        }
    }

    /** Takes a batch that touches this ranking. */
    void offer(BoardBatch batch) {
        if (pendingSize + batch.size() > maxPending && !pending.isEmpty()) {
            dropPending();
            owner.doubt(this, "more is waiting than there is room for", false);
        }
        pending.add(batch);
        pendingSize += batch.size();
        pump();
    }

    /** How many changes wait. */
    int pendingSize() {
        return pendingSize;
    }

    /** Lets go of what waits: the outbox has it. */
    void dropPending() {
        pending.forEach(this::cannotTell);
        pending.clear();
        pendingSize = 0;
    }

    /** The first batch of a stream that is not yet applied; null when there is none. */
    @Nullable Long firstPending(long stream) {
        BoardBatch current = sending;
        if (current != null && current.stream() == stream) {
            return current.first();
        }
        for (BoardBatch batch : pending) {
            if (batch.stream() == stream) {
                return batch.first();
            }
        }
        return null;
    }

    private void pump() {
        if (!trusted || sending != null) {
            return;
        }
        BoardBatch run = nextRun();
        if (run == null) {
            return;
        }
        sending = run;
        int asOf = doubts;
        store.apply(board, keys, origin, applied(run.stream()), run).onComplete(result -> {
            sending = null;
            if (result.failed()) {
                cannotTell(run);
                owner.doubt(this, String.valueOf(result.cause().getMessage()), !(result.cause() instanceof RedisDown));
            } else if (doubts != asOf) {
                // The recovery has read, or will read, what Redis made of it.
                cannotTell(run);
            } else {
                settle(run, result.result());
            }
            pump();
        });
    }

    private @Nullable BoardBatch nextRun() {
        BoardBatch run = null;
        for (BoardBatch next = pending.peek(); next != null; next = pending.peek()) {
            if (next.last() <= applied(next.stream())) {
                next.wanted().forEach((score, user) -> owner.readStanding(this, score, user));
            } else if (run == null) {
                run = next;
            } else if (run.stream() == next.stream() && run.size() + next.size() <= MAX_RUN) {
                run = run.and(next, board);
            } else {
                return run;
            }
            pending.remove();
            pendingSize -= next.size();
        }
        return run;
    }

    private void settle(BoardBatch run, Outcome outcome) {
        if (outcome instanceof Outcome.Applied done) {
            applied(run.stream(), run.last());
            version = Math.max(version, done.version());
            dirty(done.dirty());
            owner.applied(this, run);
            deliver(run, done);
        } else if (outcome instanceof Outcome.OutOfStep step && step.last() > applied(run.stream())) {
            applied(run.stream(), step.last());
            if (step.last() < run.first()) {
                // A trim was here: nothing of the run is done.
                pending.addFirst(run);
                pendingSize += run.size();
            } else if (step.last() >= run.last()) {
                // Another node did all of it.
                run.wanted().forEach((score, user) -> owner.readStanding(this, score, user));
            } else {
                cannotTell(run);
                owner.doubt(this, "another node applied part of what was on its way", false);
            }
        } else {
            cannotTell(run);
            String why = outcome instanceof Outcome.Foreign ? "no ranking of ours there" : "it went back in time";
            owner.doubt(this, why, false);
        }
    }

    private void deliver(BoardBatch run, Outcome.Applied done) {
        if (run.wanted().isEmpty()) {
            return;
        }
        Map<String, Ranked> ranked = new HashMap<>();
        done.wanted().forEach(one -> ranked.put(one.userId(), one));
        run.wanted().forEach((score, user) -> {
            Ranked one = ranked.get(user);
            if (one == null) {
                owner.standing(score, null);
            } else if (!one.settled()) {
                awaitSettled(score, user);
            } else {
                owner.standing(
                        score,
                        new Standing(
                                board.leaderboard().id(),
                                board.period().label(),
                                one.value(),
                                one.rank(),
                                one.before()));
            }
        });
    }

    private void cannotTell(BoardBatch run) {
        run.wanted().keySet().forEach(score -> owner.standing(score, null));
    }
}
