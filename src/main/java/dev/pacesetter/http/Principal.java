package dev.pacesetter.http;

/** Who is calling. */
public sealed interface Principal {

    /** Nobody in particular. */
    record Anonymous() implements Principal {}

    /** A user, with a token. */
    record User(String id) implements Principal {}

    /** A program, with an API key. */
    record Key(Role role) implements Principal {}

    /** Whether this is an admin. */
    default boolean isAdmin() {
        return this instanceof Key key && key.role() == Role.ADMIN;
    }
}
