package dev.pacesetter.http;

import dev.pacesetter.domain.Score;
import java.time.Instant;
import java.util.regex.Pattern;

/** Who is calling. */
public sealed interface Principal {

    /** Before a user's id in an actor. */
    String USER = "user:";
    /** The actor of a key. */
    Pattern KEY = Pattern.compile("key:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

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
            return USER + user.id();
        }
        return this instanceof Key key ? "key:" + key.id() : "anonymous";
    }

    /** Whether a text is what {@link #actor} says of a user or of a key that is kept in the database. */
    static boolean isActor(String text) {
        if (text.startsWith(USER)) {
            return Score.isUserId(text.substring(USER.length()));
        }
        return KEY.matcher(text).matches();
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
