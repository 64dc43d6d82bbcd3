package dev.pacesetter.group;

import dev.pacesetter.domain.Group;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Groups in PostgreSQL. A change is one transaction, which holds the group's row from its beginning. */
final class GroupStore {

    private static final String FIND = Resources.text("sql/group/find_group.sql");
    private static final String LOCK = Resources.text("sql/group/lock_group.sql");
    private static final String CREATE = Resources.text("sql/group/create_group.sql");
    private static final String CHANGE = Resources.text("sql/group/change_group.sql");
    private static final String ADD = Resources.text("sql/group/add_members.sql");
    private static final String REMOVE = Resources.text("sql/group/remove_members.sql");
    private static final String KEEP = Resources.text("sql/group/keep_members.sql");
    private static final String DELETE = Resources.text("sql/group/delete_group.sql");
    private static final String MEMBERS = Resources.text("sql/group/list_members.sql");
    private static final String LIST = Resources.text("sql/group/list_groups.sql");
    private static final String LIST_OWN = Resources.text("sql/group/list_own_groups.sql");
    private static final String REVISIONS = Resources.text("sql/group/find_revisions.sql");
    private static final long TIMEOUT_MILLIS = 10_000;

    /**
     * What became of a change.
     *
     * @param before its revision before
     * @param group as it is now, without its members
     */
    record Changed(boolean created, long before, Group group, List<String> added, List<String> removed) {}

    /** More members than there may be. */
    static final class Full extends RuntimeException {
        private static final long serialVersionUID = 1;

        final int most;

        Full(int most) {
            super("more than " + most + " members", null, false, false);
            this.most = most;
        }
    }

    private final Pool pool;

    GroupStore(Pool pool) {
        this.pool = pool;
    }

    private Future<RowSet<Row>> query(String sql, @Nullable Object... arguments) {
        return pool.preparedQuery(sql).execute(Tuple.from(arguments)).timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A group with its members. */
    Future<Optional<Group>> find(String id) {
        return query(FIND, id)
                .map(rows -> first(rows).map(row -> group(row, List.of(row.getArrayOfStrings("members")))));
    }

    /** The revisions of those of some groups that are there. */
    Future<Map<String, Long>> revisions(Collection<String> ids) {
        return query(REVISIONS, (Object) ids.toArray(String[]::new)).map(rows -> {
            Map<String, Long> revisions = new HashMap<>();
            rows.forEach(row -> revisions.put(row.getString("id"), row.getLong("revision")));
            return revisions;
        });
    }

    /** Groups without their members, by id; of a user, or all. */
    Future<List<Group>> list(@Nullable String user, String after, int limit) {
        Future<RowSet<Row>> found = user == null ? query(LIST, after, limit) : query(LIST_OWN, after, limit, user);
        return found.map(rows -> {
            List<Group> groups = new ArrayList<>();
            rows.forEach(row -> groups.add(group(row, List.of())));
            return groups;
        });
    }

    /** Members in their order. */
    Future<List<String>> members(String id, String after, int limit) {
        return query(MEMBERS, id, after, limit).map(GroupStore::users);
    }

    /**
     * Changes a group.
     *
     * @param creates makes it when it is not there: nobody can come between then; null: fails when it is not there
     * @param asker the user who asks; null: nobody in particular
     * @param allowed throws when the caller may not; is shown the group, with the asker if a member, or null when there is
     *     none
     * @param most how many members it may have
     * @return empty when there is no such group
     */
    Future<Optional<Changed>> change(
            String id,
            @Nullable Creation creates,
            @Nullable String asker,
            Consumer<@Nullable Group> allowed,
            ToIntFunction<Group> most,
            GroupEdit edit) {
        return pool.withTransaction(connection -> lock(connection, id, creates, asker, allowed)
                        .compose(locked -> locked.group() == null
                                ? Future.succeededFuture(Optional.<Changed>empty())
                                : change(connection, locked.created(), locked.group(), most, edit)))
                .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * How a group is made.
     *
     * @param most groups of one owner
     */
    record Creation(@Nullable String owner, int most) {}

    private record Locked(boolean created, @Nullable Group group) {}

    private static Future<Locked> lock(
            SqlConnection connection,
            String id,
            @Nullable Creation creates,
            @Nullable String asker,
            Consumer<@Nullable Group> allowed) {
        Future<Boolean> created = creates == null
                ? Future.succeededFuture(false)
                : connection
                        .preparedQuery(CREATE)
                        .execute(Tuple.of(id, creates.owner(), creates.most()))
                        .map(rows -> rows.rowCount() == 1);
        return created.compose(made -> connection
                .preparedQuery(LOCK)
                .execute(Tuple.of(id, asker))
                .map(rows -> {
                    Group group = first(rows)
                            .map(row -> group(row, List.of(row.getArrayOfStrings("members"))))
                            .orElse(null);
                    allowed.accept(group);
                    return new Locked(made, group);
                }));
    }

    private static Future<Optional<Changed>> change(
            SqlConnection connection, boolean created, Group group, ToIntFunction<Group> most, GroupEdit edit) {
        Set<String> add = new TreeSet<>(edit.add());
        List<String> all = edit.members();
        if (all != null) {
            add.addAll(all);
        }
        if (created && group.owner() != null) {
            add.add(group.owner());
        }
        Future<List<String>> kept =
                all == null ? Future.succeededFuture(List.of()) : members(connection, KEEP, group.id(), add);
        return kept.compose(others -> members(connection, REMOVE, group.id(), edit.remove())
                .compose(removed -> members(connection, ADD, group.id(), add).compose(added -> connection
                        .preparedQuery(CHANGE)
                        .execute(Tuple.of(
                                group.id(),
                                or(edit.title(), group.title()),
                                or(edit.isPublic(), group.isPublic()),
                                or(edit.isOpen(), group.isOpen()),
                                edit.owner() == null ? group.owner() : edit.owner()))
                        .map(rows -> {
                            Group now = group(rows.iterator().next(), List.of());
                            if (!added.isEmpty() && now.size() > most.applyAsInt(now)) {
                                throw new Full(most.applyAsInt(now));
                            }
                            Set<String> gone = new LinkedHashSet<>(others);
                            gone.addAll(removed);
                            return Optional.of(new Changed(created, group.revision(), now, added, List.copyOf(gone)));
                        }))));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    private static Future<List<String>> members(
            SqlConnection connection, String sql, String id, Collection<String> users) {
        return users.isEmpty() && !sql.equals(KEEP)
                ? Future.succeededFuture(List.of())
                : connection
                        .preparedQuery(sql)
                        .execute(Tuple.of(id).addArrayOfString(users.toArray(String[]::new)))
                        .map(GroupStore::users);
    }

    /**
     * Deletes a group.
     *
     * @param asker whose being a member is shown with it; null: nobody's
     * @param allowed throws when the caller may not; is shown the group, or null when there is none
     */
    Future<Optional<Group>> delete(String id, @Nullable String asker, Consumer<@Nullable Group> allowed) {
        return pool.withTransaction(
                        connection -> lock(connection, id, null, asker, allowed).compose(locked -> connection
                                .preparedQuery(DELETE)
                                .execute(Tuple.of(id))
                                .map(done -> Optional.ofNullable(locked.group()))))
                .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
    }

    private static List<String> users(RowSet<Row> rows) {
        List<String> users = new ArrayList<>(rows.size());
        rows.forEach(row -> users.add(row.getString("user_id")));
        return users;
    }

    private static Group group(Row row, List<String> members) {
        return new Group(
                row.getString("id"),
                row.getString("title"),
                row.getString("owner_id"),
                row.getBoolean("public"),
                row.getBoolean("open"),
                row.getInteger("size"),
                row.getLong("revision"),
                members);
    }
}
