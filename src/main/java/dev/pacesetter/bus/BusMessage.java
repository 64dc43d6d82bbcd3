package dev.pacesetter.bus;

import dev.pacesetter.domain.Batch;
import dev.pacesetter.domain.Entry;
import dev.pacesetter.domain.Group;
import dev.pacesetter.domain.Score;
import dev.pacesetter.domain.Standing;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Everything that travels between verticles of one node: immutable, handed over and never copied. */
public sealed interface BusMessage {

    /**
     * A score to be made durable.
     *
     * @param keyed whether its id comes from an idempotency key, so that finding it stored already means a repeat
     * @param timed whether the caller named the time; without, a repeat is the same whatever the clock says
     * @param standings whether {@link Addresses#AWAIT_STANDINGS} will be asked for this id
     * @param held why it is not to count until an admin says so; null when it is
     * @param limited whether its activity has a limit a day
     */
    record Submit(Score score, boolean keyed, boolean timed, boolean standings, @Nullable String held, boolean limited)
            implements BusMessage {}

    /** Scores to be made durable, together where that is possible. */
    record SubmitAll(List<Submit> submits) implements BusMessage {}

    /** What became of each of a {@link SubmitAll}, in its order. */
    record SubmittedAll(List<Submitted> outcomes) implements BusMessage {}

    /** What became of a {@link Submit}. */
    sealed interface Submitted extends BusMessage {}

    /**
     * Committed, for the first time.
     *
     * @param held why it does not count until an admin says so; null when it counts
     */
    record Accepted(@Nullable String held) implements Submitted {}

    /** Stored before with the same content: as it was, and why it does not count now. */
    record Repeated(Score first, @Nullable String held) implements Submitted {}

    /** Nothing is taken from this user. */
    record Suspended() implements Submitted, DoneReply {}

    /** The idempotency key was used before for other content. */
    record KeyReused() implements Submitted {}

    /** Too much is waiting; nothing was stored. */
    record Overloaded() implements Submitted, TakeBackReply, DoneReply {}

    /** PostgreSQL does not answer; whether it was stored is not known. */
    record StorageDown() implements Submitted, TakeBackReply, DoneReply, GroupReply {}

    /** PostgreSQL refused this very one, and would again. */
    record Unstorable(String why) implements Submitted, TakeBackReply, DoneReply {}

    /**
     * A score to be taken back.
     *
     * @param owner whose it must be; null: anybody's
     * @param action what it is called in the audit trail
     */
    record TakeBack(UUID scoreId, @Nullable String owner, String action, Act act) implements BusMessage {}

    /**
     * Who does something that is to be accounted for, and why.
     *
     * @param actor see {@link dev.pacesetter.http.Principal#actor()}
     */
    record Act(String actor, @Nullable String reason) {}

    /**
     * A score to be made another.
     *
     * @param score what it is to be, under its id; its user does not change
     * @param owner whose it must be, and whom limits a day and a suspension hold for; null: anybody's, by an admin
     * @param held why it is not to count until an admin says so; null: no other reason than it may have had
     */
    record Change(Score score, @Nullable String owner, @Nullable String held, Act act) implements BusMessage {}

    /** A score that is held, and is to count. */
    record Release(UUID scoreId, Act act) implements BusMessage {}

    /** What became of a {@link TakeBack}. */
    sealed interface TakeBackReply extends BusMessage {}

    /** It does not count any longer; by this or by an earlier call. */
    record TakenBack() implements TakeBackReply {}

    /** There is no such score, or it is somebody else's. */
    record UnknownScore() implements TakeBackReply {}

    /** A user to be erased, with all scores. */
    record Erase(String userId, Act act) implements BusMessage {}

    /**
     * A user to be shown on leaderboards no longer, or again.
     *
     * @param hidden whether not to be shown; there is a reason then
     */
    record Conceal(String userId, boolean hidden, Act act) implements BusMessage {}

    /** What became of an {@link Erase}, a {@link Conceal}, a {@link Change}, a {@link Release} or a {@link GroupEdited}. */
    sealed interface DoneReply extends BusMessage {}

    /** It is so. */
    record Done() implements DoneReply {}

    /** There is no such user, or score. */
    record Unknown() implements DoneReply {}

    /** There are other leaderboards than before, or others under their ids. */
    record LeaderboardsChanged() implements BusMessage {}

    /** A batch is committed. {@code wanted}: ids whose standings will be asked for. */
    record Committed(Batch batch, Set<UUID> wanted) implements BusMessage {}

    /** Asks for the standings that one score led to, once they are known. */
    record AwaitStandings(UUID scoreId) implements BusMessage {}

    /** Asks where a user stands now on every leaderboard that a score feeds. */
    record CurrentStandings(Score score) implements BusMessage {}

    /** Standings; empty when rankings are not available in time. */
    record Standings(List<Standing> standings) implements BusMessage {}

    /** Asks for a page of a ranking. No label: the current period. With a group: among its members. */
    record ReadPage(String leaderboard, @Nullable String period, @Nullable String group, int limit, long offset)
            implements BusMessage {}

    /**
     * Asks for one entry, with {@code around} neighbours each side. No label: the current period. With a group: among its
     * members.
     */
    record ReadEntry(String leaderboard, @Nullable String period, @Nullable String group, String userId, int around)
            implements BusMessage {}

    /** An answer to {@link ReadPage}. */
    sealed interface PageReply extends BusMessage {}

    /** An answer to {@link ReadEntry}. */
    sealed interface EntryReply extends BusMessage {}

    /**
     * A page of a ranking, read at one instant.
     *
     * @param epoch changes when the ranking was rebuilt
     * @param version rises with every change within the epoch
     * @param total how many entries the whole ranking has
     * @param named false when some names could not be read, and ids stand in
     */
    record Page(
            String leaderboard,
            String period,
            String epoch,
            long version,
            long total,
            List<Entry> entries,
            boolean named)
            implements PageReply {}

    /**
     * One entry, read at one instant.
     *
     * @param entry null when the user has none
     * @param neighbours before and after it, in the list's order
     * @param ahead how many of them stand before it
     * @param next the score of the next better rank; null when there is none
     * @param named false when some names could not be read, and ids stand in
     */
    record EntryAround(
            String leaderboard,
            String period,
            long total,
            @Nullable Entry entry,
            List<Entry> neighbours,
            int ahead,
            @Nullable Integer next,
            boolean named)
            implements EntryReply {}

    /** No such leaderboard. */
    record UnknownLeaderboard() implements PageReply, EntryReply, RebuildReply {}

    /** The leaderboard has no such period. */
    record UnknownPeriod() implements PageReply, EntryReply {}

    /** No such group. */
    record UnknownGroup() implements PageReply, EntryReply, GroupReply {}

    /** Asks for a group with its members. */
    record FindGroup(String id) implements BusMessage {}

    /** An answer to {@link FindGroup}. */
    sealed interface GroupReply extends BusMessage {}

    /** This is it, as it was a second ago at the earliest. */
    record GroupFound(Group group) implements GroupReply {}

    /**
     * A group was changed here.
     *
     * @param size how many members it has now
     * @param before its revision before
     * @param after its revision now
     */
    record GroupEdited(String id, int size, long before, long after, List<String> added, List<String> removed)
            implements BusMessage {}

    /** A group changed, on whichever node. */
    record GroupChanged(String id) implements BusMessage {}

    /** The ranking cannot be read now. */
    record RankingDown() implements PageReply, EntryReply, RebuildReply {}

    /** Asks for a ranking to be made anew from the scores. */
    record Rebuild(String leaderboard) implements BusMessage {}

    /** An answer to {@link Rebuild}. */
    sealed interface RebuildReply extends BusMessage {}

    /** It is under way. */
    record RebuildStarted() implements RebuildReply {}

    /** A ranking changed, on whichever node; or may have, when signals were missed. */
    record BoardChanged(String leaderboard, String period) implements BusMessage {}

    /**
     * A ranking has what was committed here.
     *
     * @param epoch the ranking's
     * @param version the ranking's, from which on it shows
     * @param committedNanos when the first of it was committed, of {@link System#nanoTime}
     */
    record BoardApplied(String leaderboard, String period, String epoch, long version, long committedNanos)
            implements BusMessage {}

    /** A line of a request with many scores was refused before it came to the writers, with this problem. */
    record LineRefused(String problem) implements BusMessage {}

    /** A user's name was changed here. */
    record UserRenamed(String userId) implements BusMessage {}

    /** A user's name was changed on some node: forget it. */
    record NameStale(String userId) implements BusMessage {}

    /** Word of renamings may have been missed: ask for every name again. */
    record NamesDoubted() implements BusMessage {}

    /**
     * What was let in before is not any more, on this node or another: a user signed out everywhere or was erased, or a key
     * was deleted.
     *
     * @param actor as {@code Principal.actor()} has it: {@code user:<id>} or {@code key:<id>}
     */
    record AccessRevoked(String actor) implements BusMessage {}

    /** The same was said on this node: the others have to hear it. */
    record RevokeAccess(String actor) implements BusMessage {}

    /** Asks for names. */
    record LookUpNames(Set<String> userIds) implements BusMessage {}

    /**
     * Names by user id; an id without a name stands for itself.
     *
     * @param complete false when some could not be read: whoever asks again may get them
     */
    record Names(Map<String, String> byId, boolean complete) implements BusMessage {

        /** None, as they cannot be read. */
        public static final Names UNREADABLE = new Names(Map.of(), false);

        /** None, as nobody was asked for. */
        public static final Names NONE = new Names(Map.of(), true);

        /** The name of a user. */
        public String of(String userId) {
            return byId.getOrDefault(userId, userId);
        }
    }

    /** Asks a part of the program how it is. */
    record HealthCheck() implements BusMessage {}

    /** How it is: {@code up} and details for people. */
    record Health(boolean up, Map<String, String> details) implements BusMessage {}

    /** A viewer came (+1) or went (-1) on this node. */
    record Viewers(String leaderboard, int change) implements BusMessage {}

    /** Somebody who follows their own standings came (+1) or went (-1) on this node. */
    record Follower(String userId, int change) implements BusMessage {}

    /** Asks for a user's latest standings as frames. */
    record ReadPersonal(String userId) implements BusMessage {}

    /** An answer to {@link ReadPersonal}: one frame a leaderboard; none when they are still on their way. */
    record PersonalFrames(List<PersonalFrame> frames) implements BusMessage {}

    /**
     * One live message for one user, encoded once for all of that user's screens.
     *
     * @param passed whether it tells of having been overtaken
     * @param envelope the complete text of the bridge's frame
     */
    record PersonalFrame(String userId, boolean passed, String envelope) implements BusMessage {}

    /** Asks for the latest state of a board as a frame. */
    record ReadSnapshot(String leaderboard) implements BusMessage {}

    /** An answer to {@link ReadSnapshot}. */
    sealed interface SnapshotReply extends BusMessage {}

    /** There is none yet: it follows as a published frame as soon as the ranking can be read. */
    record NoSnapshot() implements SnapshotReply {}

    /**
     * One live message, encoded once for all viewers.
     *
     * @param leaderboard whose
     * @param base the sequence number that a viewer must hold for this to apply; -1 for a snapshot
     * @param sequence counts the messages of this board on this node
     * @param envelope the complete text of the bridge's frame
     */
    record LiveFrame(String leaderboard, long base, long sequence, String envelope) implements SnapshotReply {
        /** Whether it stands alone. */
        public boolean isSnapshot() {
            return base < 0;
        }
    }
}
