package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.ErrorLog;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Leaderboards among friends, a club, a company; on two nodes, the first of which holds every group for a large one. */
class GroupsIT {

    private static final String GROUPS = "/api/v1/groups/";

    private static String database;
    private static ErrorLog log;
    private static RedisHandle redis;
    private static App large;
    private static App small;

    private final String activity = "a-" + UUID.randomUUID().toString().substring(0, 8);
    private final String board = "b-" + UUID.randomUUID().toString().substring(0, 8);
    private final String group = "g-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() {
        database = Stores.newDatabase();
        log = ErrorLog.open();
        redis = Stores.newRedis();
        large = App.start(
                database,
                redis.uri(),
                new JsonObject()
                        .put("groups.largeFrom", 1)
                        .put("groups.maxKept", 2)
                        .put("groups.maxKeptPerUser", 1)
                        .put("groups.maxMembersOfUsers", 3)
                        .put("groups.maxMembers", 5_000)
                        .put("groups.maxPerUser", 2)
                        .put("http.maxBodyBytes", 131_072));
        small = App.start(database, redis.uri());
    }

    @AfterAll
    static void stop() {
        large.close();
        small.close();
        redis.close();
        log.close();
        assertEquals(List.of(), log.errors());
    }

    private void makeBoard() {
        JsonObject definition = new JsonObject()
                .put("id", board)
                .put("title", "A board")
                .put("activities", new JsonArray().add(activity))
                .put("mode", "sum")
                .put("period", "all-time");
        Answer made = large.api().post("/api/v1/leaderboards", App.ADMIN_KEY, definition);
        assertEquals(201, made.status(), made.text());
        for (App app : List.of(large, small)) {
            Await.until(
                    "the board",
                    () -> app.api().get("/api/v1/leaderboards/" + board, null).status() == 200);
        }
    }

    private String post(App app, String user, int score) {
        Answer answer = app.api()
                .post(
                        "/api/v1/scores",
                        App.ADMIN_KEY,
                        Api.score(activity, score).put("userId", user));
        assertEquals(201, answer.status(), answer.text());
        return answer.json().getString("id");
    }

    private Answer make(@Nullable String bearer, JsonObject body) {
        return large.api().put(GROUPS + group, bearer, body);
    }

    private Answer entries(App app, @Nullable String bearer, String query) {
        return app.api().get("/api/v1/leaderboards/" + board + "/entries?group=" + group + query, bearer);
    }

    private Answer entry(App app, @Nullable String bearer, String user, String query) {
        return app.api().get("/api/v1/leaderboards/" + board + "/entries/" + user + "?group=" + group + query, bearer);
    }

    private static List<String> told(Answer page) {
        assertEquals(200, page.status(), page.text());
        List<String> told = new ArrayList<>();
        page.json().getJsonArray("entries").forEach(one -> {
            JsonObject entry = (JsonObject) one;
            told.add(entry.getInteger("rank") + " " + entry.getString("userId") + " " + entry.getInteger("score"));
        });
        return told;
    }

    private static JsonArray users(int from, int to) {
        return new JsonArray(IntStream.range(from, to).mapToObj(i -> "u-" + i).toList());
    }

    @Test
    void shouldRankAmongMembersAsIfThereWereNobodyElse() {
        makeBoard();
        post(large, "top", 1_000);
        post(large, "u-1", 300);
        post(large, "between", 250);
        post(large, "u-2", 200);
        post(small, "u-3", 200);
        post(small, "low", 1);
        JsonObject body = new JsonObject()
                .put("title", "Lunch run")
                .put("visibility", "public")
                .put("members", users(1, 5));
        Answer made = make(App.ADMIN_KEY, body);
        assertEquals(201, made.status(), made.text());
        assertEquals(
                new JsonObject()
                        .put("id", group)
                        .put("title", "Lunch run")
                        .putNull("owner")
                        .put("visibility", "public")
                        .put("open", false)
                        .put("size", 4),
                made.json());
        for (App app : List.of(large, small)) {
            Answer page = entries(app, null, "");
            assertEquals(List.of("1 u-1 300", "2 u-2 200", "2 u-3 200"), told(page));
            assertEquals(3, page.json().getInteger("total"));
            assertEquals(List.of("2 u-3 200"), told(entries(app, null, "&offset=2&limit=1")));
            assertEquals(List.of(), told(entries(app, null, "&offset=3")));
            JsonObject third = entry(app, null, "u-3", "&around=1").json();
            assertEquals(2, third.getJsonObject("entry").getInteger("rank"));
            assertEquals(50.0, third.getJsonObject("entry").getDouble("percentile"));
            assertEquals(
                    "u-2", third.getJsonArray("neighbours").getJsonObject(0).getString("userId"));
            assertEquals(404, entry(app, null, "top", "").status(), "no member");
            assertEquals(404, entry(app, null, "u-4", "").status(), "no entry");
        }
    }

    @Test
    void shouldShowAtOnceWhoJoinsAndNoLongerWhoLeaves() {
        makeBoard();
        IntStream.range(1, 6).forEach(i -> post(small, "u-" + i, 10 * i));
        make(App.ADMIN_KEY, new JsonObject().put("visibility", "public").put("members", users(1, 3)));
        for (App app : List.of(large, small)) {
            assertEquals(List.of("1 u-2 20", "2 u-1 10"), told(entries(app, null, "")));
        }
        String tag = entries(large, null, "").headers().get("etag");
        JsonObject change = new JsonObject().put("add", users(3, 6)).put("remove", users(1, 2));
        Answer changed =
                large.api().call("PATCH", GROUPS + group + "/members", App.ADMIN_KEY, change.encode(), Map.of());
        assertEquals(200, changed.status(), changed.text());
        assertEquals(4, changed.json().getInteger("size"));
        List<String> expected = List.of("1 u-5 50", "2 u-4 40", "3 u-3 30", "4 u-2 20");
        assertEquals(expected, told(entries(large, null, "")), "here at once");
        assertTrue(!entries(large, null, "").headers().get("etag").equals(tag));
        Await.until("the other node", () -> told(entries(small, null, "")).equals(expected));
        assertEquals(
                200,
                small.api()
                        .call("DELETE", GROUPS + group + "/members/u-5", App.ADMIN_KEY, null, Map.of())
                        .status());
        List<String> rest = List.of("1 u-4 40", "2 u-3 30", "3 u-2 20");
        assertEquals(rest, told(entries(small, null, "")));
        Await.until("the other node", () -> told(entries(large, null, "")).equals(rest));
        // Who was erased is nowhere.
        assertEquals(
                204,
                small.api()
                        .call("DELETE", "/api/v1/users/u-4", App.ADMIN_KEY, null, Map.of())
                        .status());
        for (App app : List.of(large, small)) {
            Await.until("two left", () -> told(entries(app, null, "")).equals(List.of("1 u-3 30", "2 u-2 20")));
        }
        Await.until(
                "the size", () -> large.api().get(GROUPS + group, null).json().getInteger("size") == 2);
        assertEquals(
                new JsonArray().add("u-2").add("u-3"),
                new JsonArray(large.api().get(GROUPS + group + "/members", null).json().getJsonArray("members").stream()
                        .map(one -> ((JsonObject) one).getString("userId"))
                        .toList()));
    }

    /** Of every page that was read at the same version as one of the whole board, the same. */
    @Test
    void shouldEqualTheWholeBoardsMembersAtEveryVersion() throws Exception {
        makeBoard();
        Set<String> members = new TreeSet<>();
        users(0, 150).stream()
                .map(String::valueOf)
                .filter(user -> user.hashCode() % 3 != 0)
                .forEach(members::add);
        make(
                App.ADMIN_KEY,
                new JsonObject().put("visibility", "public").put("members", new JsonArray(List.copyOf(members))));
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService writers = Executors.newFixedThreadPool(2);
        int compared = 0;
        try {
            List<Future<?>> writing = new ArrayList<>();
            for (int w = 0; w < 2; w++) {
                Random random = new Random(w);
                App app = w == 0 ? large : small;
                writing.add(writers.submit(() -> write(app, random, over)));
            }
            for (int i = 0; i < 2_000 && compared < 150; i++) {
                App app = i % 2 == 0 ? large : small;
                if (i % 50 == 25) {
                    redis.flush();
                }
                Answer among = entries(app, null, "&limit=200");
                Answer all = app.api().get("/api/v1/leaderboards/" + board + "/entries?limit=200", null);
                if (among.status() == 503 || all.status() == 503) {
                    continue;
                }
                String epoch = among.json().getString("epoch");
                if (epoch.startsWith(all.json().getString("epoch") + ".")
                        && among.json().getLong("version").equals(all.json().getLong("version"))) {
                    assertEquals(among(members, all.json().getJsonArray("entries")), told(among));
                    compared++;
                }
            }
            over.set(true);
            for (Future<?> one : writing) {
                one.get();
            }
        } finally {
            over.set(true);
            writers.shutdownNow();
        }
        assertTrue(compared >= 30, "compared " + compared);
        for (App app : List.of(large, small)) {
            Await.until("what PostgreSQL says", () -> {
                Answer page = entries(app, null, "&limit=200");
                return page.status() == 200 && told(page).equals(scored(members));
            });
        }
    }

    /** What members' scores make of them, in PostgreSQL. */
    private List<String> scored(Set<String> members) {
        Instant begin = Instant.parse("2020-01-01T00:00:00Z");
        Instant end = Instant.parse("2059-01-01T00:00:00Z");
        JsonArray entries = new JsonArray();
        Oracle.ranking(database, List.of(activity), "sum", true, begin, end, "5 minutes", begin)
                .forEach(line -> entries.add(
                        new JsonObject().put("userId", line.userId()).put("score", line.score())));
        return among(members, entries);
    }

    private void write(App app, Random random, AtomicBoolean over) {
        List<String> ids = new ArrayList<>();
        while (!over.get()) {
            if (random.nextInt(5) == 0 && !ids.isEmpty()) {
                String id = ids.remove(random.nextInt(ids.size()));
                assertEquals(
                        204,
                        app.api()
                                .call("DELETE", "/api/v1/scores/" + id, App.ADMIN_KEY, null, Map.of())
                                .status());
            } else {
                ids.add(post(app, "u-" + random.nextInt(150), 1 + random.nextInt(50)));
            }
        }
    }

    /** Competition ranks among members, of entries of the whole board. */
    private static List<String> among(Set<String> members, JsonArray all) {
        List<String> expected = new ArrayList<>();
        int rank = 0;
        int place = 0;
        Integer before = null;
        for (Object one : all) {
            JsonObject entry = (JsonObject) one;
            if (members.contains(entry.getString("userId"))) {
                place++;
                Integer score = entry.getInteger("score");
                rank = score.equals(before) ? rank : place;
                before = score;
                expected.add(rank + " " + entry.getString("userId") + " " + score);
            }
        }
        return expected;
    }

    @Test
    void shouldShowAPrivateGroupToItsMembersOnly() {
        makeBoard();
        Account owner = large.api().newAccount();
        Account friend = large.api().newAccount();
        Account stranger = large.api().newAccount();
        post(large, owner.id(), 5);
        post(large, friend.id(), 7);
        Answer made = make(owner.token(), new JsonObject().put("members", new JsonArray().add(friend.id())));
        assertEquals(201, made.status(), made.text());
        assertEquals(owner.id(), made.json().getString("owner"));
        assertEquals("private", made.json().getString("visibility"));
        assertEquals(2, made.json().getInteger("size"), "the owner is in it");
        for (App app : List.of(large, small)) {
            for (String bearer : List.of(owner.token(), friend.token(), App.ADMIN_KEY)) {
                Answer page = entries(app, bearer, "");
                assertEquals(List.of("1 " + friend.id() + " 7", "2 " + owner.id() + " 5"), told(page));
                assertEquals("private, no-cache", page.headers().get("cache-control"));
                assertEquals(200, entry(app, bearer, owner.id(), "").status());
                assertEquals(200, app.api().get(GROUPS + group, bearer).status());
                assertEquals(
                        200, app.api().get(GROUPS + group + "/members", bearer).status());
            }
            for (String bearer : new String[] {null, stranger.token()}) {
                Answer page = entries(app, bearer, "");
                assertEquals("404 not-found", page.status() + " " + page.problem());
                assertEquals(
                        page.text(),
                        app.api()
                                .get("/api/v1/leaderboards/" + board + "/entries?group=no-such", bearer)
                                .text(),
                        "the same as of none");
                assertEquals(404, entry(app, bearer, owner.id(), "").status());
                assertEquals(404, app.api().get(GROUPS + group, bearer).status());
                assertEquals(
                        404, app.api().get(GROUPS + group + "/members", bearer).status());
            }
        }
        assertEquals(
                1,
                large.api()
                        .get("/api/v1/groups", friend.token())
                        .json()
                        .getJsonArray("groups")
                        .size());
        assertEquals(
                0,
                large.api()
                        .get("/api/v1/groups", stranger.token())
                        .json()
                        .getJsonArray("groups")
                        .size());
        // Nor may others change it, and whoever is not in it is not told that it is there; but that the id is taken.
        for (String bearer : List.of(friend.token(), stranger.token())) {
            int refused = bearer.equals(friend.token()) ? 403 : 404;
            assertEquals(
                    403, make(bearer, new JsonObject().put("title", "Mine now")).status());
            assertEquals(
                    refused,
                    patch(bearer, new JsonObject().put("add", new JsonArray().add("x")))
                            .status());
            assertEquals(refused, member("PUT", bearer, "x").status());
            assertEquals(refused, member("DELETE", bearer, owner.id()).status());
            assertEquals(
                    refused,
                    large.api()
                            .call("DELETE", GROUPS + group, bearer, null, Map.of())
                            .status());
        }
        assertEquals(404, member("PUT", stranger.token(), "me").status(), "not open");
        Answer leaving = member("DELETE", stranger.token(), "me");
        assertEquals("404 not-found", leaving.status() + " " + leaving.problem(), leaving.text());
        assertEquals(
                200, make(owner.token(), new JsonObject().put("open", true)).status());
        assertEquals(200, member("PUT", stranger.token(), "me").status());
        assertEquals(200, entries(large, stranger.token(), "").status());
        assertEquals(422, member("PUT", owner.token(), "fourth").status(), "full");
        assertEquals(200, member("DELETE", stranger.token(), "me").status());
        assertEquals(404, entries(large, stranger.token(), "").status());
        Await.until(
                "word on the other node",
                () -> entries(small, stranger.token(), "").status() == 404);
        assertEquals(
                204,
                large.api()
                        .call("DELETE", GROUPS + group, owner.token(), null, Map.of())
                        .status());
        assertEquals(404, entries(large, owner.token(), "").status());
        Await.until(
                "word on the other node",
                () -> entries(small, owner.token(), "").status() == 404);
    }

    private Answer patch(String bearer, JsonObject body) {
        return large.api().call("PATCH", GROUPS + group + "/members", bearer, body.encode(), Map.of());
    }

    private Answer member(String method, String bearer, String user) {
        return large.api().call(method, GROUPS + group + "/members/" + user, bearer, null, Map.of());
    }

    @Test
    void shouldSayWhatIsWrongAndKeepNothing() {
        Account owner = large.api().newAccount();
        long before = Oracle.number(database, "select count(*) from user_group");
        for (String body : List.of(
                "{\"title\":\"\"}",
                "{\"title\":7}",
                "{\"visibility\":\"secret\"}",
                "{\"open\":\"yes\"}",
                "{\"members\":[\"me\"]}",
                "{\"members\":[\"a b\"]}",
                "{\"members\":\"u\"}",
                "{\"owner\":\"somebody\"}",
                new JsonObject().put("members", users(0, 1_001)).encode())) {
            Answer answer = large.api().call("PUT", GROUPS + group, owner.token(), body, Map.of());
            assertEquals("400 invalid-request", answer.status() + " " + answer.problem(), body);
        }
        assertEquals(
                400,
                large.api()
                        .put(GROUPS + "Not_A_Slug", owner.token(), new JsonObject())
                        .status());
        assertEquals(401, make(null, new JsonObject()).status());
        Answer full = make(owner.token(), new JsonObject().put("members", users(0, 3)));
        assertEquals("422 group-full", full.status() + " " + full.problem());
        assertEquals(before, Oracle.number(database, "select count(*) from user_group"));
        assertEquals(201, make(owner.token(), new JsonObject()).status());
        assertEquals(
                201,
                large.api()
                        .put(GROUPS + group + "2", owner.token(), new JsonObject())
                        .status());
        Answer many = large.api().put(GROUPS + group + "3", owner.token(), new JsonObject());
        assertEquals("422 too-many-groups", many.status() + " " + many.problem());
        for (String body : List.of("{}", "{\"add\":[\"x\"],\"remove\":[\"x\"]}", "{\"add\":[1]}")) {
            Answer answer = large.api().call("PATCH", GROUPS + group + "/members", owner.token(), body, Map.of());
            assertEquals("400 invalid-request", answer.status() + " " + answer.problem(), body);
        }
        assertEquals(
                404,
                large.api()
                        .call("PUT", GROUPS + "none/members/me", owner.token(), null, Map.of())
                        .status());
        assertEquals(
                404,
                large.api()
                        .call("DELETE", GROUPS + "none", owner.token(), null, Map.of())
                        .status());
        makeBoard();
        assertEquals(404, entries(large, owner.token(), "&period=1999-W01").status());
        assertEquals(400, entries(large, owner.token(), "&limit=0").status());
        assertEquals(400, entries(large, owner.token(), "&limit=10000").status());
        assertEquals(
                404,
                large.api()
                        .get("/api/v1/leaderboards/" + board + "/entries?group=", null)
                        .status());
    }

    @Test
    void shouldListPageByPage() {
        make(
                App.ADMIN_KEY,
                new JsonObject()
                        .put("title", "Pages")
                        .put("members", new JsonArray().add("a").add("b").add("c")));
        String members = GROUPS + group + "/members";
        Answer first = large.api().get(members + "?limit=2", App.ADMIN_KEY);
        assertEquals(2, first.json().getJsonArray("members").size(), first.text());
        assertEquals("b", first.json().getString("next"));
        Answer rest = large.api().get(members + "?limit=2&cursor=b", App.ADMIN_KEY);
        assertEquals(1, rest.json().getJsonArray("members").size(), rest.text());
        assertNull(rest.json().getString("next"));
        for (String list : List.of(members, "/api/v1/groups", "/api/v1/users/hidden", "/api/v1/users/suspended")) {
            for (String wrong : List.of("limit=0", "limit=201", "limit=x", "cursor=", "cursor=%20", "cursor=a%00")) {
                Answer refused = large.api().get(list + "?" + wrong, App.ADMIN_KEY);
                assertEquals(400, refused.status(), list + "?" + wrong + " " + refused.text());
            }
        }
    }

    @Test
    void shouldRankThousandsExactlyAndHealWithRedis() {
        makeBoard();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            lines.append(Api.score(activity, 1 + (i * 7_919) % 1_000)
                            .put("userId", "u-" + i)
                            .encode())
                    .append('\n');
            if (i % 1_000 == 999) {
                Answer batch = large.api()
                        .call(
                                "POST",
                                "/api/v1/scores/batch",
                                App.ADMIN_KEY,
                                lines.toString(),
                                Map.of("Content-Type", "application/x-ndjson"));
                assertEquals(200, batch.status(), batch.text());
                lines.setLength(0);
            }
        }
        make(App.ADMIN_KEY, new JsonObject().put("visibility", "public"));
        for (int from = 0; from < 2_000; from += 1_000) {
            assertEquals(
                    200,
                    patch(App.ADMIN_KEY, new JsonObject().put("add", users(from, from + 1_000)))
                            .status());
        }
        Set<String> members = new TreeSet<>();
        users(0, 2_000).forEach(user -> members.add((String) user));
        List<String> expected = scored(members);
        for (boolean emptied : new boolean[] {false, true}) {
            if (emptied) {
                redis.flush();
            }
            for (App app : List.of(large, small)) {
                Await.until("all of it", () -> {
                    List<String> told = new ArrayList<>();
                    for (int offset = 0; offset <= 2_000; offset += 200) {
                        Answer page = entries(app, null, "&limit=200&offset=" + offset);
                        if (page.status() != 200) {
                            return false;
                        }
                        told.addAll(told(page));
                    }
                    return told.equals(expected);
                });
            }
        }
    }

    private void makeGroup(String id, String bearer, JsonArray members) {
        JsonObject body = new JsonObject().put("visibility", "public").put("members", members);
        Answer made = large.api().put(GROUPS + group + id, bearer, body);
        assertEquals(201, made.status(), made.text());
    }

    private List<String> read(String id) {
        return told(large.api().get("/api/v1/leaderboards/" + board + "/entries?group=" + group + id, null));
    }

    private boolean isKept(String id) {
        return redis.keys("lb:{" + board + "*:g:" + group + id + ":z") == 1;
    }

    /** Groups that are larger than users may make. */
    @Test
    void shouldKeepTheRankingsOfAFewGroupsAndReadAllTheSame() {
        makeBoard();
        IntStream.range(0, 8).forEach(i -> post(large, "u-" + i, 10 + i));
        for (int i = 0; i < 5; i++) {
            makeGroup("-" + i, App.ADMIN_KEY, users(i, i + 4));
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5; i++) {
                assertEquals(
                        "1 u-" + Math.min(i + 3, 7) + " " + Math.min(i + 13, 17),
                        read("-" + i).get(0));
                assertTrue(isKept("-" + i));
            }
        }
        assertEquals(2, redis.keys("lb:{" + board + "*:g:*:z"), "groups that Redis keeps");
    }

    /** Whoever makes many groups must not have those of others made anew for each of their readers. */
    @Test
    void shouldLetTheGroupsOfUsersPutOutNoOther() {
        makeBoard();
        IntStream.range(0, 5).forEach(i -> post(large, "u-" + i, 10 + i));
        Account eve = large.api().newAccount();
        makeGroup("-big-0", App.ADMIN_KEY, users(0, 4));
        makeGroup("-big-1", App.ADMIN_KEY, users(0, 5));
        makeGroup("-eve-0", eve.token(), users(0, 1));
        makeGroup("-eve-1", eve.token(), users(0, 2));
        makeGroup("-ada", large.api().newAccount().token(), users(0, 1));
        makeGroup("-bob", large.api().newAccount().token(), users(1, 3));
        makeGroup("-key", App.ADMIN_KEY, users(2, 4));
        for (int round = 0; round < 3; round++) {
            assertEquals(4, read("-big-0").size());
            assertEquals(5, read("-big-1").size());
            assertEquals(List.of("1 u-0 10"), read("-eve-0"));
            assertEquals(List.of("1 u-1 11", "2 u-0 10"), read("-eve-1"));
            assertEquals(List.of("1 u-0 10"), read("-ada"));
            assertEquals(List.of("1 u-2 12", "2 u-1 11"), read("-bob"));
            assertEquals(List.of("1 u-3 13", "2 u-2 12"), read("-key"));
            assertEquals(
                    List.of("-big-0", "-big-1", "-eve-0", "-ada"),
                    Stream.of("-big-0", "-big-1", "-eve-0", "-eve-1", "-ada", "-bob", "-key")
                            .filter(this::isKept)
                            .toList(),
                    "groups that Redis keeps");
        }
        // What is not kept is as exact, one entry, too
        assertEquals(
                2,
                large.api()
                        .get("/api/v1/leaderboards/" + board + "/entries/u-2?group=" + group + "-key&around=1", null)
                        .json()
                        .getJsonObject("entry")
                        .getInteger("rank"));
    }

    @Test
    void shouldTellViewersWhatChangesAmongMembersAsLongAsTheyMaySeeIt() {
        makeBoard();
        Account owner = large.api().newAccount();
        Account friend = large.api().newAccount();
        post(large, owner.id(), 5);
        make(owner.token(), new JsonObject().put("members", new JsonArray().add(friend.id())));
        String address = "leaderboard." + board + ".group." + group;
        for (App app : List.of(large, small)) {
            try (Viewer stranger = new Viewer(app.port());
                    Viewer viewer = new Viewer(app.port())) {
                stranger.register(address);
                Await.until("a refusal", () -> stranger.frames().stream()
                        .anyMatch(frame -> frame.encode().contains("\"failureCode\":404")));
                register(viewer, address, friend.token());
                Await.until("a snapshot", () -> !viewer.bodies(address).isEmpty());
                JsonObject snapshot = viewer.bodies(address).get(0);
                assertEquals("snapshot", snapshot.getString("type"));
                assertEquals(group, snapshot.getString("group"));
                assertEquals(board, snapshot.getString("leaderboard"));
                int total = snapshot.getInteger("total");
                post(large, "somebody-else", 1_000);
                post(large, owner.id(), 3);
                Await.until("a delta", () -> viewer.bodies(address).stream()
                        .anyMatch(body -> body.getString("type").equals("delta")
                                && body.encode().contains(owner.id())));
                assertTrue(viewer.bodies(address).stream()
                        .noneMatch(body -> body.encode().contains("somebody-else")));
                assertEquals(total, viewer.bodies(address).get(1).getInteger("total"));
                // Who joins with an entry is seen, and who is put out sees no more.
                String third = "third-" + app.port();
                post(large, third, 2);
                assertEquals(200, member("PUT", App.ADMIN_KEY, third).status());
                Await.until("the third", () -> viewer.bodies(address).stream()
                        .anyMatch(body -> body.encode().contains(third)));
                assertEquals(200, member("DELETE", owner.token(), third).status());
                assertEquals(200, member("DELETE", owner.token(), friend.id()).status());
                Await.until("the end", () -> viewer.frames().stream()
                        .anyMatch(frame -> frame.encode().contains("\"failureCode\":404")));
                int heard = viewer.bodies(address).size();
                post(large, owner.id(), 4);
                Await.until("it to be ranked", () -> told(entries(app, owner.token(), ""))
                        .equals(told(entries(large, owner.token(), ""))));
                assertEquals(heard, viewer.bodies(address).size());
                assertEquals(List.of(), stranger.bodies(address));
                assertEquals(200, member("PUT", owner.token(), friend.id()).status());
            }
        }
    }

    private static void register(Viewer viewer, String address, String token) {
        viewer.send(new JsonObject()
                .put("type", "register")
                .put("address", address)
                .put("headers", new JsonObject().put("Authorization", "Bearer " + token)));
    }
}
