package dev.pacesetter.settings;

/**
 * Groups of users.
 *
 * @param maxMembers most members of a group that a key made
 * @param maxMembersOfUsers most members of a group that a user made; no more than are looked up at one instant
 * @param maxPerUser most groups that a user may own
 * @param maxCachedMembers most members of groups that a node holds in memory, together; past which groups are read anew
 * @param largeFrom so many members make a group a large one: its ranking is kept in Redis, not made for every reader
 * @param maxKept most rankings of large groups that Redis keeps of one leaderboard period; once for groups that are larger
 *     than users' may be, of which the one that was read the longest ago makes room, to be made anew when it is read
 *     again; and once for the others, which are read as small ones are when there is no room
 * @param maxKeptPerUser most of the latter that are one user's
 * @param unreadSeconds how long the ranking of a large group is kept in Redis when nobody reads it
 */
public record GroupSettings(
        int maxMembers,
        int maxMembersOfUsers,
        int maxPerUser,
        int maxCachedMembers,
        int largeFrom,
        int maxKept,
        int maxKeptPerUser,
        int unreadSeconds) {

    /** The most members that are looked up at one instant, for each reader: Redis does nothing else meanwhile. */
    private static final int MOST_LOOKED_UP = 5_000;

    /** Reads them out of the section {@code groups}. */
    public static GroupSettings read(Section in) {
        return new GroupSettings(
                in.integer("maxMembers", 1, 1_000_000),
                in.integer("maxMembersOfUsers", 1, MOST_LOOKED_UP),
                in.integer("maxPerUser", 1, 1_000_000),
                in.integer("maxCachedMembers", 1, 100_000_000),
                in.integer("largeFrom", 1, MOST_LOOKED_UP),
                in.integer("maxKept", 1, 1_000),
                in.integer("maxKeptPerUser", 1, 1_000),
                in.integer("unreadSeconds", 1, 86_400));
    }
}
