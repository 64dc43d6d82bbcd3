package dev.pacesetter.domain;

import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Users among whom a leaderboard can be ranked as if there were nobody else.
 *
 * @param id see {@link #isId}
 * @param title for people
 * @param owner the user whose it is; null: nobody's, only programs may change it
 * @param isPublic whether anyone may read it; else its members and its owner
 * @param isOpen whether users may join by themselves
 * @param size how many members it has
 * @param revision rises with every change, past that of a group that had the id before
 * @param members user ids in the order of strings; empty where only the description was read
 */
public record Group(
        String id,
        String title,
        @Nullable String owner,
        boolean isPublic,
        boolean isOpen,
        int size,
        long revision,
        List<String> members) {

    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");

    /** Whether this can be a group's id: a slug of 1 to 64 of {@code a-z 0-9 -}. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** Whether this user is a member. */
    public boolean has(String userId) {
        return Collections.binarySearch(members, userId) >= 0;
    }

    /** Whether this user may change it. */
    public boolean isOwnedBy(String userId) {
        return userId.equals(owner);
    }
}
