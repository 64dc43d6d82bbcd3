package dev.pacesetter.group;

import com.github.benmanes.caffeine.cache.Cache;
import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Done;
import dev.pacesetter.bus.BusMessage.DoneReply;
import dev.pacesetter.bus.BusMessage.FindGroup;
import dev.pacesetter.bus.BusMessage.GroupChanged;
import dev.pacesetter.bus.BusMessage.GroupEdited;
import dev.pacesetter.bus.BusMessage.GroupFound;
import dev.pacesetter.bus.BusMessage.GroupReply;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.bus.BusMessage.UnknownGroup;
import dev.pacesetter.cache.BoundedCache;
import dev.pacesetter.domain.Group;
import dev.pacesetter.settings.GroupSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the groups that somebody reads. What another node changes is noticed by its revision within a second; while
 * PostgreSQL is away, groups stay what they were. One a node.
 */
public final class GroupVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(GroupVerticle.class);
    private static final long POLL_MILLIS = 500;
    private static final Duration UNREAD = Duration.ofMinutes(1);

    private final GroupStore store;
    private final Cache<String, Group> known;
    private final Map<String, Future<GroupReply>> loading = new HashMap<>();
    private long edits;

    /** With where they are kept. */
    public GroupVerticle(Pool pool, GroupSettings settings) {
        store = new GroupStore(pool);
        known = BoundedCache.weighingAtMost(settings.maxCachedMembers())
                .weigher((String id, Group group) -> 1 + group.members().size())
                .expireAfterAccess(UNREAD)
                // Who watches it reads it anew, and so it is looked after again.
                .evictionListener((id, group, cause) -> {
                    if (id != null) {
                        changed(id);
                    }
                })
                .build();
    }

    @Override
    public Future<?> start() {
        Addresses.FIND_GROUP.answer(vertx.eventBus(), this::find);
        Addresses.GROUP_EDITED.answer(vertx.eventBus(), this::edited);
        poll();
        return Future.succeededFuture();
    }

    private Future<GroupReply> find(FindGroup ask) {
        Group group = known.getIfPresent(ask.id());
        if (group != null) {
            return Future.succeededFuture(new GroupFound(group));
        }
        Future<GroupReply> load = loading.get(ask.id());
        if (load == null) {
            load = load(ask.id());
            if (!load.isComplete()) {
                loading.put(ask.id(), load);
            }
        }
        return load;
    }

    private Future<GroupReply> load(String id) {
        long asOf = edits;
        return store.find(id).transform(found -> {
            loading.remove(id);
            if (found.failed()) {
                LOG.atDebug().addKeyValue("group", id).setCause(found.cause()).log("A group was not read");
                return Future.succeededFuture(new StorageDown());
            }
            Optional<Group> group = found.result();
            // What was edited meanwhile may have been read as it was before.
            if (group.isPresent() && asOf == edits) {
                known.put(id, group.get());
            }
            return Future.succeededFuture(group.<GroupReply>map(GroupFound::new).orElseGet(UnknownGroup::new));
        });
    }

    private Future<DoneReply> edited(GroupEdited edit) {
        return Addresses.RANK_GROUP.ask(vertx.eventBus(), edit).transform(ranked -> {
            if (ranked.failed()) {
                // A reader finds the ranking of another revision then, and makes it anew.
                LOG.atDebug().addKeyValue("group", edit.id()).log("The rankings of a group were not changed");
            }
            forget(edit.id());
            return Future.succeededFuture(new Done());
        });
    }

    private void forget(String id) {
        edits++;
        known.invalidate(id);
        loading.remove(id);
        changed(id);
    }

    private void changed(String id) {
        Addresses.GROUP_CHANGED.publish(vertx.eventBus(), new GroupChanged(id));
    }

    private void poll() {
        vertx.setTimer(POLL_MILLIS, id -> look().onComplete(done -> {
            if (done.failed()) {
                LOG.atDebug().setCause(done.cause()).log("Groups were not looked at");
            }
            poll();
        }));
    }

    private Future<Void> look() {
        known.cleanUp();
        Map<String, Group> held = new HashMap<>(known.asMap());
        if (held.isEmpty()) {
            return Future.succeededFuture();
        }
        return store.revisions(held.keySet()).map(revisions -> {
            List<String> other = new ArrayList<>();
            held.forEach((id, group) -> {
                Group now = known.getIfPresent(id);
                // Unless it was read anew meanwhile.
                boolean same = now != null && now.revision() == group.revision();
                if (same && !Objects.equals(revisions.get(id), group.revision())) {
                    other.add(id);
                }
            });
            other.forEach(this::forget);
            return null;
        });
    }
}
