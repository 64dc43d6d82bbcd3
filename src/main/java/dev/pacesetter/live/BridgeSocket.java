package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Follower;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.bus.BusMessage.ReadPersonal;
import dev.pacesetter.bus.BusMessage.ReadSnapshot;
import dev.pacesetter.bus.BusMessage.SnapshotReply;
import dev.pacesetter.bus.BusMessage.Viewers;
import io.vertx.core.eventbus.EventBus;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One open socket and the leaderboards it watches. Everything happens on the socket's event loop.
 *
 * <p>Each leaderboard is counted as viewed exactly while the bridge has it registered here, whatever the order in which
 * the bridge reports: it tells of an unregistering also for addresses that were never registered, and twice when a
 * connection breaks.
 */
final class BridgeSocket {

    private final EventBus bus;
    private final Audience audience;
    private final LiveMeters meters;
    private final SendQueue queue;
    private final Wire wire;
    private final Map<String, Viewer> viewers = new HashMap<>();
    private final Map<String, Personal> personals = new HashMap<>();
    private @Nullable Long cloggedAt;

    /** A registration for one's own standings. */
    private static final class Personal {
        final boolean passed;
        boolean started;
        boolean behind;

        Personal(boolean passed) {
            this.passed = passed;
        }
    }

    /** A socket that watches nothing yet. */
    BridgeSocket(EventBus bus, Audience audience, LiveMeters meters, SendQueue queue, Wire wire) {
        this.bus = bus;
        this.audience = audience;
        this.meters = meters;
        this.queue = queue;
        this.wire = wire;
        queue.whenRoomy(this::catchUp);
    }

    /** The bridge is about to register it; or will say that it was registered before. */
    void registering(String leaderboard) {
        viewers.computeIfAbsent(leaderboard, id -> new Viewer());
        audience.join(leaderboard, this);
    }

    /** The bridge has registered it. */
    void registered(String leaderboard) {
        Viewer viewer = viewers.get(leaderboard);
        if (viewer != null && viewer.start()) {
            Addresses.VIEWERS.publish(bus, new Viewers(leaderboard, 1));
            ask(leaderboard, viewer);
        }
    }

    /** The bridge has let go of it, if it ever had it. */
    void unregistered(String leaderboard) {
        Viewer viewer = viewers.remove(leaderboard);
        audience.leave(leaderboard, this);
        if (viewer != null && viewer.started()) {
            Addresses.VIEWERS.publish(bus, new Viewers(leaderboard, -1));
        }
    }

    /**
     * The bridge is about to register a user's own address.
     *
     * @param passed whether to tell of being overtaken
     */
    void following(String userId, boolean passed) {
        personals.computeIfAbsent(userId, id -> new Personal(passed));
    }

    /** The bridge has registered it. */
    void followed(String userId) {
        Personal personal = personals.get(userId);
        if (personal != null && !personal.started) {
            personal.started = true;
            Addresses.FOLLOWERS.publish(bus, new Follower(userId, 1));
            askPersonal(userId, personal);
        }
    }

    /** The bridge has let go of it, if it ever had it. */
    void unfollowed(String userId) {
        Personal personal = personals.remove(userId);
        if (personal != null && personal.started) {
            Addresses.FOLLOWERS.publish(bus, new Follower(userId, -1));
        }
    }

    /** A user's own message was published. */
    void offer(PersonalFrame frame) {
        Personal personal = personals.get(frame.userId());
        if (personal != null && personal.started && (personal.passed || !frame.passed())) {
            write(personal, frame);
        }
    }

    private void write(Personal personal, PersonalFrame frame) {
        if (queue.full()) {
            personal.behind = true;
            meters.skipped();
        } else {
            meters.sent();
            queue.write(frame.envelope());
        }
    }

    private void askPersonal(String userId, Personal personal) {
        personal.behind = false;
        Addresses.PERSONAL
                .ask(bus, new ReadPersonal(userId))
                .onSuccess(reply -> reply.frames().forEach(frame -> write(personal, frame)))
                .onFailure(failure -> personal.behind = true);
    }

    /** The socket is gone. */
    void closed() {
        for (String user : personals.keySet().toArray(String[]::new)) {
            unfollowed(user);
        }
        for (String leaderboard : viewers.keySet().toArray(String[]::new)) {
            unregistered(leaderboard);
        }
    }

    /**
     * A frame was published.
     *
     * @param text what it is to those who are sent it
     */
    void offer(LiveFrame frame, Outgoing text) {
        Viewer viewer = viewers.get(frame.leaderboard());
        if (viewer != null) {
            boolean full = queue.full();
            switch (viewer.offer(frame, full)) {
                case NOTHING -> {
                    if (full) {
                        meters.skipped();
                    }
                }
                case WRITE -> {
                    meters.sent();
                    queue.write(text);
                }
                case ASK -> ask(frame.leaderboard(), viewer);
            }
        }
    }

    /** Sends something small that is no frame of a leaderboard; nothing, when too much is waiting. */
    void say(String text) {
        if (!queue.full()) {
            queue.write(text);
        }
    }

    /**
     * To be called once in a while.
     *
     * <p>The bridge answers whatever it does not understand, and asks nobody whether the answers are read: so nothing is
     * read from a socket that takes nothing.
     *
     * @param stuckMillis how long it may take nothing
     * @return whether it may stay
     */
    boolean check(long stuckMillis) {
        boolean clogged = wire.clogged();
        if (clogged != (cloggedAt != null)) {
            cloggedAt = clogged ? queue.now() : null;
            wire.read(!clogged);
        }
        catchUp();
        if (queue.isEmpty()) {
            return cloggedAt == null || queue.now() - cloggedAt < stuckMillis;
        }
        return !queue.stuck(stuckMillis);
    }

    /** Has those that were skipped ask for a snapshot, if there is room. */
    private void catchUp() {
        if (queue.roomy()) {
            viewers.forEach((leaderboard, viewer) -> {
                if (viewer.catchUp()) {
                    ask(leaderboard, viewer);
                }
            });
            personals.forEach((user, personal) -> {
                if (personal.behind) {
                    askPersonal(user, personal);
                }
            });
        }
    }

    private void ask(String leaderboard, Viewer viewer) {
        Addresses.SNAPSHOT
                .ask(bus, new ReadSnapshot(leaderboard))
                .onSuccess(reply -> answered(leaderboard, viewer, reply))
                .onFailure(failure -> viewer.failed());
    }

    private void answered(String leaderboard, Viewer viewer, SnapshotReply reply) {
        // Meanwhile it may have been unregistered, or registered anew as another viewer.
        if (viewers.get(leaderboard) == viewer) {
            Viewer.Step step = viewer.answer(reply, queue.full());
            if (step == Viewer.Step.ASK) {
                ask(leaderboard, viewer);
            } else if (step == Viewer.Step.WRITE && reply instanceof LiveFrame frame) {
                meters.sent();
                queue.write(frame.envelope());
            }
        }
    }
}
