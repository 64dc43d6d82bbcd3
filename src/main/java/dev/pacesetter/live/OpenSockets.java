package dev.pacesetter.live;

import dev.pacesetter.http.ClientAddress;
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
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentMap<String, Integer> byAddress = new ConcurrentHashMap<>();
    /** From where a SockJS session was opened. */
    private final ConcurrentMap<String, String> sessions = new ConcurrentHashMap<>();

    OpenSockets(LiveSettings settings) {
        this.settings = settings;
    }

    /** One more; unless it may not be: then why. */
    @Nullable Closing enter(ClientAddress from) {
        if (all.incrementAndGet() > settings.maxSockets()) {
            all.decrementAndGet();
            return Closing.TOO_MANY_SOCKETS;
        }
        int theirs = byAddress.merge(from.text(), 1, Integer::sum);
        if (theirs > settings.maxSocketsPerAddress() && !from.isExempt()) {
            leave(from);
            return Closing.TOO_MANY_FROM_ADDRESS;
        }
        return null;
    }

    /** One that entered has gone. */
    void leave(ClientAddress from) {
        all.decrementAndGet();
        byAddress.computeIfPresent(from.text(), (same, count) -> count == 1 ? null : count - 1);
    }

    int count() {
        return all.get();
    }

    /** A session is opened. */
    void own(String session, ClientAddress from) {
        sessions.put(session, from.text());
    }

    /** It has ended. */
    void disown(String session) {
        sessions.remove(session);
    }

    /**
     * Whether a session may be used from an address. The client chooses its id, and whoever knows that could fetch what
     * another is sent.
     */
    boolean mayUse(String session, ClientAddress from) {
        String owner = sessions.get(session);
        return owner == null || owner.equals(from.text());
    }
}
