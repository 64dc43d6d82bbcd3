package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.TcpProxy;
import dev.pacesetter.support.TestIssuer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever happens, no secret comes out: not in a log at its most talkative, not in a problem, not in a metric. */
class SecretsIT {

    private static final String PASSWORD = "Tr0ub4dor-and-three";
    private static final String WRONG_PASSWORD = "wr0ng-Tr0ub4dor-and-four";
    private static final String ADMIN_KEY = "xK9-admin-of-the-secrets-test-2Lq";
    private static final String DATABASE_PASSWORD = "pgpw-5d41402abc4b2a76";
    private static final String WRONG_KEY = "ps_ingest_wrongwrongwrongwrongwrongwrongwrongwrong1";

    private static final RSAKey PROVIDERS_KEY = TestIssuer.rsa("providers");

    /** Everything that is logged, in full. */
    private static final class Everything extends AppenderBase<ILoggingEvent> {

        final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + ": " + event.getFormattedMessage() + " " + event.getKeyValuePairs()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    }

    private final Everything log = new Everything();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();

    private Answer call(Api api, String method, String path, @Nullable String bearer, @Nullable String body) {
        Answer answer = api.call(method, path, bearer, body, Map.of());
        if (answer.status() >= 400) {
            answers.add(path + " " + answer.status() + " " + answer.headers() + " " + answer.text());
        }
        return answer;
    }

    @Test
    void shouldKeepEverySecretToItself() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        LoggerContext loggers = root.getLoggerContext();
        Level before = root.getLevel();
        // What is quiet by the configuration stays so: that is how it is run.
        Appender<ILoggingEvent> console = root.getAppender("STDOUT");
        root.detachAppender(console);
        root.setLevel(Level.DEBUG);
        log.setContext(loggers);
        log.start();
        root.addAppender(log);
        Map<String, String> secrets = new LinkedHashMap<>();
        try (RedisHandle redis = Stores.newRedis();
                TestIssuer issuer = new TestIssuer()) {
            issuer.serve(PROVIDERS_KEY);
            String database = Stores.newDatabase();
            URI uri = URI.create(database);
            try (TcpProxy proxy = new TcpProxy(uri.getPort())) {
                String withPassword =
                        "postgresql://postgres:" + DATABASE_PASSWORD + "@127.0.0.1:" + proxy.port() + uri.getPath();
                JsonObject more = new JsonObject()
                        .put("auth.adminKey", ADMIN_KEY)
                        .put("auth.jwt.jwks", issuer.url())
                        .put("auth.jwt.issuer", TestIssuer.ISSUER)
                        .put("auth.jwt.audience", TestIssuer.AUDIENCE);
                try (App app = App.launch(withPassword, redis.uri(), more)) {
                    Await.until(
                            "ready", () -> app.api().get("/health/ready", null).status() == 200);
                    secrets.putAll(use(app.api()));
                    secrets.putAll(useProvider(app.api()));
                    secrets.put(
                            "signing secret", Oracle.text(database, "select encode(secret, 'hex') from signing_key"));
                    secrets.put(
                            "signing secret, base64",
                            Oracle.text(database, "select encode(secret, 'base64') from signing_key"));
                    secrets.put("password hash", Oracle.text(database, "select password_hash from account limit 1"));
                    proxy.refuse();
                    broken(app.api(), secrets);
                    proxy.heal();
                    Await.until(
                            "back", () -> app.api().get("/health/ready", null).status() == 200);
                    answers.add(app.api().get("/metrics", null).text());
                }
            }
        } finally {
            root.setLevel(before);
            root.detachAppender(log);
            root.addAppender(console);
        }
        secrets.put("password", PASSWORD);
        secrets.put("wrong password", WRONG_PASSWORD);
        secrets.put("admin key", ADMIN_KEY);
        secrets.put("wrong key", WRONG_KEY);
        secrets.put("database password", DATABASE_PASSWORD);
        assertTrue(
                log.lines.stream()
                                .filter(line -> line.contains("A request was refused"))
                                .count()
                        > 15,
                "it was at its most talkative: " + log.lines);
        assertTrue(answers.size() > 15, answers.toString());
        assertFalse(secrets.containsValue(null));
        secrets.forEach((name, secret) -> {
            assertEquals(List.of(), holding(log.lines, secret), name + " in the log");
            assertEquals(List.of(), holding(answers, secret), name + " in an answer");
        });
    }

    private static List<String> holding(Queue<String> texts, String secret) {
        return texts.stream().filter(text -> text.contains(secret)).toList();
    }

    /** As it should be used, and as it should not. */
    private Map<String, String> use(Api api) {
        JsonObject credentials = new JsonObject().put("username", "secretive").put("password", PASSWORD);
        assertEquals(
                201,
                call(api, "POST", "/api/v1/users", null, credentials.encode()).status());
        call(api, "POST", "/api/v1/users", null, credentials.encode());
        call(
                api,
                "POST",
                "/api/v1/users",
                null,
                credentials.copy().put("username", "no good").encode());
        call(
                api,
                "POST",
                "/api/v1/users",
                null,
                credentials.copy().put("displayName", 5).encode());
        call(api, "POST", "/api/v1/users", null, credentials.encode() + "}");
        call(api, "POST", "/api/v1/users", null, credentials.encode().replace("\"}", "}"));
        JsonObject wrong = credentials.copy().put("password", WRONG_PASSWORD);
        call(api, "POST", "/api/v1/tokens", null, wrong.encode());
        call(
                api,
                "POST",
                "/api/v1/tokens",
                null,
                wrong.put("username", "nobody-at-all").encode());
        String token = call(api, "POST", "/api/v1/tokens", null, credentials.encode())
                .json()
                .getString("token");
        String key = call(api, "POST", "/api/v1/keys", ADMIN_KEY, "{\"role\":\"ingest\",\"label\":\"a back end\"}")
                .json()
                .getString("key");
        String score = Api.score("running", 3).put("userId", "someone").encode();
        assertEquals(201, call(api, "POST", "/api/v1/scores", key, score).status());
        call(api, "POST", "/api/v1/scores", token, score);
        call(api, "POST", "/api/v1/scores", WRONG_KEY, score);
        call(api, "GET", "/api/v1/keys", token, null);
        call(api, "GET", "/api/v1/keys", key, null);
        call(api, "GET", "/api/v1/users/me", ADMIN_KEY, null);
        call(api, "GET", "/api/v1/users/me", ADMIN_KEY + "x", null);
        call(api, "GET", "/api/v1/users/me", token + "x", null);
        call(api, "GET", "/api/v1/users/me", token.substring(0, token.lastIndexOf('.') + 1), null);
        call(api, "GET", "/api/v1/nothing/" + "here", token, null);
        return Map.of("token", token, "signature", token.substring(token.lastIndexOf('.') + 1), "key", key);
    }

    /** With tokens of an identity provider, as they should be and as they should not; others may take them as well. */
    private Map<String, String> useProvider(Api api) {
        Date past = Date.from(Instant.now().minusSeconds(3_600));
        JWTClaimsSet.Builder claims = TestIssuer.claims("idp.secretive", "Ada");
        Map<String, String> tokens = new LinkedHashMap<>();
        String good = TestIssuer.token(PROVIDERS_KEY, claims.build());
        tokens.put("good", good);
        tokens.put(
                "of an id that an account has",
                TestIssuer.token(
                        PROVIDERS_KEY,
                        TestIssuer.claims(api.newAccount().id(), "Ada").build()));
        tokens.put(
                "expired",
                TestIssuer.token(PROVIDERS_KEY, claims.expirationTime(past).build()));
        tokens.put(
                "for others",
                TestIssuer.token(
                        PROVIDERS_KEY,
                        TestIssuer.claims("idp.secretive", "Ada").audience("x").build()));
        tokens.put(
                "of an odd user",
                TestIssuer.token(
                        PROVIDERS_KEY, TestIssuer.claims("no user!", "Ada").build()));
        tokens.put("of an unknown key", TestIssuer.token(TestIssuer.rsa("unknown"), claims.build()));
        tokens.put("forged", good.substring(0, good.lastIndexOf('.') + 1) + "Zm9yZ2VkLWFuZC1sb25nLWVub3VnaC10by1maW5k");
        Map<String, String> secrets = new LinkedHashMap<>();
        tokens.forEach((kind, token) -> {
            int expected = kind.equals("good") ? 200 : 401;
            assertEquals(
                    expected, call(api, "GET", "/api/v1/users/me", token, null).status(), kind);
            call(api, "POST", "/api/v1/scores", token, "{");
            call(api, "GET", "/api/v1/keys", token, null);
            secrets.put("provider's token, " + kind, token);
            secrets.put("claims of a provider's token, " + kind, token.split("\\.", -1)[1]);
            secrets.put("signature of a provider's token, " + kind, token.substring(token.lastIndexOf('.') + 1));
        });
        return secrets;
    }

    /** With its database away. */
    private void broken(Api api, Map<String, String> secrets) {
        JsonObject credentials = new JsonObject().put("username", "secretive").put("password", PASSWORD);
        call(api, "POST", "/api/v1/tokens", null, credentials.encode());
        call(
                api,
                "POST",
                "/api/v1/users",
                null,
                credentials.put("username", "another").encode());
        call(api, "GET", "/api/v1/users/me", secrets.get("token"), null);
        secrets.forEach((name, secret) -> {
            if (name.startsWith("provider's token")) {
                call(api, "GET", "/api/v1/users/me", secret, null);
            }
        });
        call(api, "GET", "/api/v1/keys", ADMIN_KEY, null);
        call(api, "GET", "/api/v1/keys", WRONG_KEY, null);
        call(api, "POST", "/api/v1/keys", ADMIN_KEY, "{\"role\":\"ingest\",\"label\":\"b\"}");
        call(api, "DELETE", "/api/v1/tokens", secrets.get("token"), null);
        call(
                api,
                "POST",
                "/api/v1/scores",
                secrets.get("key"),
                Api.score("running", 3).put("userId", "someone").encode());
    }
}
