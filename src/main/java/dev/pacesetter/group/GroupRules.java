package dev.pacesetter.group;

import dev.pacesetter.domain.Group;
import dev.pacesetter.http.Principal;

/** Who may do what with a group. */
public final class GroupRules {

    private GroupRules() {}

    /** Whether a caller may see who is in it, and how they stand; with its members known. */
    public static boolean mayRead(Group group, Principal caller) {
        return group.isPublic()
                || mayChange(group, caller)
                || (caller instanceof Principal.User user && group.has(user.id()));
    }

    /** Whether a caller may change it: its owner, and programs. */
    static boolean mayChange(Group group, Principal caller) {
        return caller instanceof Principal.Key || (caller instanceof Principal.User user && group.isOwnedBy(user.id()));
    }
}
