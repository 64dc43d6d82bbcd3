package dev.pacesetter.account;

import com.github.benmanes.caffeine.cache.Cache;
import dev.pacesetter.bus.BusMessage.Act;
import dev.pacesetter.cache.BoundedCache;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Role;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * API keys. Of each only its SHA-256 is kept: a key is 256 random bits, so nothing slower is needed, and it is found by
 * that hash, so that how long it takes tells nothing of any key. One that was deleted on another node holds here until
 * there is word of it, and for {@link #REMEMBERED} without.
 */
final class ApiKeys {

    /** What every key begins with. */
    static final String PREFIX = "ps_";

    static final Duration REMEMBERED = Duration.ofSeconds(5);

    private static final String CREATE = Resources.text("sql/account/create_key.sql");
    private static final String LIST = Resources.text("sql/account/list_keys.sql");
    private static final String DELETE = Resources.text("sql/account/delete_key.sql");
    private static final String FIND = Resources.text("sql/account/find_key.sql");
    private static final int KEY_BYTES = 32;
    /** Random characters that a key may be recognised by: 36 of its 256 bits. */
    private static final int SHOWN = 6;

    private static final int MOST_CHARACTERS = 256;
    private static final String OF_SETTINGS = "settings";

    private final Database database;
    private final SecureRandom random;
    private final KeyUses uses;
    private final byte @Nullable [] adminKeyHash;
    private final Cache<Buffer, Optional<Holder>> holders;
    /** Raised by every deletion: what a query brings that began before is not kept. */
    private long deletions;

    private record Holder(Principal.Key principal, KeyUses.Use use) {}

    /**
     * A key as it can be listed.
     *
     * @param prefix its first characters
     * @param lastUsedAt null: never
     */
    record Listed(UUID id, Role role, String label, String prefix, Instant createdAt, @Nullable Instant lastUsedAt) {}

    /** A key as it is shown once. */
    record Made(UUID id, String key) {
        @Override
        public String toString() {
            return "Made[" + id + "]";
        }
    }

    /**
     * Those in the database, and the one of the settings.
     *
     * @param capacity most keys remembered
     */
    ApiKeys(Database database, @Nullable String adminKey, KeyUses uses, long capacity, SecureRandom random) {
        this.database = database;
        this.random = random;
        this.uses = uses;
        this.adminKeyHash = adminKey == null ? null : hash(adminKey);
        this.holders =
                BoundedCache.ofAtMost(capacity).expireAfterWrite(REMEMBERED).build();
    }

    /** Who a key stands for; empty for one that does not hold. */
    Future<Optional<Principal.Key>> holder(String key) {
        if (key.length() > MOST_CHARACTERS) {
            return Future.succeededFuture(Optional.empty());
        }
        byte[] hash = hash(key);
        if (adminKeyHash != null && MessageDigest.isEqual(adminKeyHash, hash)) {
            return Future.succeededFuture(Optional.of(new Principal.Key(Role.ADMIN, OF_SETTINGS)));
        }
        Buffer name = Buffer.buffer(hash);
        Optional<Holder> known = holders.getIfPresent(name);
        return known == null ? find(name).map(ApiKeys::used) : Future.succeededFuture(used(known));
    }

    private static Optional<Principal.Key> used(Optional<Holder> holder) {
        holder.ifPresent(found -> found.use().now());
        return holder.map(Holder::principal);
    }

    private Future<Optional<Holder>> find(Buffer hash) {
        long asOf = deletions();
        return database.query(FIND, hash).map(rows -> {
            Optional<Holder> found = Optional.empty();
            for (Row row : rows) {
                UUID id = row.getUUID("id");
                found = Optional.of(new Holder(new Principal.Key(role(row, "role"), id.toString()), uses.of(id)));
            }
            keep(hash, found, asOf);
            return found;
        });
    }

    private synchronized long deletions() {
        return deletions;
    }

    private synchronized void keep(Buffer hash, Optional<Holder> found, long asOf) {
        if (asOf == deletions) {
            holders.put(hash, found);
        }
    }

    /** How many keys are remembered, those that do not exist included. */
    long remembered() {
        holders.cleanUp();
        return holders.estimatedSize();
    }

    /** Whether this is the admin key of the settings, which need not begin as the others do. */
    boolean isAdminKey(String key) {
        return adminKeyHash != null
                && key.length() <= MOST_CHARACTERS
                && MessageDigest.isEqual(adminKeyHash, hash(key));
    }

    /** Makes one, and notes by whom. */
    Future<Made> make(Role role, String label, Act act) {
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        String kind = PREFIX + role.word() + "_";
        String key = kind + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return database.query(
                        CREATE,
                        Buffer.buffer(hash(key)),
                        role.word(),
                        label,
                        key.substring(0, kind.length() + SHOWN),
                        act.actor(),
                        act.reason())
                .map(rows -> new Made(rows.iterator().next().getUUID(0), key));
    }

    Future<List<Listed>> list() {
        return database.query(LIST).map(rows -> {
            List<Listed> all = new ArrayList<>(rows.size());
            rows.forEach(row -> all.add(new Listed(
                    row.getUUID("id"),
                    role(row, "role"),
                    row.getString("label"),
                    row.getString("prefix"),
                    row.getOffsetDateTime("created_at").toInstant(),
                    later(row.getOffsetDateTime("last_used_at"), uses.last(row.getUUID("id"))))));
            return all;
        });
    }

    /** What was written, and what this node has not written yet. */
    private static @Nullable Instant later(@Nullable OffsetDateTime written, @Nullable Instant here) {
        if (written == null) {
            return here;
        }
        Instant then = written.toInstant();
        return here == null || here.isBefore(then) ? then : here;
    }

    /** Deletes one, and notes by whom; whether there was such a key. */
    Future<Boolean> delete(UUID id, Act act) {
        return database.query(DELETE, id, act.actor(), act.reason()).map(rows -> {
            forget(id);
            return rows.size() > 0;
        });
    }

    /** One was deleted, here or on another node. */
    synchronized void forget(UUID id) {
        deletions++;
        // They are known by their hashes: which one it is would be a search, and deleting is rare.
        holders.invalidateAll();
        uses.forget(id);
    }

    private static Role role(Row row, String column) {
        return Role.valueOf(row.getString(column).toUpperCase(Locale.ROOT));
    }

    /** SHA-256: what a secret is known by. */
    static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
