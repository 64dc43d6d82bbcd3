package dev.pacesetter.live;

import dev.pacesetter.bus.BusMessage.LiveFrame;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The sockets of one event loop by the leaderboards that they watch. */
final class Audience {

    private static final BridgeSocket[] NOBODY = {};

    private final Map<String, Set<BridgeSocket>> watching = new HashMap<>();

    void join(String leaderboard, BridgeSocket socket) {
        watching.computeIfAbsent(leaderboard, id -> new LinkedHashSet<>()).add(socket);
    }

    void leave(String leaderboard, BridgeSocket socket) {
        watching.computeIfPresent(leaderboard, (id, sockets) -> {
            sockets.remove(socket);
            return sockets.isEmpty() ? null : sockets;
        });
    }

    /** Who watches among a group's members, and what. */
    Map<String, Set<BridgeSocket>> among(String group) {
        Map<String, Set<BridgeSocket>> found = new HashMap<>();
        watching.forEach((topic, sockets) -> {
            if (group.equals(Topic.named(topic).group())) {
                found.put(topic, Set.copyOf(sockets));
            }
        });
        return found;
    }

    /** Offers a published frame to all who watch its leaderboard. */
    void offer(LiveFrame frame) {
        // A socket that breaks on being written to may leave meanwhile.
        BridgeSocket[] now =
                watching.getOrDefault(frame.leaderboard(), Set.of()).toArray(NOBODY);
        Outgoing text = new Outgoing(frame.envelope());
        for (BridgeSocket socket : now) {
            socket.offer(frame, text);
        }
        text.release();
    }
}
