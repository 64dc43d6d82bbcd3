package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.group.GroupLookup;
import dev.pacesetter.http.Authenticator;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may watch what: public leaderboards anybody, private ones admins, groups those who may read them, and their own
 * standings each user. As the API answers: what one may not see is not there.
 */
final class Access {

    private static final String SCHEME = "Bearer ";

    /** What is said to who asks. */
    sealed interface Verdict {}

    /** May watch. */
    record Granted(Pass pass) implements Verdict {}

    /** May not. */
    record Refused(int code, String type, String message) implements Verdict {
        /** Whether nobody can say now. */
        boolean isForNow() {
            return code >= 500;
        }
    }

    private final EventBus bus;
    private final Supplier<Leaderboards> leaderboards;
    private final Authenticator authenticator;

    Access(EventBus bus, Supplier<Leaderboards> leaderboards, Authenticator authenticator) {
        this.bus = bus;
        this.leaderboards = leaderboards;
        this.authenticator = authenticator;
    }

    /** The token in a frame's headers, if there is one. */
    static @Nullable String bearer(JsonObject frame) {
        return frame.getValue("headers") instanceof JsonObject headers
                        && headers.getValue("Authorization") instanceof String text
                        && text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? text.substring(SCHEME.length()).trim()
                : null;
    }

    /** Whether the bearer may watch what an address stands for. Never fails; answers at once for public leaderboards. */
    Future<Verdict> ask(String address, @Nullable String bearer) {
        String user = Addresses.userIn(address);
        String board = Addresses.leaderboardIn(address);
        if (user != null) {
            return caller(bearer).map(who -> own(address, user, who, bearer)).otherwise(Access::explain);
        }
        if (board == null) {
            return Future.succeededFuture(
                    new Refused(403, "forbidden", "only leaderboards and oneself can be watched"));
        }
        Topic topic = Topic.parse(board);
        Optional<Leaderboard> found =
                topic == null ? Optional.empty() : leaderboards.get().find(topic.leaderboard());
        boolean isPublic = found.filter(one -> one.isShownTo(false)).isPresent();
        if (topic != null && isPublic && topic.group() == null) {
            return Future.succeededFuture(new Granted(new Pass(address, topic, new Principal.Anonymous(), null, true)));
        }
        // A token that does not hold is told so also where there is nothing: else the answer would tell what there is.
        return caller(bearer)
                .compose(who -> {
                    if (topic == null || found.isEmpty() || !(isPublic || who.isAdmin())) {
                        return Future.succeededFuture(new Refused(404, "not-found", "no such leaderboard"));
                    }
                    Topic seen = isPublic ? topic : topic.forAdmins();
                    return topic.group() == null
                            ? Future.<Verdict>succeededFuture(new Granted(new Pass(address, seen, who, bearer, false)))
                            : among(address, seen, who, bearer);
                })
                .otherwise(Access::explain);
    }

    private Future<Verdict> among(String address, Topic topic, Principal who, @Nullable String bearer) {
        return GroupLookup.readable(bus, String.valueOf(topic.group()), who)
                .<Verdict>map(group ->
                        new Granted(new Pass(address, topic, who, bearer, group.isPublic() && !topic.isForAdmins())))
                .otherwise(failure -> failure instanceof ProblemException problem
                                && problem.problem().status() >= 500
                        ? new Refused(503, "storage-unavailable", "who is in the group cannot be found out now")
                        : new Refused(404, "not-found", Frames.NO_GROUP));
    }

    private static Verdict own(String address, String user, Principal who, @Nullable String bearer) {
        if (who.isUser(user)) {
            return new Granted(new Pass(address, null, who, bearer, false));
        }
        return who instanceof Principal.Anonymous
                ? new Refused(401, "unauthenticated", "send the header Authorization: Bearer <token>")
                : new Refused(403, "forbidden", "only the user may watch this");
    }

    private Future<Principal> caller(@Nullable String bearer) {
        return bearer == null ? Future.succeededFuture(new Principal.Anonymous()) : authenticator.authenticate(bearer);
    }

    private static Verdict explain(Throwable failure) {
        return failure instanceof ProblemException problem && problem.problem().status() == 401
                ? new Refused(401, "unauthenticated", problem.problem().detail())
                : new Refused(503, "storage-unavailable", "who you are cannot be found out now");
    }
}
