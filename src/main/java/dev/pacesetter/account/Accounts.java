package dev.pacesetter.account;

import dev.pacesetter.http.Problem;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** People in PostgreSQL. */
final class Accounts {

    private static final String CREATE = Resources.text("sql/account/create_user.sql");
    private static final String FIND_ACCOUNT = Resources.text("sql/account/find_account.sql");
    private static final String CHANGE_HASH = Resources.text("sql/account/change_hash.sql");
    private static final String FIND_USER = Resources.text("sql/account/find_user.sql");
    private static final String PUT_USER = Resources.text("sql/account/put_user.sql");
    private static final String CLAIM = Resources.text("sql/account/claim_user.sql");
    private static final String RENAME = Resources.text("sql/account/rename_user.sql");
    private static final String FIND_NAMES = Resources.text("sql/account/find_names.sql");
    private static final String UNIQUE_VIOLATION = "23505";

    /** A person; {@code username} is null for the app's own. */
    record User(String id, @Nullable String username, String name) {}

    /**
     * What sign-in needs.
     *
     * @param tokenVersion of the user's tokens: lower ones were taken back
     */
    record Account(User user, String passwordHash, int tokenVersion) {
        @Override
        public String toString() {
            return "Account[" + user + "]";
        }
    }

    /**
     * What a put did.
     *
     * @param refused nothing, as the person has an account
     */
    record Put(boolean made, boolean changed, boolean refused) {}

    /**
     * What a claim did.
     *
     * @param taken nothing, as the person has an account
     */
    record Claimed(boolean taken, boolean renamed) {}

    private final Database database;

    Accounts(Database database) {
        this.database = database;
    }

    /** Stores a new person with an account; fails with a problem when the username is taken. */
    Future<Void> create(User user, String username, String passwordHash) {
        return database.query(CREATE, user.id(), key(username), username, user.name(), passwordHash)
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture(
                        failure instanceof PgException refusal && UNIQUE_VIOLATION.equals(refusal.getSqlState())
                                ? Problem.usernameTaken(username).exception()
                                : failure));
    }

    Future<Optional<Account>> account(String username) {
        return database.query(FIND_ACCOUNT, key(username)).map(rows -> {
            for (Row row : rows) {
                User user = new User(row.getString(0), row.getString(1), row.getString(3));
                return Optional.of(new Account(user, row.getString(2), row.getInteger("token_version")));
            }
            return Optional.empty();
        });
    }

    Future<Void> changeHash(String userId, String passwordHash) {
        return database.query(CHANGE_HASH, userId, passwordHash).mapEmpty();
    }

    Future<Optional<User>> user(String id) {
        return database.query(FIND_USER, id).map(rows -> {
            for (Row row : rows) {
                return Optional.of(new User(id, row.getString(1), row.getString(0)));
            }
            return Optional.empty();
        });
    }

    /** Creates or renames a person of the app's own; one with an account only where {@code any} person may be renamed. */
    Future<Put> put(String id, String name, boolean any) {
        return database.query(PUT_USER, id, name, any).map(rows -> {
            Row row = rows.iterator().next();
            return new Put(row.getBoolean("made"), row.getBoolean("changed"), row.getBoolean("refused"));
        });
    }

    /** Creates a person whom the app's identity provider knows, or renames one whom it renamed; not one with an account. */
    Future<Claimed> claim(String id, @Nullable String name, Instant issuedAt) {
        return database.query(CLAIM, id, name, issuedAt.atOffset(ZoneOffset.UTC))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new Claimed(row.getBoolean("taken"), row.getBoolean("renamed"));
                });
    }

    /** Changes a person's name; whether it is another one, nothing when there is no such person. */
    Future<Optional<Boolean>> rename(String id, String name) {
        return database.query(RENAME, id, name).map(rows -> {
            for (Row row : rows) {
                return Optional.of(row.getBoolean(0));
            }
            return Optional.empty();
        });
    }

    /** The names of those ids that are known. */
    Future<Map<String, String>> names(Set<String> ids) {
        return database.query(FIND_NAMES, (Object) ids.toArray(String[]::new)).map(rows -> {
            Map<String, String> names = new HashMap<>();
            rows.forEach(row -> names.put(row.getString(0), row.getString(1)));
            return names;
        });
    }

    private static String key(String username) {
        return username.toLowerCase(Locale.ROOT);
    }
}
