package dev.pacesetter.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.BusMessage.Act;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.ProblemException;
import dev.pacesetter.http.Role;
import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.settings.AccountRule;
import dev.pacesetter.settings.Argon2Settings;
import dev.pacesetter.settings.AuthSettings;
import dev.pacesetter.settings.JwtSettings;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens signed by our own key that yet do not hold, and what is remembered of those who come with anything. */
class OwnTokensIT {

    private static final int CAPACITY = 10;
    private static final AuthSettings SETTINGS = new AuthSettings(
            null,
            5,
            30,
            CAPACITY,
            AccountRule.OPEN,
            new JwtSettings(null, null, null, "name", 30, 300, List.of("RS256")),
            new Argon2Settings(64, 1, 1, 2));

    private final ErrorLog log = ErrorLog.open();
    private final Vertx vertx = Vertx.vertx();
    private String kid;
    private byte[] secret;
    private Pool pool;
    private Database database;
    private BearerTokens bearers;
    private Newcomers newcomers;

    @BeforeEach
    void start() {
        String uri = Stores.newDatabase();
        PostgresServers servers = new PostgresServers(List.of(uri));
        Migrations.apply(servers);
        pool = servers.pool(vertx, 1, 10);
        database = new Database(pool, 10_000);
        Clock clock = Clock.systemUTC();
        SigningKeys keys = new SigningKeys(database, SETTINGS, new SecureRandom(), System::nanoTime, () -> {});
        Await.result(keys.open());
        newcomers = new Newcomers(new Accounts(database), CAPACITY, user -> {});
        bearers = new BearerTokens(
                Map.of(JwtSettings.OWN_ISSUER, new Tokens(keys, Duration.ofMinutes(SETTINGS.tokenMinutes()), clock)),
                new Revocations(Revocations.in(database), CAPACITY, System::nanoTime),
                newcomers,
                CAPACITY,
                clock);
        kid = Oracle.text(uri, "select kid from signing_key");
        secret = HexFormat.of().parseHex(Oracle.text(uri, "select encode(secret, 'hex') from signing_key"));
    }

    @AfterEach
    void stop() {
        Await.result(pool.close());
        Await.closed(vertx);
        log.close();
        assertEquals(List.of(), log.errors(), "a bad token is no error of ours");
    }

    private JsonObject head() {
        return new JsonObject().put("alg", "HS256").put("kid", kid);
    }

    private static JsonObject good() {
        return new JsonObject()
                .put("iss", JwtSettings.OWN_ISSUER)
                .put("sub", "u-1")
                .put("ver", 0)
                .put("exp", Instant.now().plusSeconds(600).getEpochSecond());
    }

    private static JsonObject without(JsonObject json, String field) {
        json.remove(field);
        return json;
    }

    private static String part(JsonObject json) {
        return base64(json.encode().getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** As whoever had our key could write it. */
    private String signed(JsonObject head, JsonObject claims) {
        String name = head.getString("alg").replace("HS", "HmacSHA");
        String text = part(head) + "." + part(claims);
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(secret, name));
            return text + "." + base64(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String refusal(String token) {
        Future<Principal.User> user = bearers.user(token);
        Await.until("an answer", user::isComplete);
        ProblemException refused = assertInstanceOf(ProblemException.class, user.cause(), token);
        assertEquals(401, refused.problem().status());
        return String.valueOf(refused.problem().detail());
    }

    @Test
    void shouldRefuseWhatIsSignedByOurKeyAndYetWrong() {
        long now = Instant.now().getEpochSecond();
        assertEquals("u-1", Await.result(bearers.user(signed(head(), good()))).id());
        String[] parts = signed(head(), good()).split("\\.", -1);
        Stream.of(
                        signed(head().put("alg", "HS384"), good()),
                        signed(head().put("alg", "HS512"), good()),
                        signed(without(head(), "kid"), good()),
                        signed(head().put("kid", "another"), good()),
                        signed(head(), without(good(), "exp")),
                        signed(head(), without(good(), "sub")),
                        signed(head(), without(good(), "iss")),
                        signed(head(), good().put("iss", "somebody-else")),
                        signed(head(), good().put("exp", now - 1)),
                        signed(head(), good().put("nbf", now + 600)),
                        signed(head(), good().put("ver", "x")),
                        signed(head(), good().putNull("ver")),
                        signed(head(), without(good(), "ver")),
                        part(head().put("alg", "none")) + "." + parts[1] + ".",
                        parts[0] + "." + parts[1] + ".",
                        parts[0] + "." + parts[1],
                        parts[0] + "." + part(good().put("sub", "victim")) + "." + parts[2])
                .forEach(this::refusal);
    }

    @Test
    void shouldNotLookAtATokenThatIsTooLong() {
        int without = signed(head(), good().put("more", "")).length();
        // Four characters of a part are three of its bytes.
        int fits = (BearerTokens.MOST_CHARACTERS - without) / 4 * 3 - 3;
        String longest = signed(head(), good().put("more", "x".repeat(fits)));
        assertTrue(longest.length() <= BearerTokens.MOST_CHARACTERS, longest.length() + " characters");
        assertEquals("u-1", Await.result(bearers.user(longest)).id());
        String said = refusal(signed(head(), good().put("more", "x".repeat(fits + 12))));
        assertTrue(said.contains("at most " + BearerTokens.MOST_CHARACTERS), said);
    }

    @Test
    void shouldRememberOnlySoManyKeysWhetherThereAreSuchOrNot() {
        KeyUses uses = new KeyUses(database, CAPACITY, Clock.systemUTC());
        ApiKeys keys = new ApiKeys(database, null, uses, CAPACITY, new SecureRandom());
        String known = Await.result(keys.make(Role.INGEST, "known", new Act("key:test", null)))
                .key();
        for (int i = 0; i < 50; i++) {
            assertTrue(Await.result(keys.holder("ps_ingest_unknown-" + i)).isEmpty());
            String another = Await.result(keys.make(Role.INGEST, "key " + i, new Act("key:test", null)))
                    .key();
            assertTrue(Await.result(keys.holder(another)).isPresent());
        }
        assertTrue(keys.remembered() <= CAPACITY, keys.remembered() + " keys");
        assertTrue(uses.remembered() <= CAPACITY, uses.remembered() + " uses");
        assertTrue(Await.result(keys.holder(known)).isPresent());
    }

    @Test
    void shouldRememberOnlySoManyWhomTheProviderKnows() {
        for (int i = 0; i < 50; i++) {
            Await.result(newcomers.meet("idp." + i, "Ada", Instant.now()));
        }
        assertTrue(newcomers.remembered() <= CAPACITY, newcomers.remembered() + " people");
        Await.result(newcomers.meet("idp.0", "Ada", Instant.now()));
    }
}
