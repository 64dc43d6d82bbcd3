package dev.pacesetter.live;

import dev.pacesetter.http.ClientAddresses;
import dev.pacesetter.settings.LiveSettings;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The open sockets of a node, by where they come from. Nothing here is larger than the number of them.
 *
 * <p>For all threads.
 */
final class OpenSockets {

    private final LiveSettings settings;
    private final ClientAddresses addresses;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentMap<String, Integer> byAddress = new ConcurrentHashMap<>();
    /** From where a SockJS session was opened. */
    private final ConcurrentMap<String, String> sessions = new ConcurrentHashMap<>();

    OpenSockets(LiveSettings settings, ClientAddresses addresses) {
        this.settings = settings;
        this.addresses = addresses;
    }

    /** One more; unless it may not be: then why. */
    @Nullable Closing enter(String address) {
        if (all.incrementAndGet() > settings.maxSockets()) {
            all.decrementAndGet();
            return Closing.TOO_MANY_SOCKETS;
        }
        int theirs = byAddress.merge(address, 1, Integer::sum);
        if (theirs > settings.maxSocketsPerAddress() && !addresses.isExempt(address)) {
            leave(address);
            return Closing.TOO_MANY_FROM_ADDRESS;
        }
        return null;
    }

    /** One that entered has gone. */
    void leave(String address) {
        all.decrementAndGet();
        byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
    }

    int count() {
        return all.get();
    }

    /** A session is opened. */
    void own(String session, String address) {
        sessions.put(session, address);
    }

    /** It has ended. */
    void disown(String session) {
        sessions.remove(session);
    }

    /**
     * Whether a session may be used from an address. The client chooses its id, and whoever knows that could fetch what
     * another is sent.
     */
    boolean mayUse(String session, String address) {
        String owner = sessions.get(session);
        return owner == null || owner.equals(address);
    }
}
