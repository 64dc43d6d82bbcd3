package dev.pacesetter.group;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.GroupEdited;
import dev.pacesetter.bus.BusMessage.LookUpNames;
import dev.pacesetter.bus.BusMessage.Names;
import dev.pacesetter.domain.Group;
import dev.pacesetter.domain.Score;
import dev.pacesetter.group.GroupStore.Changed;
import dev.pacesetter.group.GroupStore.Creation;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Mount;
import dev.pacesetter.http.Paging;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.postgres.PostgresFailures;
import dev.pacesetter.settings.GroupSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Groups and who is in them. */
public final class GroupRoutes implements Mount {

    private static final String ALL = "/api/v1/groups";
    private static final String ONE = ALL + "/:id";
    private static final String MEMBERS = ONE + "/members";
    private static final String MEMBER = MEMBERS + "/:userId";

    private final Auth auth;
    private final GroupStore store;
    private final GroupSettings settings;

    /** With where they are kept. */
    public GroupRoutes(Auth auth, Pool pool, GroupSettings settings) {
        this.auth = auth;
        this.store = new GroupStore(pool);
        this.settings = settings;
    }

    @Override
    public void mount(Vertx vertx, Router router) {
        EventBus bus = vertx.eventBus();
        router.get(ALL).handler(auth.userOrKey()).handler(this::list);
        router.get(ONE).handler(auth.anyone()).handler(context -> describe(bus, context));
        router.put(ONE).handler(auth.userOrKey()).handler(context -> put(bus, context));
        router.delete(ONE).handler(auth.userOrKey()).handler(context -> delete(bus, context));
        router.get(MEMBERS).handler(auth.anyone()).handler(context -> members(bus, context));
        router.patch(MEMBERS).handler(auth.userOrKey()).handler(context -> patch(bus, context));
        router.put(MEMBER).handler(auth.userOrKey()).handler(context -> join(bus, context));
        router.delete(MEMBER).handler(auth.userOrKey()).handler(context -> leave(bus, context));
    }

    private void list(RoutingContext context) {
        int limit = Paging.limit(context, Paging.MOST);
        store.list(asker(context), Paging.after(context, Group::isId), limit)
                .recover(GroupRoutes::explain)
                .onSuccess(groups -> {
                    JsonArray all = new JsonArray();
                    groups.forEach(group -> all.add(json(group)));
                    String next = groups.size() < limit
                            ? null
                            : groups.get(groups.size() - 1).id();
                    context.json(new JsonObject().put("groups", all).put("next", next));
                })
                .onFailure(context::fail);
    }

    private void describe(EventBus bus, RoutingContext context) {
        GroupLookup.readable(bus, context.pathParam("id"), Auth.of(context))
                .onSuccess(group -> context.json(json(group)))
                .onFailure(context::fail);
    }

    private void members(EventBus bus, RoutingContext context) {
        int limit = Paging.limit(context, Paging.MOST);
        String after = Paging.after(context, Score::isUserId);
        GroupLookup.readable(bus, context.pathParam("id"), Auth.of(context))
                .compose(group -> store.members(group.id(), after, limit).recover(GroupRoutes::explain))
                .compose(users -> Addresses.NAMES
                        .ask(bus, new LookUpNames(Set.copyOf(users)))
                        .otherwise(Names.UNREADABLE)
                        .map(names -> members(users, names, limit)))
                .onSuccess(context::json)
                .onFailure(context::fail);
    }

    private static JsonObject members(List<String> users, Names names, int limit) {
        JsonArray members = new JsonArray();
        users.forEach(user -> members.add(new JsonObject().put("userId", user).put("name", names.of(user))));
        return new JsonObject()
                .put("members", members)
                .put("next", users.size() < limit ? null : users.get(users.size() - 1));
    }

    private void put(EventBus bus, RoutingContext context) {
        Principal caller = Auth.of(context);
        String id = context.pathParam("id");
        GroupEdit edit = GroupInput.read(JsonInput.of(context), id, caller);
        String owner = caller instanceof Principal.User self ? self.id() : edit.owner();
        change(bus, context, id, new Creation(owner, settings.maxPerUser()), edit, group -> {
            if (group == null) {
                throw Problem.tooManyGroups(settings.maxPerUser()).exception();
            }
            // Whoever may not see it: an id that is taken is taken.
            if (!GroupRules.mayChange(group, caller)) {
                throw notOwner();
            }
        });
    }

    private void patch(EventBus bus, RoutingContext context) {
        GroupEdit edit = GroupInput.members(JsonInput.of(context));
        change(bus, context, context.pathParam("id"), null, edit, group -> {
            there(group);
            onlyOwner(group, Auth.of(context));
        });
    }

    private void join(EventBus bus, RoutingContext context) {
        Principal caller = Auth.of(context);
        String user = user(context);
        GroupEdit edit = GroupEdit.members(List.of(user), List.of());
        change(bus, context, context.pathParam("id"), null, edit, group -> {
            there(group);
            if (!group.isOpen() || !caller.isUser(user)) {
                onlyOwner(group, caller);
            }
        });
    }

    private void leave(EventBus bus, RoutingContext context) {
        Principal caller = Auth.of(context);
        String user = user(context);
        GroupEdit edit = GroupEdit.members(List.of(), List.of(user));
        change(bus, context, context.pathParam("id"), null, edit, group -> {
            there(group);
            if (!caller.isUser(user)) {
                onlyOwner(group, caller);
            } else if (!GroupRules.mayRead(group, caller)) {
                throw GroupLookup.unknown().exception();
            }
        });
    }

    private void change(
            EventBus bus,
            RoutingContext context,
            String id,
            @Nullable Creation creates,
            GroupEdit edit,
            Consumer<@Nullable Group> allowed) {
        store.change(id, creates, asker(context), allowed, this::most, edit)
                .recover(GroupRoutes::explain)
                .map(Optional::orElseThrow)
                .compose(done -> tell(bus, done))
                .onSuccess(done -> {
                    context.response().setStatusCode(done.created() ? 201 : 200);
                    context.json(json(done.group()));
                })
                .onFailure(context::fail);
    }

    private int most(Group group) {
        return group.owner() == null ? settings.maxMembers() : settings.maxMembersOfUsers();
    }

    /** Who is answered, and asks then, finds it as it is now. */
    private static Future<Changed> tell(EventBus bus, Changed done) {
        Group group = done.group();
        GroupEdited edited = new GroupEdited(
                group.id(), group.size(), done.before(), group.revision(), done.added(), done.removed());
        return Addresses.GROUP_EDITED.ask(bus, edited).transform(any -> Future.succeededFuture(done));
    }

    private void delete(EventBus bus, RoutingContext context) {
        store.delete(context.pathParam("id"), asker(context), group -> {
                    there(group);
                    onlyOwner(group, Auth.of(context));
                })
                .recover(GroupRoutes::explain)
                .map(Optional::orElseThrow)
                .compose(group -> Addresses.GROUP_EDITED
                        .ask(
                                bus,
                                new GroupEdited(
                                        group.id(), 0, group.revision(), group.revision(), List.of(), List.of()))
                        .transform(any -> Future.succeededFuture()))
                .onSuccess(done -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    /** The user who asks; null: a key. */
    private static @Nullable String asker(RoutingContext context) {
        return Auth.of(context) instanceof Principal.User self ? self.id() : null;
    }

    private static void there(@Nullable Group group) {
        if (group == null) {
            throw GroupLookup.unknown().exception();
        }
    }

    /** Who may not see a group is not told that there is one. */
    private static void onlyOwner(Group group, Principal caller) {
        if (!GroupRules.mayChange(group, caller)) {
            throw GroupRules.mayRead(group, caller)
                    ? notOwner()
                    : GroupLookup.unknown().exception();
        }
    }

    private static ProblemException notOwner() {
        return Problem.forbidden("Only the group's owner may do this").exception();
    }

    private static String user(RoutingContext context) {
        String user = context.pathParam("userId");
        if (user.equals("me") && Auth.of(context) instanceof Principal.User self) {
            return self.id();
        }
        if (!Score.isUserId(user)) {
            throw Problem.invalid("userId", "must be 1 to 64 of A-Z a-z 0-9 _ . -, or with a user's token me")
                    .exception();
        }
        return user;
    }

    private static <T> Future<T> explain(Throwable failure) {
        if (failure instanceof GroupStore.Full full) {
            return Future.failedFuture(Problem.groupFull(full.most).exception());
        }
        boolean down = !(failure instanceof ProblemException) && PostgresFailures.isDown(failure);
        return Future.failedFuture(down ? Problem.storageUnavailable().exception() : failure);
    }

    private static JsonObject json(Group group) {
        return new JsonObject()
                .put("id", group.id())
                .put("title", group.title())
                .put("owner", group.owner())
                .put("visibility", group.isPublic() ? "public" : "private")
                .put("open", group.isOpen())
                .put("size", group.size());
    }
}
