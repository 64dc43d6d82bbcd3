package dev.pacesetter.account;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import dev.pacesetter.settings.AuthSettings;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that sign our tokens. All nodes read them from PostgreSQL; the newest signs. Whichever node notices that it has
 * become old makes another one, and deletes those whose tokens have all expired.
 */
final class SigningKeys {

    /** How often they are read. */
    static final Duration PERIOD = Duration.ofSeconds(60);
    /** Tokens with unknown keys do not make us read more often. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
    private static final String LOCK = Resources.text("sql/account/lock_signing_keys.sql");
    private static final String STORE = Resources.text("sql/account/store_signing_key.sql");
    private static final String LIST = Resources.text("sql/account/list_signing_keys.sql");
    private static final String NOTE_LIFE = Resources.text("sql/account/note_token_life.sql");
    private static final String RETIRE = Resources.text("sql/account/retire_signing_keys.sql");
    private static final int SECRET_BYTES = 32;
    private static final int NAME_BYTES = 8;

    private final Database database;
    private final AuthSettings settings;
    private final SecureRandom random;
    private final Runnable onWithdrawn;
    private final Refresh refresh;

    private volatile Map<String, Key> keys = Map.of();
    private volatile @Nullable Key newest;

    /** One of them. */
    record Key(String kid, MACSigner signer, MACVerifier verifier) {
        @Override
        public String toString() {
            return "Key[" + kid + "]";
        }
    }

    /** @param onWithdrawn hears that one is gone, so that what it signed is looked at again */
    SigningKeys(
            Database database,
            AuthSettings settings,
            SecureRandom random,
            LongSupplier nanoTime,
            Runnable onWithdrawn) {
        this.database = database;
        this.settings = settings;
        this.random = random;
        this.onWithdrawn = onWithdrawn;
        refresh = new Refresh(this::reread, PAUSE, nanoTime);
    }

    /** Reads them; the first node of all makes the first one. */
    Future<Void> open() {
        return refresh.now().compose(read -> database.query(NOTE_LIFE, settings.tokenMinutes())
                .mapEmpty());
    }

    /** The one that signs. */
    Key newest() {
        Key key = newest;
        if (key == null) {
            throw new IllegalStateException("the signing keys were not read");
        }
        return key;
    }

    /** The one of that name; unknown ones are looked for, within limits. */
    Future<@Nullable Key> find(String kid) {
        Key known = keys.get(kid);
        return known != null ? Future.succeededFuture(known) : refresh.ifDue().map(read -> keys.get(kid));
    }

    /** Takes up what other nodes have made, makes another when it is time, deletes what is not needed any more. */
    Future<Void> keepUp() {
        return refresh.now().compose(read -> database.query(RETIRE)).map(retired -> {
            if (retired.rowCount() > 0) {
                LOG.atInfo().addKeyValue("keys", retired.rowCount()).log("Deleted signing keys that nothing needs");
            }
            return null;
        });
    }

    private Future<Void> reread() {
        return list().compose(rows -> {
                    boolean young = false;
                    for (Row row : rows) {
                        young = row.getBoolean("young");
                    }
                    return young ? Future.succeededFuture(rows) : rotate();
                })
                .map(rows -> {
                    take(rows);
                    return null;
                });
    }

    private Future<RowSet<Row>> list() {
        return database.query(LIST, settings.keyRotationDays());
    }

    /** One node does it; the others find it done. */
    private Future<RowSet<Row>> rotate() {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        String kid = HexFormat.of().formatHex(name);
        return database.inOrder(
                        LOCK, STORE, kid, Buffer.buffer(secret), settings.keyRotationDays(), settings.tokenMinutes())
                .compose(stored -> {
                    if (stored.rowCount() > 0) {
                        LOG.atInfo().addKeyValue("kid", kid).log("Made a key that signs tokens");
                    }
                    return list();
                });
    }

    private void take(RowSet<Row> rows) {
        Map<String, Key> before = keys;
        Map<String, Key> now = new LinkedHashMap<>();
        Key last = null;
        for (Row row : rows) {
            String kid = row.getString("kid");
            Key known = before.get(kid);
            last = known == null ? key(kid, row.getBuffer("secret").getBytes()) : known;
            now.put(kid, last);
        }
        keys = Map.copyOf(now);
        newest = last;
        if (!now.keySet().containsAll(before.keySet())) {
            onWithdrawn.run();
        }
    }

    private static Key key(String kid, byte[] secret) {
        try {
            return new Key(kid, new MACSigner(secret), new MACVerifier(secret));
        } catch (JOSEException unfit) {
            throw new IllegalStateException("the signing key " + kid + " is unfit: " + unfit.getMessage(), unfit);
        }
    }
}
