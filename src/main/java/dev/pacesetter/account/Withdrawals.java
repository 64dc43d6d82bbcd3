package dev.pacesetter.account;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.AccessRevoked;
import dev.pacesetter.bus.BusMessage.RevokeAccess;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Role;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Instant;
import java.util.UUID;

/**
 * Word that what a user or a key was let in by does not hold any longer. Here it is known at once, on the other nodes as
 * soon as Redis has told them; without Redis when what they remember has become old.
 */
final class Withdrawals {

    private static final String USER = "user:";
    private static final String KEY = "key:";

    private final Vertx vertx;
    private final Revocations revocations;
    private final Newcomers newcomers;
    private final ApiKeys keys;

    Withdrawals(Vertx vertx, Revocations revocations, Newcomers newcomers, ApiKeys keys) {
        this.vertx = vertx;
        this.revocations = revocations;
        this.newcomers = newcomers;
        this.keys = keys;
    }

    /** Hears of those of other nodes, too. */
    MessageConsumer<AccessRevoked> listen() {
        return Addresses.ACCESS_REVOKED.consume(vertx.eventBus(), revoked -> forget(revoked.actor()));
    }

    /** A user's tokens were taken back. */
    void user(String id) {
        tell(new Principal.User(id, Instant.EPOCH).actor());
    }

    /** A key was deleted. */
    void key(UUID id) {
        tell(new Principal.Key(Role.INGEST, id.toString()).actor());
    }

    private void tell(String actor) {
        forget(actor);
        Addresses.ACCESS_REVOKED.publish(vertx.eventBus(), new AccessRevoked(actor));
        Addresses.REVOKE_ACCESS.publish(vertx.eventBus(), new RevokeAccess(actor));
    }

    private void forget(String actor) {
        if (actor.startsWith(USER)) {
            String user = actor.substring(USER.length());
            revocations.forget(user);
            newcomers.forget(user);
        } else if (actor.startsWith(KEY)) {
            keys.forget(UUID.fromString(actor.substring(KEY.length())));
        }
    }
}
