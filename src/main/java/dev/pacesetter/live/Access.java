package dev.pacesetter.live;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.group.GroupLookup;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.ClientAddress;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may watch what: public leaderboards anybody, private ones admins, groups those who may read them, and their own
 * standings each user. As the API answers: what one may not see is not there.
 */
final class Access {

    private static final String HEADER = "Authorization";
    /** As users' tokens are, and no key: a JWT's three parts. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]*\\.[\\w-]*\\.[\\w-]*");

    /** What is said to who asks. */
    sealed interface Verdict {}

    /** May watch. */
    record Granted(Pass pass) implements Verdict {}

    /** May not. */
    record Refused(int code, String type, String message) implements Verdict {
        /** Whether nobody can say now. */
        boolean isForNow() {
            return code == 429 || code >= 500;
        }
    }

    private final EventBus bus;
    private final Supplier<Leaderboards> leaderboards;
    private final Callers callers;

    Access(EventBus bus, Supplier<Leaderboards> leaderboards, Callers callers) {
        this.bus = bus;
        this.leaderboards = leaderboards;
        this.callers = callers;
    }

    /** The token in a frame's headers, if there is one; as in HTTP, their names are the same in capital and small letters. */
    static @Nullable String bearer(JsonObject frame) {
        if (!(frame.getValue("headers") instanceof JsonObject headers)) {
            return null;
        }
        for (String name : headers.fieldNames()) {
            if (HEADER.equalsIgnoreCase(name) && headers.getValue(name) instanceof String text) {
                String bearer = Auth.bearer(text);
                if (bearer != null) {
                    return bearer;
                }
            }
        }
        return null;
    }

    /**
     * Whether the bearer may watch what an address stands for. Never fails; answers at once for public leaderboards,
     * unless a key may be one of an admin's.
     *
     * @param from who asks, and how often; null: it is us who ask, and nothing is counted
     */
    Future<Verdict> ask(String address, @Nullable String bearer, @Nullable ClientAddress from) {
        String user = Addresses.userIn(address);
        String board = Addresses.leaderboardIn(address);
        if (user != null) {
            return callers.who(bearer, from)
                    .map(who -> own(address, user, who, bearer))
                    .otherwise(Access::explain);
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
            Verdict anybody = new Granted(new Pass(address, topic, new Principal.Anonymous(), null, true));
            // No user's token shows more than nobody's, and pages send it with every registration.
            return bearer == null || TOKEN.matcher(bearer).matches()
                    ? Future.succeededFuture(anybody)
                    : callers.who(bearer, from)
                            .map(who -> who.isAdmin()
                                    ? new Granted(new Pass(address, topic.forAdmins(), who, bearer, false))
                                    : anybody)
                            // Public, whatever is sent along; but a key that let an admin in has to hold.
                            .otherwise(failure -> from == null ? explain(failure) : anybody);
        }
        // A token that does not hold is told so also where there is nothing: else the answer would tell what there is.
        return callers.who(bearer, from)
                .compose(who -> {
                    if (topic == null || found.isEmpty() || !(isPublic || who.isAdmin())) {
                        return Future.succeededFuture(new Refused(404, "not-found", "no such leaderboard"));
                    }
                    // Admins stay when it turns private.
                    Topic seen = who.isAdmin() ? topic.forAdmins() : topic;
                    return topic.group() == null
                            ? Future.<Verdict>succeededFuture(new Granted(new Pass(address, seen, who, bearer, false)))
                            : callers.looksUp(who, from).compose(may -> among(address, seen, who, bearer));
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

    private static Verdict explain(Throwable failure) {
        Problem problem = failure instanceof ProblemException known ? known.problem() : Problem.internal();
        return problem.status() == 401 || problem.status() == 429
                ? new Refused(problem.status(), problem.slug(), problem.detail())
                : new Refused(503, "storage-unavailable", "who you are cannot be found out now");
    }
}
