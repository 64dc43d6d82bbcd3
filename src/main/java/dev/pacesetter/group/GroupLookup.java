package dev.pacesetter.group;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.FindGroup;
import dev.pacesetter.bus.BusMessage.GroupFound;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.domain.Group;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;

/** Finds groups for callers who may see them. */
public final class GroupLookup {

    private GroupLookup() {}

    /**
     * A group with its members.
     *
     * @return fails with a {@link dev.pacesetter.http.ProblemException}; with the same one when there is no such group and
     *     when the caller may not see it, so that nobody learns who has one
     */
    public static Future<Group> readable(EventBus bus, String id, Principal caller) {
        if (!Group.isId(id)) {
            return Future.failedFuture(unknown().exception());
        }
        return Addresses.FIND_GROUP
                .ask(bus, new FindGroup(id))
                .otherwise(new StorageDown())
                .compose(reply -> {
                    if (reply instanceof GroupFound found && GroupRules.mayRead(found.group(), caller)) {
                        return Future.succeededFuture(found.group());
                    }
                    Problem problem = reply instanceof StorageDown ? Problem.storageUnavailable() : unknown();
                    return Future.failedFuture(problem.exception());
                });
    }

    static Problem unknown() {
        return Problem.notFound("There is no such group, or you are not in it");
    }
}
