package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leaderboards made, changed and removed while two nodes serve. */
class LeaderboardAdminIT {

    private static final String PATH = "/api/v1/leaderboards";

    private static ErrorLog log;
    private static RedisHandle redis;
    private static App one;
    private static App two;

    @BeforeAll
    static void start() {
        String database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        one = App.start(database, redis.uri());
        two = App.start(database, redis.uri());
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private static String newSlug() {
        return "b-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static JsonObject board(String id, String activity) {
        return new JsonObject()
                .put("id", id)
                .put("title", "A board")
                .put("activities", new JsonArray().add(activity))
                .put("mode", "sum")
                .put("period", "all-time");
    }

    private static Answer call(App app, String method, String path, JsonObject body) {
        return app.api().call(method, path, App.ADMIN_KEY, body.encode(), Map.of());
    }

    private static void post(App app, String activity, String user, int score) {
        Answer answer = app.api()
                .post(
                        "/api/v1/scores",
                        App.ADMIN_KEY,
                        Api.score(activity, score).put("userId", user));
        assertEquals(201, answer.status(), answer.text());
    }

    /** Such as {@code "1 ann 30, 2 bob 20"}; the status while it cannot be read. */
    private static String entries(App app, String id) {
        Answer answer = app.api().get(PATH + "/" + id + "/entries", null);
        return answer.status() != 200
                ? String.valueOf(answer.status())
                : answer.json().getJsonArray("entries").stream()
                        .map(JsonObject.class::cast)
                        .map(entry ->
                                entry.getLong("rank") + " " + entry.getString("userId") + " " + entry.getLong("score"))
                        .collect(Collectors.joining(", "));
    }

    private static void await(App app, String id, String expected) {
        Await.until(id + " to be " + expected, () -> entries(app, id).equals(expected));
    }

    private static String exists(String key) {
        URI uri = URI.create(redis.uri());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
            socket.getOutputStream().write(("EXISTS " + key + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(2), StandardCharsets.US_ASCII);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void shouldFillANewBoardFromPastScoresOnEveryNode() {
        String activity = newSlug();
        post(one, activity, "ann", 10);
        post(one, activity, "bob", 20);
        post(two, activity, "ann", 20);
        String id = newSlug();
        Answer made = call(one, "POST", PATH, board(id, activity));
        assertEquals(201, made.status(), made.text());
        assertEquals(PATH + "/" + id, made.headers().get("Location"));
        JsonObject expected = board(id, activity)
                .put("order", "desc")
                .put("timeZone", "UTC")
                .put("unit", "")
                .put("decimals", 0)
                .put("minScore", 0)
                .put("maxScore", Integer.MAX_VALUE)
                .put("visibility", "public")
                .put("currentPeriod", "all-time")
                .putNull("total");
        assertEquals(expected, made.json());
        await(one, id, "1 ann 30, 2 bob 20");
        await(two, id, "1 ann 30, 2 bob 20");
        assertEquals(
                expected.put("total", 2), two.api().get(PATH + "/" + id, null).json());
        post(two, activity, "bob", 15);
        await(one, id, "1 bob 35, 2 ann 30");
        assertEquals(409, call(two, "POST", PATH, board(id, activity)).status());
    }

    @Test
    void shouldMakeAChangedBoardAnewByItsNewRulesOnEveryNode() {
        String activity = newSlug();
        String other = newSlug();
        String id = newSlug();
        call(one, "POST", PATH, board(id, activity));
        post(one, activity, "ann", 10);
        post(two, activity, "ann", 25);
        post(two, activity, "bob", 30);
        post(two, other, "bob", 50);
        await(two, id, "1 ann 35, 2 bob 30");
        assertEquals(
                200,
                call(one, "PUT", PATH + "/" + id, board(id, activity).put("mode", "best"))
                        .status());
        await(one, id, "1 bob 30, 2 ann 25");
        await(two, id, "1 bob 30, 2 ann 25");
        // Without the id in the body, too.
        JsonObject both = board(id, activity).put("order", "asc").put("mode", "best");
        both.remove("id");
        assertEquals(200, call(two, "PUT", PATH + "/" + id, both).status());
        await(two, id, "1 ann 10, 2 bob 30");
        await(one, id, "1 ann 10, 2 bob 30");
        both.put("activities", new JsonArray().add(activity).add(other)).put("mode", "sum");
        assertEquals(
                200,
                call(two, "PUT", PATH + "/" + id, both.put("order", "desc")).status());
        await(one, id, "1 bob 80, 2 ann 35");
        post(one, other, "ann", 100);
        await(two, id, "1 ann 135, 2 bob 80");
    }

    @Test
    void shouldKeepTheRankingWhenOnlyWhatIsShownChanges() {
        String activity = newSlug();
        String id = newSlug();
        call(one, "POST", PATH, board(id, activity));
        post(one, activity, "ann", 10);
        await(one, id, "1 ann 10");
        String epoch = one.api().get(PATH + "/" + id + "/entries", null).json().getString("epoch");
        JsonObject renamed = board(id, activity).put("title", "Another name").put("maxScore", 50);
        assertEquals(200, call(one, "PUT", PATH + "/" + id, renamed).status());
        Await.until("the title on the other node", () -> "Another name"
                .equals(two.api().get(PATH + "/" + id, null).json().getString("title")));
        assertEquals(
                epoch, two.api().get(PATH + "/" + id + "/entries", null).json().getString("epoch"));
        Answer refused = two.api()
                .post("/api/v1/scores", App.ADMIN_KEY, Api.score(activity, 51).put("userId", "ann"));
        assertEquals(422, refused.status(), refused.text());
    }

    @Test
    void shouldRemoveABoardTellItsViewersAndTakeUpItsScoresWhenItIsMadeAgain() {
        String activity = newSlug();
        String id = newSlug();
        call(one, "POST", PATH, board(id, activity));
        post(one, activity, "ann", 10);
        await(two, id, "1 ann 10");
        try (Viewer viewer = new Viewer(two.port())) {
            viewer.send(new JsonObject().put("type", "register").put("address", "leaderboard." + id));
            Await.until("a snapshot", () -> !viewer.bodies("leaderboard." + id).isEmpty());
            assertEquals(
                    204, call(one, "DELETE", PATH + "/" + id, new JsonObject()).status());
            Await.until("the end", () -> viewer.frames().stream()
                    .anyMatch(frame -> "err".equals(frame.getString("type"))
                            && Integer.valueOf(404).equals(frame.getInteger("failureCode"))));
        }
        assertEquals(404, one.api().get(PATH + "/" + id + "/entries", null).status());
        await(two, id, "404");
        assertEquals(404, call(two, "DELETE", PATH + "/" + id, new JsonObject()).status());
        assertEquals(404, call(two, "PUT", PATH + "/" + id, board(id, activity)).status());
        Await.until(
                "Redis to forget it", () -> exists("lb:{" + id + ":all-time}:z").equals(":0"));
        post(two, activity, "ann", 5);
        assertEquals(201, call(two, "POST", PATH, board(id, activity)).status());
        await(one, id, "1 ann 15");
    }

    /** Scores keep coming through both nodes while the board is made and changed again and again. */
    @Test
    void shouldCountEveryScoreOnceWhileBoardsChange() throws ExecutionException, InterruptedException {
        String activity = newSlug();
        String id = newSlug();
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Integer>> writers = List.of(one, two).stream()
                    .map(app -> threads.submit(() -> {
                        int sum = 0;
                        while (!done.get()) {
                            post(app, activity, "ann", 1);
                            sum++;
                        }
                        return sum;
                    }))
                    .toList();
            call(one, "POST", PATH, board(id, activity));
            for (int i = 0; i < 6; i++) {
                String mode = i % 2 == 0 ? "count" : "sum";
                App changer = i % 3 == 0 ? one : two;
                assertEquals(
                        200,
                        call(
                                        changer,
                                        "PUT",
                                        PATH + "/" + id,
                                        board(id, activity).put("mode", mode))
                                .status());
                String before = entries(one, id);
                Await.until("another board that grows", () -> {
                    String now = entries(one, id);
                    return now.startsWith("1 ann") && !now.equals(before);
                });
            }
            done.set(true);
            int sum = 0;
            for (Future<Integer> writer : writers) {
                sum += writer.get();
            }
            await(one, id, "1 ann " + sum);
            await(two, id, "1 ann " + sum);
        } finally {
            done.set(true);
            threads.shutdown();
        }
    }

    @Test
    void shouldBeForAdminsAlone() {
        JsonObject body = board(newSlug(), "rowing");
        String key = one.ingestKey();
        String token = one.api().newAccount().token();
        assertEquals(
                401, one.api().call("POST", PATH, null, body.encode(), Map.of()).status());
        for (String bearer : List.of(key, token)) {
            assertEquals(403, one.api().post(PATH, bearer, body).status());
            assertEquals(403, one.api().put(PATH + "/weekly", bearer, body).status());
            assertEquals(
                    403,
                    one.api()
                            .call("DELETE", PATH + "/weekly", bearer, null, Map.of())
                            .status());
        }
        assertNotEquals("404", entries(one, "weekly"));
    }

    /** Without totals: what another test made may still be being filled. */
    private static String definitions() {
        return one.api().get(PATH, App.ADMIN_KEY).text().replaceAll("\"total\":[^,}]*", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id=\"With Space\"",
                "id=\"\"",
                "id=7",
                "title=\"\"",
                "title=\"a\\u0000b\"",
                "title=null",
                "activities=[]",
                "activities=\"running\"",
                "activities=[\"UPPER\"]",
                "activities=[1]",
                "mode=\"average\"",
                "mode=null",
                "order=\"up\"",
                "period=\"year\"",
                "period={\"from\":\"2026-02-01T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}",
                "period={\"from\":\"soon\"}",
                "period=null",
                "timeZone=\"Mars/Olympus\"",
                "timeZone=3",
                "unit=5",
                "decimals=7",
                "decimals=1.5",
                "minScore=-1",
                "maxScore=99999999999",
                "minScore=2147483647,maxScore=5",
                "visibility=\"secret\"",
                "reviewBelow=-1",
                "reviewBelow=\"5\"",
                "reviewAbove=2147483648",
                "reviewAbove=1.5",
                "reviewBelow=6,reviewAbove=5",
                "graceHours=-1",
                "graceHours=175321",
                "graceHours=\"a day\""
            })
    void shouldSayWhatIsWrong(String changes) {
        JsonObject body = board(newSlug(), "rowing");
        String before = definitions();
        String field = changes.substring(0, changes.indexOf('='));
        for (String change : isTwo(changes) ? changes.split(",", -1) : new String[] {changes}) {
            String name = change.substring(0, change.indexOf('='));
            body.mergeIn(new JsonObject("{\"" + name + "\":" + change.substring(change.indexOf('=') + 1) + "}"));
        }
        Answer answer = call(one, "POST", PATH, body);
        assertEquals(400, answer.status(), answer.text());
        String named = isTwo(changes) ? changes.substring(changes.indexOf(',') + 1, changes.lastIndexOf('=')) : field;
        assertEquals(
                named, answer.json().getJsonArray("errors").getJsonObject(0).getString("field"));
        assertEquals(before, definitions(), "nothing is stored");
    }

    /** The second one is wrong beside the first. */
    private static boolean isTwo(String changes) {
        return changes.contains(",max") || changes.contains(",review");
    }

    @Test
    void shouldNotTakeAnotherIdThanThePaths() {
        Answer answer = call(one, "PUT", PATH + "/weekly", board("monthly", "rowing"));
        assertEquals(400, answer.status(), answer.text());
        assertTrue(answer.text().contains("an id does not change"));
    }
}
