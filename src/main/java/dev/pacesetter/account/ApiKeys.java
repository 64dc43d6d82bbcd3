package dev.pacesetter.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * API keys. Of each only its SHA-256 is kept: a key is 256 random bits, so nothing slower is needed. A key that was
 * deleted on another node holds for up to {@link #REMEMBERED} here.
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
    private static final int CACHED = 10_000;

    private static final String OF_SETTINGS = "settings";

    private final Database database;
    private final SecureRandom random;
    private final byte @Nullable [] adminKeyHash;
    private final Cache<Buffer, Optional<Principal.Key>> holders = Caffeine.newBuilder()
            .maximumSize(CACHED)
            .expireAfterWrite(REMEMBERED)
            .build();

    /** A key as it can be listed. */
    record Listed(UUID id, Role role, String label, Instant createdAt) {}

    /** A key as it is shown once. */
    record Made(UUID id, String key) {}

    ApiKeys(Database database, @Nullable String adminKey, SecureRandom random) {
        this.database = database;
        this.random = random;
        this.adminKeyHash = adminKey == null ? null : hash(adminKey);
    }

    /** Who a key stands for; empty for one that does not hold. */
    Future<Optional<Principal.Key>> holder(String key) {
        byte[] hash = hash(key);
        if (adminKeyHash != null && MessageDigest.isEqual(adminKeyHash, hash)) {
            return Future.succeededFuture(Optional.of(new Principal.Key(Role.ADMIN, OF_SETTINGS)));
        }
        Buffer name = Buffer.buffer(hash);
        Optional<Principal.Key> known = holders.getIfPresent(name);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return database.query(FIND, name).map(rows -> {
            Optional<Principal.Key> found = Optional.empty();
            for (Row row : rows) {
                found = Optional.of(
                        new Principal.Key(role(row, "role"), row.getUUID("id").toString()));
            }
            holders.put(name, found);
            return found;
        });
    }

    /** Whether this is the admin key of the settings, which need not begin as the others do. */
    boolean isAdminKey(String key) {
        return adminKeyHash != null && MessageDigest.isEqual(adminKeyHash, hash(key));
    }

    Future<Made> make(Role role, String label) {
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        String key = PREFIX + role.word() + "_"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return database.query(CREATE, Buffer.buffer(hash(key)), role.word(), label)
                .map(rows -> new Made(rows.iterator().next().getUUID(0), key));
    }

    Future<List<Listed>> list() {
        return database.query(LIST).map(rows -> {
            List<Listed> all = new ArrayList<>(rows.size());
            rows.forEach(row -> all.add(new Listed(
                    row.getUUID("id"),
                    role(row, "role"),
                    row.getString("label"),
                    row.getOffsetDateTime("created_at").toInstant())));
            return all;
        });
    }

    /** Whether there was such a key. */
    Future<Boolean> delete(UUID id) {
        return database.query(DELETE, id).map(rows -> {
            holders.invalidateAll();
            return rows.rowCount() > 0;
        });
    }

    private static Role role(Row row, String column) {
        return Role.valueOf(row.getString(column).toUpperCase(Locale.ROOT));
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
