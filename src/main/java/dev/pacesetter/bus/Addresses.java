package dev.pacesetter.bus;

import dev.pacesetter.bus.BusMessage.AccessRevoked;
import dev.pacesetter.bus.BusMessage.AwaitStandings;
import dev.pacesetter.bus.BusMessage.BoardApplied;
import dev.pacesetter.bus.BusMessage.BoardChanged;
import dev.pacesetter.bus.BusMessage.Change;
import dev.pacesetter.bus.BusMessage.Committed;
import dev.pacesetter.bus.BusMessage.Conceal;
import dev.pacesetter.bus.BusMessage.CurrentStandings;
import dev.pacesetter.bus.BusMessage.DoneReply;
import dev.pacesetter.bus.BusMessage.EntryReply;
import dev.pacesetter.bus.BusMessage.Erase;
import dev.pacesetter.bus.BusMessage.FindGroup;
import dev.pacesetter.bus.BusMessage.Follower;
import dev.pacesetter.bus.BusMessage.GroupChanged;
import dev.pacesetter.bus.BusMessage.GroupEdited;
import dev.pacesetter.bus.BusMessage.GroupReply;
import dev.pacesetter.bus.BusMessage.Health;
import dev.pacesetter.bus.BusMessage.HealthCheck;
import dev.pacesetter.bus.BusMessage.LeaderboardsChanged;
import dev.pacesetter.bus.BusMessage.LineRefused;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.LookUpNames;
import dev.pacesetter.bus.BusMessage.NameStale;
import dev.pacesetter.bus.BusMessage.Names;
import dev.pacesetter.bus.BusMessage.NamesDoubted;
import dev.pacesetter.bus.BusMessage.PageReply;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.bus.BusMessage.PersonalFrames;
import dev.pacesetter.bus.BusMessage.ReadEntry;
import dev.pacesetter.bus.BusMessage.ReadPage;
import dev.pacesetter.bus.BusMessage.ReadPersonal;
import dev.pacesetter.bus.BusMessage.ReadSnapshot;
import dev.pacesetter.bus.BusMessage.Rebuild;
import dev.pacesetter.bus.BusMessage.RebuildReply;
import dev.pacesetter.bus.BusMessage.Release;
import dev.pacesetter.bus.BusMessage.RevokeAccess;
import dev.pacesetter.bus.BusMessage.SnapshotReply;
import dev.pacesetter.bus.BusMessage.Standings;
import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.bus.BusMessage.SubmitAll;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.bus.BusMessage.SubmittedAll;
import dev.pacesetter.bus.BusMessage.TakeBack;
import dev.pacesetter.bus.BusMessage.TakeBackReply;
import dev.pacesetter.bus.BusMessage.UserRenamed;
import dev.pacesetter.bus.BusMessage.Viewers;
import io.vertx.core.eventbus.EventBus;
import org.jspecify.annotations.Nullable;

/** Every address of the program: the only place where one is named. */
public final class Addresses {

    /** HTTP to persistence: make this durable. */
    public static final Call<Submit, Submitted> SUBMIT =
            new Call<>("score.submit", Submit.class, Submitted.class, 15_000);

    /** HTTP to persistence: make these durable. */
    public static final Call<SubmitAll, SubmittedAll> SUBMIT_ALL =
            new Call<>("score.submit-all", SubmitAll.class, SubmittedAll.class, 15_000);

    /** HTTP to persistence: this shall not count. */
    public static final Call<TakeBack, TakeBackReply> TAKE_BACK =
            new Call<>("score.take-back", TakeBack.class, TakeBackReply.class, 15_000);

    /** HTTP to persistence: nothing of this user shall stay. */
    public static final Call<Erase, DoneReply> ERASE = new Call<>("user.erase", Erase.class, DoneReply.class, 15_000);

    /** HTTP to persistence: this user shall not be shown, or shall again. */
    public static final Call<Conceal, DoneReply> CONCEAL =
            new Call<>("user.conceal", Conceal.class, DoneReply.class, 15_000);

    /** To the persistence: make a score another. */
    public static final Call<Change, DoneReply> CHANGE =
            new Call<>("score.change", Change.class, DoneReply.class, 15_000);

    /** To the persistence: let a held score count. */
    public static final Call<Release, DoneReply> RELEASE =
            new Call<>("score.release", Release.class, DoneReply.class, 15_000);

    /** Persistence to ranking: this is durable. */
    public static final Address<Committed> COMMITTED = new Address<>("batch.committed", Committed.class);

    /** HTTP to ranking: the standings of a score just submitted. */
    public static final Call<AwaitStandings, Standings> AWAIT_STANDINGS =
            new Call<>("ranking.await-standings", AwaitStandings.class, Standings.class, 5_000);

    /** HTTP to ranking: standings as they are. */
    public static final Call<CurrentStandings, Standings> CURRENT_STANDINGS =
            new Call<>("ranking.current-standings", CurrentStandings.class, Standings.class, 5_000);

    /** HTTP and live to ranking: a page. */
    public static final Call<ReadPage, PageReply> PAGE =
            new Call<>("ranking.page", ReadPage.class, PageReply.class, 5_000);

    /** HTTP to ranking: one entry. */
    public static final Call<ReadEntry, EntryReply> ENTRY =
            new Call<>("ranking.entry", ReadEntry.class, EntryReply.class, 5_000);

    /** HTTP to ranking: make it anew. */
    public static final Call<Rebuild, RebuildReply> REBUILD =
            new Call<>("ranking.rebuild", Rebuild.class, RebuildReply.class, 5_000);

    /** Anyone to groups: who is in it. */
    public static final Call<FindGroup, GroupReply> FIND_GROUP =
            new Call<>("group.find", FindGroup.class, GroupReply.class, 5_000);

    /** HTTP to groups: it is another now. */
    public static final Call<GroupEdited, DoneReply> GROUP_EDITED =
            new Call<>("group.edited", GroupEdited.class, DoneReply.class, 5_000);

    /** Groups to ranking: what Redis holds of it has to follow. */
    public static final Call<GroupEdited, DoneReply> RANK_GROUP =
            new Call<>("ranking.group", GroupEdited.class, DoneReply.class, 2_000);

    /** Groups to live: look again. */
    public static final Address<GroupChanged> GROUP_CHANGED = new Address<>("group.changed", GroupChanged.class);

    /** Catalog to ranking: look at the definitions again. */
    public static final Address<LeaderboardsChanged> LEADERBOARDS_CHANGED =
            new Address<>("leaderboards.changed", LeaderboardsChanged.class);

    /** Ranking to live: look again. */
    public static final Address<BoardChanged> BOARD_CHANGED = new Address<>("ranking.changed", BoardChanged.class);

    /** Ranking to live: it shows from this version on. To time it, and for nothing else. */
    public static final Address<BoardApplied> BOARD_APPLIED = new Address<>("ranking.applied", BoardApplied.class);

    /** HTTP to persistence: to be counted. */
    public static final Address<LineRefused> LINE_REFUSED = new Address<>("score.line-refused", LineRefused.class);

    /** Account to ranking: tell the other nodes. */
    public static final Address<UserRenamed> USER_RENAMED = new Address<>("user.renamed", UserRenamed.class);

    /** Ranking to account: a node renamed somebody. */
    public static final Address<NameStale> NAME_STALE = new Address<>("user.name-stale", NameStale.class);

    /** Ranking to account: renamings may have been missed. */
    public static final Address<NamesDoubted> NAMES_DOUBTED = new Address<>("user.names-doubted", NamesDoubted.class);

    /** To every bridge of the node: whoever called by this has to go. */
    public static final Address<AccessRevoked> ACCESS_REVOKED = new Address<>("access.revoked", AccessRevoked.class);

    /** Account to ranking: tell the other nodes that whoever called by this has to go. */
    public static final Address<RevokeAccess> REVOKE_ACCESS = new Address<>("access.revoke", RevokeAccess.class);

    /** Anyone to account: names. */
    public static final Call<LookUpNames, Names> NAMES =
            new Call<>("user.names", LookUpNames.class, Names.class, 5_000);

    /** HTTP to persistence: how is PostgreSQL? */
    public static final Call<HealthCheck, Health> INGEST_HEALTH =
            new Call<>("health.ingest", HealthCheck.class, Health.class, 2_000);

    /** HTTP to ranking: how is Redis, and is every board caught up? */
    public static final Call<HealthCheck, Health> RANKING_HEALTH =
            new Call<>("health.ranking", HealthCheck.class, Health.class, 2_000);

    /** Bridge to live: viewers of a board. */
    public static final Address<Viewers> VIEWERS = new Address<>("live.viewers", Viewers.class);

    /** Live to every bridge of the node: what the viewers of a leaderboard are sent. */
    public static final Address<LiveFrame> LIVE_FRAME = new Address<>("live.frame", LiveFrame.class);

    /** Bridge to live: a first state for a new viewer. */
    public static final Call<ReadSnapshot, SnapshotReply> SNAPSHOT =
            new Call<>("live.snapshot", ReadSnapshot.class, SnapshotReply.class, 5_000);

    /** Bridge to live: those who follow their own standings. */
    public static final Address<Follower> FOLLOWERS = new Address<>("live.followers", Follower.class);

    /** Bridge to live: a first state for a new follower. */
    public static final Call<ReadPersonal, PersonalFrames> PERSONAL =
            new Call<>("live.personal", ReadPersonal.class, PersonalFrames.class, 5_000);

    private static final String LEADERBOARD = "leaderboard.";
    private static final String USER = "user.";

    private Addresses() {}

    /**
     * The address that browsers register for one leaderboard's messages. On the bus nothing is sent to it: one consumer a
     * socket costs more than all else that a message costs.
     */
    public static String leaderboard(String id) {
        return LEADERBOARD + id;
    }

    /** The leaderboard id in a browser's address, or null when it is no such address. */
    public static @Nullable String leaderboardIn(String address) {
        return address.startsWith(LEADERBOARD) ? address.substring(LEADERBOARD.length()) : null;
    }

    /** Live to browsers: one user's own messages. */
    public static Address<PersonalFrame> user(String id) {
        return new Address<>(USER + id, PersonalFrame.class);
    }

    /** The user id in a browser's address, or null when it is no such address. */
    public static @Nullable String userIn(String address) {
        return address.startsWith(USER) ? address.substring(USER.length()) : null;
    }

    /** Makes a bus carry {@link BusMessage}s; once for each. */
    public static void prepare(EventBus bus) {
        LocalCodec.registerAll(bus);
    }
}
