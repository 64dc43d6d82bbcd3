package dev.pacesetter.http;

/** Who is calling. */
public sealed interface Principal {

    /** Nobody in particular. */
    record Anonymous() implements Principal {}

    /** A user, with a token. */
    record User(String id) implements Principal {}

    /**
     * A program, with an API key.
     *
     * @param id of the key; {@code settings} for the one that the settings name
     */
    record Key(Role role, String id) implements Principal {}

    /** Who it is in the audit trail. */
    default String actor() {
        if (this instanceof User user) {
            return "user:" + user.id();
        }
        return this instanceof Key key ? "key:" + key.id() : "anonymous";
    }

    /** Whether this is an admin. */
    default boolean isAdmin() {
        return this instanceof Key key && key.role() == Role.ADMIN;
    }
}
