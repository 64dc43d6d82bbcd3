package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Follower;
import dev.pacesetter.bus.BusMessage.LiveFrame;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.bus.BusMessage.ReadPersonal;
import dev.pacesetter.bus.BusMessage.ReadSnapshot;
import dev.pacesetter.bus.BusMessage.SnapshotReply;
import dev.pacesetter.bus.BusMessage.Viewers;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One open socket and what it is registered for, each by a {@link Pass}. Everything happens on the socket's event loop.
 *
 * <p>Each leaderboard is counted as viewed exactly while the bridge has it registered here, whatever the order in which
 * the bridge reports: it tells of an unregistering also for addresses that were never registered, and twice when a
 * connection breaks.
 */
final class BridgeSocket {

    private final EventBus bus;
    private final Audience audience;
    private final Passes registry;
    private final LiveMeters meters;
    private final CheckedSocket socket;
    private final SendQueue queue;
    private final Wire wire;
    private final Map<String, Viewer> viewers = new HashMap<>();
    private final Map<String, Pass> passes = new HashMap<>();
    private final Map<String, Personal> personals = new HashMap<>();
    private @Nullable Long cloggedAt;
    private boolean closed;

    /** A registration for one's own standings. */
    private static final class Personal {
        boolean passed;
        boolean started;
        boolean behind;
    }

    /**
     * A socket that watches nothing yet.
     *
     * @param registry of whoever is let in by a token or key on this bridge
     */
    BridgeSocket(
            EventBus bus,
            Audience audience,
            Passes registry,
            LiveMeters meters,
            CheckedSocket socket,
            SendQueue queue,
            Wire wire) {
        this.bus = bus;
        this.audience = audience;
        this.registry = registry;
        this.meters = meters;
        this.socket = socket;
        this.queue = queue;
        this.wire = wire;
        queue.whenRoomy(this::catchUp);
    }

    /** What is under it. */
    CheckedSocket socket() {
        return socket;
    }

    /** What an address is registered by here; null when it is not. */
    @Nullable Pass pass(String address) {
        return passes.get(address);
    }

    /**
     * The bridge is about to register an address; or will say that it was registered before, which then holds by the new
     * pass.
     *
     * @param passed whether to tell a user of being overtaken
     * @param now milliseconds of a clock that never goes back
     */
    void registering(Pass pass, boolean passed, long now) {
        Pass before = passes.put(pass.address(), pass);
        if (before != null) {
            registry.remove(before);
        }
        // What anybody may see has no end, and is not asked about again.
        if (pass.bearer() != null || pass.topic() == null || pass.topic().group() != null) {
            registry.add(pass, this, now);
        }
        Topic topic = pass.topic();
        String user = Addresses.userIn(pass.address());
        if (user != null) {
            personals.computeIfAbsent(user, id -> new Personal()).passed = passed;
        } else if (topic != null && !topic.name().equals(name(before))) {
            watch(topic.name(), before);
        }
    }

    /** Has an address stand for this; it may have stood for something else before. */
    private void watch(String name, @Nullable Pass before) {
        Viewer viewer = viewers.computeIfAbsent(name, id -> new Viewer());
        audience.join(name, this);
        if (before != null) {
            leave(name(before));
            // The bridge has the address already, and will not say that it has registered it.
            begin(name, viewer);
        }
    }

    private void begin(String name, Viewer viewer) {
        if (viewer.start()) {
            Addresses.VIEWERS.publish(bus, new Viewers(name, 1));
            ask(name, viewer);
        }
    }

    private static String name(@Nullable Pass pass) {
        return pass == null || pass.topic() == null ? "" : pass.topic().name();
    }

    /** The bridge has registered it. */
    void registered(String address) {
        String user = Addresses.userIn(address);
        if (user != null) {
            followed(user);
            return;
        }
        String name = name(passes.get(address));
        Viewer viewer = viewers.get(name);
        if (viewer != null) {
            begin(name, viewer);
        }
    }

    private void followed(String userId) {
        Personal personal = personals.get(userId);
        if (personal != null && !personal.started) {
            personal.started = true;
            Addresses.FOLLOWERS.publish(bus, new Follower(userId, 1));
            askPersonal(userId, personal);
        }
    }

    /** The bridge has let go of it, if it ever had it. */
    void unregistered(String address) {
        Pass pass = passes.remove(address);
        if (pass == null) {
            return;
        }
        registry.remove(pass);
        String user = Addresses.userIn(address);
        if (user != null) {
            unfollowed(user);
        } else {
            leave(name(pass));
        }
    }

    private void leave(String name) {
        Viewer viewer = viewers.remove(name);
        audience.leave(name, this);
        if (viewer != null && viewer.started()) {
            Addresses.VIEWERS.publish(bus, new Viewers(name, -1));
        }
    }

    private void unfollowed(String userId) {
        Personal personal = personals.remove(userId);
        if (personal != null && personal.started) {
            Addresses.FOLLOWERS.publish(bus, new Follower(userId, -1));
        }
    }

    /**
     * Ends a registration from this side: the same address can be registered again at once.
     *
     * @param refusal tells why, whatever else is waiting
     */
    void end(String address, String refusal) {
        queue.write(refusal);
        socket.unregister(address);
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

    /** Whether the socket is gone. */
    boolean isClosed() {
        return closed;
    }

    /** How many addresses it has registered, or is about to. */
    int registrations() {
        return passes.size();
    }

    /** The socket is gone. */
    void closed() {
        closed = true;
        for (String address : passes.keySet().toArray(String[]::new)) {
            unregistered(address);
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

    /**
     * Sends what is the last.
     *
     * @param done runs when the network has taken it, or never will
     */
    void sayLast(String text, Runnable done) {
        Outgoing last = new Outgoing(text);
        wire.send(last, done);
        last.release();
    }

    /** Cuts the connection if it is there still after a while. */
    void cutIn(Vertx vertx, long millis) {
        if (wire.isOpen()) {
            vertx.setTimer(millis, id -> wire.cut());
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
