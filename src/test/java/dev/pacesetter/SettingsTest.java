package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.settings.RedisSettings;
import dev.pacesetter.settings.SettingsException;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    Path dir;

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void defaultsAreValidAndEmbedded() {
        Settings settings = Settings.parse(new JsonObject());

        assertEquals("127.0.0.1", settings.http().host());
        assertEquals(8080, settings.http().port());
        assertEquals(List.of(), settings.http().allowedOrigins());
        assertTrue(settings.postgres().isEmbedded());
        assertTrue(settings.redis().isEmbedded());
        assertEquals(RedisSettings.Mode.STANDALONE, settings.redis().mode());
        assertNull(settings.auth().adminKey());
        assertEquals(19_456, settings.auth().argon2().memoryKiB());
        assertEquals(30, settings.auth().keyRotationDays());
        assertFalse(settings.auth().jwt().isSet());
        assertEquals(List.of("RS256", "ES256"), settings.auth().jwt().algorithms());
        assertEquals(500, settings.ingest().maxBatch());
        assertEquals(1_000, settings.ranking().pollMs());
        assertEquals(100, settings.live().topN());
        assertEquals(Path.of("data"), settings.data().dir());
        assertEquals("conf/leaderboards.json", settings.leaderboards());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'http': {'port': 65536}} | http.port = 65536: expected a whole number from 0 to 65535",
                "{'http': {'port': -1}} | http.port = -1: expected a whole number from 0 to 65535",
                "{'http': {'port': '8080'}} | http.port = 8080: expected a whole number",
                "{'http': {'port': 80.5}} | http.port = 80.5: expected a whole number",
                "{'http': {'port': null}} | http.port = null: expected a whole number",
                "{'http': {'port': 12345678901}} | http.port = 12345678901: expected a whole number",
                "{'http': {'host': ''}} | http.host = \"\": expected a host name or address",
                "{'http': {'host': 1}} | http.host = 1: expected a host name or address",
                "{'http': 5} | http = 5: expected an object",
                "{'http': {'allowedOrigins': 'x'}} | http.allowedOrigins = x: expected a list of origins",
                "{'http': {'allowedOrigins': ['ftp://x']}} | http.allowedOrigins = [ftp://x]: expected a list of origins",
                "{'auth': {'jwt': {'jwks': 'ftp://x'}}} | auth.jwt.jwks = ftp://x: expected a file or an http(s) URL",
                "{'auth': {'jwt': {'jwks': 'x.json', 'audience': 'us'}}} | auth.jwt.issuer = null: expected the provider's",
                "{'auth': {'jwt': {'jwks': 'x.json', 'issuer': 'them'}}} | auth.jwt.audience = null: expected ours",
                "{'auth': {'jwt': {'issuer': 'pacesetter'}}} | auth.jwt.issuer = pacesetter: expected another",
                "{'auth': {'jwt': {'algorithms': ['HS256']}}} | auth.jwt.algorithms = [HS256]: expected a list of RS256",
                "{'auth': {'jwt': {'algorithms': ['none']}}} | auth.jwt.algorithms = [none]: expected a list of RS256",
                "{'redis': {'mode': 'star'}} | redis.mode = star: expected standalone or cluster or sentinel",
                "{'redis': {'mode': 'cluster'}} | redis.mode = cluster: expected standalone, as redis.uri is not set",
                "{'redis': {'uri': 'redis://a,b'}} | redis.mode = standalone: expected cluster or sentinel",
                "{'redis': {'uri': 'http://a'}} | redis.uri = http://a: expected redis://:password@host:port",
                "{'postgres': {'uri': 'mysql://a'}} | postgres.uri = mysql://a: expected postgresql://user:password@",
                "{'postgres': {'uri': 'postgresql://a:99999/x'}} | postgres.uri = postgresql://a:99999/x: expected",
                "{'postgres': {'uri': 'postgresql://a/x?sslmode=so'}} | expected parameters such as sslmode=require",
                "{'postgres': {'uri': 7}} | postgres.uri = 7: expected postgresql://",
                "{'auth': {'argon2': {'threads': 0}}} | auth.argon2.threads = 0: expected a whole number from 1 to 64",
                "{'data': {'dir': 7}} | data.dir = 7: expected a directory",
                "{'leaderboards': false} | leaderboards = false: expected a file",
            })
    void badValueIsNamedWithWhatWasExpected(String json, String expected) {
        String message = failure(json);

        assertTrue(message.contains(expected), message);
        assertEquals(1, message.split("; ", -1).length, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'htpp': {}} | htpp: unknown, expected one of auth, data, groups, http",
                "{'http': {'prot': 1}} | http.prot: unknown, expected one of allowedOrigins, host, maxBodyBytes, maxConnections, maxExports, maxExportsPerKey, maxExportsPerUser, maxHeaderBytes, port, requestSeconds, tls, trustedProxies",
                "{'auth': {'argon2': {'salt': 1}}} | auth.argon2.salt: unknown, expected one of iterations",
            })
    void unknownKeyIsNamedWithTheKnownOnes(String json, String expected) {
        String message = failure(json);

        assertTrue(message.contains(expected), message);
    }

    @Test
    void everythingWrongIsToldAtOnceOnOneLine() {
        String message = failure("{'http': {'port': 'a\\nb', 'prot': 1}, 'live': {'topN': 0}}");

        assertTrue(message.startsWith("Wrong settings: http.port = a b: expected"), message);
        assertTrue(message.contains("; live.topN = 0: expected"), message);
        assertTrue(message.contains("; http.prot: unknown"), message);
        assertEquals(1, message.lines().count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'auth': {'adminKey': 'hunter2 '}}",
                "{'auth': {'adminKey': ['hunter2']}}",
                "{'auth': {'adminKye': 'hunter2'}}",
                "{'postgres': {'uri': 'postgresql://me:hunter2@'}}",
                "{'postgres': {'uri': 'postgresql://me:hun@hunter2@host/x'}}",
                "{'postgres': {'uri': 'postgresql://me:hun/hunter2@host/x'}}",
                "{'postgres': {'uri': 'postgresql://me:hunter2@host/x?sslmode=so'}}",
                "{'postgres': {'uri': 'postgresql://host/x?sslmode=so&password=hunter2'}}",
                "{'postgres': {'uri': 'me:hunter2@host'}}",
                "{'postgres': {'uri': ['postgresql://me:hunter2@host']}}",
                "{'redis': {'uri': 'redis://:hunter2@host:x'}}",
                "{'redis': {'uri': 'redis://:hunter2@a,redis://:hunter2@b,redis://:hunter2@'}}",
            })
    void secretIsNeverInTheMessage(String json) {
        String message = failure(json);

        assertFalse(message.contains("hunter2"), message);
    }

    @Test
    void secretIsNeverInToString() {
        Settings settings = Settings.parse(
                json(
                        """
                {'auth': {'adminKey': 'hunter2-and-more-of-it'},
                 'postgres': {'uri': 'postgresql://me:hunter2@one:5432,two/x?password=hunter2'},
                 'redis': {'mode': 'cluster', 'uri': 'redis://:hunter2@one:7000,redis://:hunter2@two:7001/0'}}"""));

        String shown = settings.toString();

        assertFalse(shown.contains("hunter2"), shown);
        assertTrue(shown.contains("adminKey=***"), shown);
        assertTrue(shown.contains("postgresql://***@one:5432/x?password=***"), shown);
        assertTrue(shown.contains("redis://***@one:7000,redis://***@two:7001/0"), shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "admin",
                "changeme-changeme",
                "Password1234567890",
                "secret_admin_key_2026!",
                "pacesetter-admin-key",
                "0123456789012345678901",
                "aaaaaaaaaaaaaaaaaaaaaaaa",
                "ps_admin_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
            })
    void anAdminKeyThatOthersCouldGuessIsForThisMachineAlone(String key) {
        String auth = "'auth': {'adminKey': '" + key + "'}";

        assertEquals(key, Settings.parse(json("{" + auth + "}")).auth().adminKey());
        assertEquals(
                key,
                Settings.parse(json("{" + auth + ", 'http': {'host': '::1'}}"))
                        .auth()
                        .adminKey());
        for (String open : List.of(
                "'http': {'host': '0.0.0.0'}",
                "'http': {'host': '::'}",
                "'http': {'host': 'pacesetter.example'}",
                "'postgres': {'uri': 'postgresql://me@host/x'}",
                "'redis': {'uri': 'redis://host'}")) {
            String message = failure("{" + auth + ", " + open + "}");
            assertTrue(message.contains("auth.adminKey = ***: expected at least 16 characters"), message);
            assertFalse(message.contains("= " + key), message);
            assertEquals(1, message.lines().count());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
                "correct-horse-battery-staple",
                "ps_admin_Zk3vQ0rTw8yLx2Np",
                "ps_admin_only-for-tests-0123456789"
            })
    void anAdminKeyThatNobodyCanGuessIsTakenAnywhere(String key) {
        String settings = "{'auth': {'adminKey': '" + key + "'}, 'http': {'host': '0.0.0.0'},"
                + " 'postgres': {'uri': 'postgresql://me@host/x'}, 'redis': {'uri': 'redis://host'}}";

        assertEquals(key, Settings.parse(json(settings)).auth().adminKey());
    }

    @Test
    void severalServersBecomeOneUriEach() {
        Settings settings = Settings.parse(
                json(
                        """
                {'postgres': {'uri': 'postgresql://me:pw@one:5432,two:5433/x?sslmode=prefer,postgres://three'},
                 'redis': {'mode': 'sentinel', 'uri': 'redis://one:26379, rediss://u:p%2Cw@[::1]:26380/0'}}"""));

        assertEquals(
                List.of(
                        "postgresql://me:pw@one:5432/x?sslmode=prefer",
                        "postgresql://me:pw@two:5433/x?sslmode=prefer",
                        "postgres://three"),
                settings.postgres().uris());
        assertEquals(
                List.of("redis://one:26379", "rediss://u:p%2Cw@[::1]:26380/0"),
                settings.redis().uris());
        assertEquals(RedisSettings.Mode.SENTINEL, settings.redis().mode());
    }

    @Test
    void environmentOverridesTheFileWhichOverridesTheDefaults() throws IOException {
        Path file =
                write("{\"http\": {\"port\": 1111, \"maxBodyBytes\": 2222}, \"auth\": {\"adminKey\": \"fromFile\"}}");

        Settings settings = load(Map.of(
                "PACESETTER_CONFIG", file.toString(),
                "PACESETTER_HTTP_PORT", "3333",
                "PACESETTER_HTTP_ALLOWEDORIGINS", "https://a.example, http://localhost:3000",
                "PACESETTER_AUTH_ADMINKEY", "31415926535897932384q",
                "PACESETTER_AUTH_ARGON2_MEMORYKIB", "64",
                "PACESETTER_POSTGRES_URI", "postgresql://me:pw@host:5432/x",
                "PACESETTER_REDIS_URI", "",
                "PACESETTER_REQUIRE_BROWSER", "1",
                "PATH", "/bin"));

        assertEquals(3333, settings.http().port());
        assertEquals(2222, settings.http().maxBodyBytes());
        assertEquals("127.0.0.1", settings.http().host());
        assertEquals(
                List.of("https://a.example", "http://localhost:3000"),
                settings.http().allowedOrigins());
        assertEquals("31415926535897932384q", settings.auth().adminKey());
        assertEquals(64, settings.auth().argon2().memoryKiB());
        assertEquals(
                List.of("postgresql://me:pw@host:5432/x"), settings.postgres().uris());
        assertTrue(settings.redis().isEmbedded());
    }

    @Test
    void wrongFileAndWrongEnvironmentFailTogether() throws IOException {
        Path file = write("{\"http\": {\"prot\": 1}, \"live\": {\"topN\": 0}}");

        String message = loadFailure(Map.of(
                "PACESETTER_CONFIG", file.toString(),
                "PACESETTER_HTTP_PORT", "http",
                "PACESETTER_HTTP_PROT", "1",
                "PACESETTER_HTTP", "1"));

        assertTrue(message.contains("http.port = http: expected a whole number from 0 to 65535"), message);
        assertTrue(message.contains("live.topN = 0: expected"), message);
        assertTrue(message.contains("http.prot: unknown"), message);
        assertTrue(message.contains("PACESETTER_HTTP_PROT: unknown"), message);
        assertTrue(message.contains("PACESETTER_HTTP: unknown"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void unreadableFileIsNamedWithoutItsContent() throws IOException {
        Path broken = write("{\n  \"auth\": {\"adminKey\": hunter2}}");
        Path missing = dir.resolve("missing.json");

        String brokenMessage = loadFailure(Map.of("PACESETTER_CONFIG", broken.toString()));
        String missingMessage = loadFailure(Map.of("PACESETTER_CONFIG", missing.toString(), "PACESETTER_X", "1"));

        assertTrue(brokenMessage.contains(broken + ": expected a readable file with one JSON object"), brokenMessage);
        assertTrue(brokenMessage.contains("line 2"), brokenMessage);
        assertFalse(brokenMessage.contains("hunter2"), brokenMessage);
        assertTrue(missingMessage.contains(missing + ": expected a readable file"), missingMessage);
        assertTrue(missingMessage.contains("PACESETTER_X: unknown"), missingMessage);
    }

    private Path write(String json) throws IOException {
        return Files.writeString(dir.resolve("config.json"), json);
    }

    private static Settings load(Map<String, String> environment) {
        return Settings.load(VERTX, environment)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private static String loadFailure(Map<String, String> environment) {
        CompletionException e = assertThrows(CompletionException.class, () -> load(environment));
        return assertInstanceOf(SettingsException.class, e.getCause()).getMessage();
    }

    private static String failure(String json) {
        return assertThrows(SettingsException.class, () -> Settings.parse(json(json)))
                .getMessage();
    }

    private static JsonObject json(String text) {
        return new JsonObject(text.replace('\'', '"'));
    }
}
