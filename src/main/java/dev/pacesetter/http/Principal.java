package dev.pacesetter.http;

import java.time.Instant;

/** Who is calling. */
public sealed interface Principal {

    /** Nobody in particular. */
    record Anonymous() implements Principal {}

    /**
     * A user, with a token.
     *
     * @param until when the token ends
     */
    record User(String id, Instant until) implements Principal {}

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

    /** Whether this is that user. */
    default boolean isUser(String id) {
        return this instanceof User user && user.id().equals(id);
    }

    /** Whether this is an admin. */
    default boolean isAdmin() {
        return this instanceof Key key && key.role() == Role.ADMIN;
    }
}
