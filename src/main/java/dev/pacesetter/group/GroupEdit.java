package dev.pacesetter.group;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change to a group. What is null stays as it is.
 *
 * @param members all it is to have
 * @param add users who are to be in it, beside those
 * @param remove users who are not
 */
record GroupEdit(
        @Nullable String title,
        @Nullable Boolean isPublic,
        @Nullable Boolean isOpen,
        @Nullable String owner,
        @Nullable List<String> members,
        List<String> add,
        List<String> remove) {

    /** Of members alone. */
    static GroupEdit members(List<String> add, List<String> remove) {
        return new GroupEdit(null, null, null, null, null, add, remove);
    }
}
