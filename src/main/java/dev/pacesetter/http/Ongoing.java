package dev.pacesetter.http;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.AccessRevoked;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that goes on for long. It began as its caller's token or key was looked at, and ends when that does not hold any
 * longer: as soon as there is word of it, and, as word may be lost, when it is {@linkplain #check looked at again}. Runs on
 * the call's event loop.
 */
public final class Ongoing {

    private static final int UNAUTHENTICATED = 401;

    private final Authenticator authenticator;
    private final @Nullable String bearer;
    private final Consumer<Problem> onLost;
    private final MessageConsumer<AccessRevoked> word;
    private boolean over;

    /**
     * Begins to listen, until its {@link #end}.
     *
     * @param bearer the caller's token or key; null: nobody's, which is never lost
     * @param onLost hears, at most once, that the caller may not go on, and why
     */
    Ongoing(
            EventBus bus,
            Authenticator authenticator,
            Principal caller,
            @Nullable String bearer,
            Consumer<Problem> onLost) {
        this.authenticator = authenticator;
        this.bearer = bearer;
        this.onLost = onLost;
        this.word = Addresses.ACCESS_REVOKED.consume(bus, revoked -> {
            if (revoked.actor().equals(caller.actor())) {
                lost(Problem.unauthenticated(
                        "What you were let in by was taken back: sign in again, or take another key"));
            }
        });
    }

    /**
     * Looks whether the caller may go on. Cheap: for some seconds it goes by what is remembered.
     *
     * @return fails when the caller may not, which {@code onLost} has heard of before; or when that cannot be found out now
     */
    public Future<Void> check() {
        if (bearer == null) {
            return Future.succeededFuture();
        }
        return authenticator.authenticate(bearer).<Void>mapEmpty().onFailure(failure -> {
            if (failure instanceof ProblemException known && known.problem().status() == UNAUTHENTICATED) {
                lost(known.problem());
            }
        });
    }

    /** The call is over, and nothing is listened to any more. */
    public void end() {
        if (!over) {
            over = true;
            var unused = word.unregister();
        }
    }

    private void lost(Problem why) {
        if (!over) {
            end();
            onLost.accept(why);
        }
    }
}
