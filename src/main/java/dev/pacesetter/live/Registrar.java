package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.FindGroup;
import dev.pacesetter.bus.BusMessage.GroupChanged;
import dev.pacesetter.bus.BusMessage.GroupFound;
import dev.pacesetter.bus.BusMessage.GroupReply;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.group.GroupRules;
import dev.pacesetter.http.ClientAddress;
import dev.pacesetter.http.Principal;
import dev.pacesetter.live.Access.Granted;
import dev.pacesetter.live.Access.Refused;
import dev.pacesetter.live.Access.Verdict;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.sockjs.BridgeEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Lets the sockets of one bridge register, for as long as they may: until the token ends, until whoever it was loses
 * access, until a group has another member. What is lost on the way from another node is found out within a minute.
 *
 * <p>Of the bridge's event loop.
 */
final class Registrar {

    /** Once a second, or as many as it takes for each to have its turn in time. */
    private static final int RECHECKS = 200;

    private static final long RETRY_MILLIS = 1_000;
    /** An answer that takes longer is none. */
    private static final long REMEMBERED_MILLIS = 15_000;
    /** More of them in that time are not remembered: the next recheck finds what slipped through. */
    private static final int REMEMBERED = 10_000;

    private final Vertx vertx;
    private final Access access;
    private final Clock clock;
    private final long recheckMillis;
    private final int most;
    private final Audience audience;
    private final Passes passes;
    private final BiConsumer<BridgeSocket, Closing> closer;
    /** Actors who lost access lately, and when: an answer that was on its way then is not to be trusted. */
    private final Map<String, Long> revoked = new LinkedHashMap<>();

    private boolean stopped;

    /**
     * For one bridge.
     *
     * @param clock tells when tokens end
     * @param recheckMillis how often each that holds by a token or key is looked at again
     * @param most registrations a socket may have
     * @param closer ends a socket
     */
    Registrar(
            Vertx vertx,
            Access access,
            Clock clock,
            long recheckMillis,
            int most,
            Audience audience,
            Passes passes,
            BiConsumer<BridgeSocket, Closing> closer) {
        this.vertx = vertx;
        this.access = access;
        this.clock = clock;
        this.recheckMillis = recheckMillis;
        this.most = most;
        this.audience = audience;
        this.passes = passes;
        this.closer = closer;
    }

    /** A socket that comes from there wants to register. */
    void register(BridgeEvent event, BridgeSocket socket, ClientAddress from) {
        JsonObject frame = event.getRawMessage();
        String address = frame.getString("address", "");
        if (!address.isEmpty() && socket.pass(address) == null && socket.registrations() >= most) {
            socket.say(Frames.tooMany(address, most));
            event.complete(false);
            return;
        }
        long asked = BridgeHooks.millis();
        socket.socket().hold();
        access.ask(address, Access.bearer(frame), from).onComplete(answer -> {
            Verdict verdict = answer.result();
            if (verdict instanceof Granted granted
                    && isRevokedSince(granted.pass().actor(), asked)) {
                verdict = new Refused(401, "unauthenticated", Closing.REVOKED.message());
            }
            if (verdict instanceof Refused no) {
                socket.say(Frames.refusal(address, no));
                event.complete(false);
            } else if (socket.isClosed()) {
                event.complete(false);
            } else {
                socket.registering(((Granted) verdict).pass(), passedIn(frame), BridgeHooks.millis());
                event.complete(true);
            }
            socket.socket().proceed();
        });
    }

    private static boolean passedIn(JsonObject frame) {
        return !(frame.getValue("headers") instanceof JsonObject headers && "off".equals(headers.getValue("passed")));
    }

    private boolean isRevokedSince(String actor, long asked) {
        Long at = revoked.get(actor);
        return at != null && at >= asked;
    }

    /** Whoever was let in as this actor has to go. */
    void revoke(String actor) {
        long now = BridgeHooks.millis();
        revoked.remove(actor);
        revoked.values().removeIf(at -> now - at > REMEMBERED_MILLIS);
        if (revoked.size() < REMEMBERED) {
            revoked.put(actor, now);
        }
        Map<BridgeSocket, List<Pass>> theirs = passes.of(actor).stream().collect(Collectors.groupingBy(passes::holder));
        theirs.forEach((socket, all) -> {
            all.forEach(pass -> socket.end(
                    pass.address(), Frames.refusal(pass.address(), 401, "unauthenticated", Closing.REVOKED.message())));
            closer.accept(socket, Closing.REVOKED);
        });
    }

    /** To be called once a second. */
    void check() {
        for (Pass pass : passes.ended(clock.instant())) {
            end(pass, new Refused(401, "unauthenticated", "the token has expired: register again with a new one"));
        }
        for (Pass pass : passes.due(BridgeHooks.millis(), recheckMillis, passes.share(recheckMillis, RECHECKS))) {
            access.ask(pass.address(), pass.bearer(), null).onSuccess(verdict -> {
                if (verdict instanceof Refused no && !no.isForNow() && !pass.isOpen()) {
                    end(pass, no);
                }
            });
        }
    }

    private void end(Pass pass, Refused why) {
        BridgeSocket socket = passes.holder(pass);
        // Meanwhile it may have gone, or hold by another one.
        if (socket != null && !stopped) {
            socket.end(pass.address(), Frames.refusal(pass.address(), why));
        }
    }

    /** Lets nobody watch on who is no longer in a group. */
    void regroup(GroupChanged change) {
        if (stopped || audience.among(change.id()).isEmpty()) {
            return;
        }
        Addresses.FIND_GROUP
                .ask(vertx.eventBus(), new FindGroup(change.id()))
                .otherwise(new StorageDown())
                .onSuccess(reply -> {
                    if (reply instanceof StorageDown) {
                        vertx.setTimer(RETRY_MILLIS, id -> regroup(change));
                    } else {
                        audience.among(change.id()).forEach((topic, all) -> regroup(topic, all, reply));
                    }
                });
    }

    private void regroup(String topic, Set<BridgeSocket> all, GroupReply reply) {
        Topic watched = Topic.named(topic);
        String address = Addresses.leaderboard(watched.shown());
        Instant now = clock.instant();
        for (BridgeSocket socket : all) {
            Pass pass = socket.pass(address);
            Principal who = pass == null ? new Principal.Anonymous() : pass.who(now);
            if (pass != null && reply instanceof GroupFound found && GroupRules.mayRead(found.group(), who)) {
                pass.open(found.group().isPublic() && !watched.isForAdmins());
            } else {
                socket.end(address, Frames.refusal(address, 404, "not-found", Frames.NO_GROUP));
            }
        }
    }

    /** Nothing more happens. */
    void stop() {
        stopped = true;
    }
}
