package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.TcpProxy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /scores/batch}: a score a line, a line for each. */
class BatchIT {

    private static final String BATCH = "/api/v1/scores/batch";

    private static String database;
    private static ErrorLog log;
    private static RedisHandle redis;
    private static App app;
    private static String key;

    @BeforeAll
    static void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        app = App.start(database, redis.uri());
        key = app.ingestKey();
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors(), "bad input is no error of ours");
    }

    private static Answer post(@Nullable String bearer, String lines) {
        return app.api().call("POST", BATCH, bearer, lines, Map.of("Content-Type", "application/x-ndjson"));
    }

    private static String line(String user, String activity, int score, String key) {
        return Api.score(activity, score).put("userId", user).put("key", key).encode() + "\n";
    }

    private static List<JsonObject> answers(Answer answer) {
        assertEquals(200, answer.status(), answer.text());
        assertEquals("application/x-ndjson", answer.contentType());
        return answer.text().lines().map(JsonObject::new).toList();
    }

    private static void awaitCounted(String user) {
        long stored = Oracle.number(
                database, "select sum(score) from score where deleted_at is null and user_id = '" + user + "'");
        Await.until("the total that SQL has", () -> {
            Answer entry = app.api().get("/api/v1/leaderboards/overall/entries/" + user, null);
            return entry.status() == 200 && entry.json().getJsonObject("entry").getLong("score") == stored;
        });
    }

    @Test
    void shouldTakeAThousandLinesAndCountThemOnceHoweverOftenTheyCome() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            lines.append(line("thousand-" + i % 100, "rowing", 1 + i % 7, "k" + i));
        }
        List<JsonObject> first = answers(post(key, lines.toString()));
        assertEquals(1_000, first.size());
        assertEquals(
                1_000,
                new HashSet<>(first.stream().map(one -> one.getString("id")).toList()).size());
        List<JsonObject> again = answers(post(key, lines.toString()));
        assertEquals(first, again, "the first ids, in the order of the lines");
        for (int i = 0; i < 100; i += 11) {
            awaitCounted("thousand-" + i);
        }
        assertEquals(1_000, Oracle.number(database, "select count(*) from score where user_id like 'thousand-%'"));
    }

    @Test
    void shouldFailWrongLinesAloneAndInTheirPlaces() {
        String lines = line("ann", "rowing", 5, "a1")
                + "{\"userId\":\"ann\",\"activity\":\"rowing\",\"score\":\"many\"}\n"
                + "\r\n"
                + "not json\n"
                + "[1]\n"
                + line("ann", "rowing", 1_000_000, "a2")
                + line("ann", "rowing", 6, "a1")
                + line("ann", "rowing", 5, "spaces are wrong")
                + "\u00e9\n"
                // The last one needs no end.
                + line("ann", "rowing", 7, "a3").trim();
        List<JsonObject> answers = answers(post(key, lines));
        List<String> what = answers.stream()
                .map(one -> one.containsKey("id")
                        ? "id"
                        : one.getInteger("status") + " " + one.getString("type").replaceAll(".*:", ""))
                .toList();
        assertEquals(
                List.of(
                        "id",
                        "400 invalid-request",
                        "400 malformed-json",
                        "400 malformed-json",
                        "422 score-out-of-range",
                        "422 idempotency-conflict",
                        "400 invalid-request",
                        "400 malformed-json",
                        "id"),
                what);
        awaitCounted("ann");
    }

    @Test
    void shouldShareItsKeysWithSinglePosts() {
        String id =
                answers(post(key, line("bea", "rowing", 3, "shared"))).get(0).getString("id");
        Answer single = app.api()
                .call(
                        "POST",
                        "/api/v1/scores",
                        key,
                        Api.score("rowing", 3).put("userId", "bea").encode(),
                        Map.of("Idempotency-Key", "shared"));
        assertEquals(200, single.status(), single.text());
        assertEquals(id, single.json().getString("id"));
    }

    @Test
    void shouldTakeTheFirstThousandOfMoreAndSaySo() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1_500; i++) {
            lines.append(line("too-many", "rowing", 1, "m" + i));
        }
        List<JsonObject> answers = answers(post(key, lines.toString()));
        assertEquals(1_001, answers.size());
        assertTrue(answers.subList(0, 1_000).stream().allMatch(one -> one.containsKey("id")));
        assertEquals("urn:pacesetter:problem:batch-too-long", answers.get(1_000).getString("type"));
        awaitCounted("too-many");
    }

    @Test
    void shouldCountEmptyLinesAsLines() {
        List<JsonObject> answers = answers(
                post(key, line("blank", "rowing", 1, "f") + "\n".repeat(1_000) + line("blank", "rowing", 1, "l")));
        assertEquals(2, answers.size());
        assertTrue(answers.get(0).containsKey("id"));
        assertEquals("urn:pacesetter:problem:batch-too-long", answers.get(1).getString("type"));
        assertEquals(413, post(key, "\n".repeat(1_001)).status());
    }

    /** However the network cuts it. */
    @ParameterizedTest
    @ValueSource(ints = {4_097, 5_000, 9_000, 70_000})
    void shouldEndAtALineThatIsTooLong(int bytes) {
        String valid = new JsonObject(line("cleo", "rowing", 1, "long-" + bytes).strip())
                .put("x", "")
                .encode();
        String padded = valid.replace("\"x\":\"\"", "\"x\":\"" + "y".repeat(bytes - valid.length()) + "\"");
        assertEquals(bytes, padded.length());
        List<JsonObject> answers = answers(post(
                key, line("cleo", "rowing", 1, "b" + bytes) + padded + "\n" + line("cleo", "rowing", 1, "a" + bytes)));
        assertEquals(2, answers.size());
        assertTrue(answers.get(0).containsKey("id"));
        assertEquals("urn:pacesetter:problem:body-too-large", answers.get(1).getString("type"));
    }

    @Test
    void shouldEndAtALineThatNeverEnds() {
        List<JsonObject> answers = answers(post(
                key, line("cleo", "rowing", 1, "c1") + "x".repeat(3_000_000) + "\n" + line("cleo", "rowing", 1, "c2")));
        assertEquals(2, answers.size());
        assertTrue(answers.get(0).containsKey("id"));
        assertEquals("urn:pacesetter:problem:body-too-large", answers.get(1).getString("type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {BATCH + "/", "/%61pi/v1/scores/b%61tch", "//api/v1/scores/batch"})
    void shouldReadItsLinesHoweverThePathIsWritten(String path) {
        String user = "path-" + path.length();
        Answer answer = app.api().call("POST", path, key, line(user, "rowing", 1, "p1"), Map.of());
        assertTrue(answers(answer).get(0).containsKey("id"));
    }

    @Test
    void shouldBeForKeysAlone() {
        String line = line("dan", "rowing", 1, "d1");
        assertEquals(401, post(null, line).status());
        assertEquals(403, post(app.api().newAccount().token(), line).status());
        assertEquals(
                401,
                post("ps_ingest_nobody-knows-this-one-000", line.repeat(20_000)).status());
        assertEquals(400, post(key, "").status());
        assertEquals(400, post(key, "\n\r\n").status());
        assertEquals(
                404,
                app.api().get("/api/v1/leaderboards/overall/entries/dan", null).status());
    }

    /** Streamed both ways: an answer does not wait for the end of the request. */
    @Test
    void shouldAnswerLinesBeforeTheLastOneHasCome() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), app.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            out.write(("POST " + BATCH + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 3; i++) {
                // A line in two pieces: the half of one is none.
                String line = line("eve", "rowing", 1, "e" + i);
                out.write(chunk(line.substring(0, 9)));
                out.write(chunk(line.substring(9)));
                out.flush();
                String seen = "";
                while (!seen.contains("\"id\"")) {
                    byte[] some = new byte[4_096];
                    int read = in.read(some);
                    assertTrue(read > 0, "closed");
                    seen += new String(some, 0, read, StandardCharsets.UTF_8);
                }
            }
        }
    }

    private static byte[] chunk(String text) {
        return (Integer.toHexString(text.length()) + "\r\n" + text + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldSayOfEveryLineWhetherItIsStoredWhenTheDatabaseGoes() {
        URI uri = URI.create(database);
        try (TcpProxy proxy = new TcpProxy(uri.getPort());
                RedisHandle own = Stores.newRedis();
                App behind =
                        App.start(database.replace(":" + uri.getPort() + "/", ":" + proxy.port() + "/"), own.uri())) {
            String ownKey = behind.ingestKey();
            // A key that was not asked about before could not be checked now, and nothing would be read.
            answers(behind.api().call("POST", BATCH, ownKey, line("flo", "rowing", 1, "first"), Map.of()));
            proxy.cut();
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                lines.append(line("flo", "rowing", 1, "f" + i));
            }
            List<JsonObject> answers =
                    new ArrayList<>(answers(behind.api().call("POST", BATCH, ownKey, lines.toString(), Map.of())));
            assertEquals(50, answers.size());
            answers.removeIf(one -> one.containsKey("id"));
            answers.forEach(one -> assertEquals("urn:pacesetter:problem:storage-unavailable", one.getString("type")));
        }
    }
}
