package dev.pacesetter.live;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can be watched.
 *
 * @param group among whose members alone; null: all
 * @param isForAdmins whether it is watched by those who see private leaderboards, too
 */
record Topic(String leaderboard, @Nullable String group, boolean isForAdmins) {

    /** Of an address, behind {@code leaderboard.}. */
    static final String PATTERN = "([a-z0-9-]{1,64})(?:\\.group\\.([a-z0-9-]{1,64}))?";

    private static final String GROUP = ".group.";
    /** In no address: those who are let in decide, not those who ask. */
    private static final String ADMINS = "!";

    private static final Pattern NAME = Pattern.compile(PATTERN);

    Topic(String leaderboard, @Nullable String group) {
        this(leaderboard, group, false);
    }

    /** Reads what stands in an address; null when nothing is called so. */
    static @Nullable Topic parse(String text) {
        Matcher name = NAME.matcher(text);
        return name.matches() ? new Topic(name.group(1), name.group(2)) : null;
    }

    /** Reads a {@link #name}. */
    static Topic named(String name) {
        boolean admins = name.endsWith(ADMINS);
        String text = admins ? name.substring(0, name.length() - ADMINS.length()) : name;
        int at = text.indexOf(GROUP);
        return at < 0
                ? new Topic(text, null, admins)
                : new Topic(text.substring(0, at), text.substring(at + GROUP.length()), admins);
    }

    /** The same, whatever the leaderboard's visibility. */
    Topic forAdmins() {
        return new Topic(leaderboard, group, true);
    }

    /** As it stands in an address. Ids have no dots. */
    String shown() {
        return group == null ? leaderboard : leaderboard + GROUP + group;
    }

    /** Within the node: what the two kinds of viewers of an address watch has two names. */
    String name() {
        return isForAdmins ? shown() + ADMINS : shown();
    }
}
