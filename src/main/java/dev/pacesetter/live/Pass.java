package dev.pacesetter.live;

import dev.pacesetter.http.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What lets one socket hold one registration.
 *
 * <p>Two are never equal. It does not show its token.
 */
final class Pass {

    private final String address;
    private final @Nullable Topic topic;
    private final Principal who;
    private final @Nullable String bearer;
    private boolean open;

    /**
     * For an address.
     *
     * @param topic what is watched there; null: one's own standings
     * @param bearer the token or key that says who it is; null: none was given
     * @param open whether anybody may, now
     */
    Pass(String address, @Nullable Topic topic, Principal who, @Nullable String bearer, boolean open) {
        this.address = address;
        this.topic = topic;
        this.who = who;
        this.bearer = bearer;
        this.open = open;
    }

    String address() {
        return address;
    }

    @Nullable Topic topic() {
        return topic;
    }

    @Nullable String bearer() {
        return bearer;
    }

    String actor() {
        return who.actor();
    }

    /** Whether it holds whatever becomes of the token. */
    boolean isOpen() {
        return open;
    }

    /** Anybody may now, or no longer. */
    void open(boolean toAll) {
        open = toAll;
    }

    /** Whether the token has ended. */
    boolean ended(Instant now) {
        return who instanceof Principal.User user && !now.isBefore(user.until());
    }

    /** Who it is; nobody once the token has ended. */
    Principal who(Instant now) {
        return ended(now) ? new Principal.Anonymous() : who;
    }
}
