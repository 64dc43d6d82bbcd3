package dev.pacesetter.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.settings.Resources;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Throws junk at every route and at the bridge: {@code fuzz.inputs} of them, made from {@code fuzz.seed}. What is
 * wrong is told with the input's index and bytes; {@code -Dfuzz.only=<index>} throws that one alone.
 */
class FuzzIT {

    private static final List<Family> REFUSED = List.of(
            new BrokenJson(), new OddTargets(), new OddHeaders(), new Smuggling(), new LiveFrames(), new OddTargets());
    private static final List<Family> SOME_ACCEPTED = List.of(new OddFields(), new Lines());

    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 5_000);
    private static final int ONLY = Integer.getInteger("fuzz.only", -1);
    /** Of the same family, one after another; then the stores are looked at. */
    private static final int BATCH = 50;
    /** Of a hundred, those of which nothing is accepted; they come first. */
    private static final int REFUSED_PERCENT = 70;

    private static final int MOST_FAILURES = 10;
    private static final long MOST_GROWTH_BYTES = 24L << 20;
    /** Caches and pools are filled and classes loaded by then. */
    private static final int WARM_PERCENT = 20;

    private static RedisHandle redis;
    private static String database;
    private static App app;
    private static Target target;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        redis = Stores.newRedis();
        database = Stores.newDatabase();
        // As if behind a proxy, so that its header is looked at, too.
        app = App.start(
                database,
                redis.uri(),
                new JsonObject()
                        .put("http.trustedProxies", new JsonArray().add("127.0.0.1"))
                        .put("limits.exemptAddresses", new JsonArray())
                        .put("limits.addressPerSecond", 0)
                        .put("limits.signUpsPerHour", 0));
        JsonObject contract = contract(directory);
        Set<String> problems = new HashSet<>();
        JsonArray types = contract.getJsonObject("components")
                .getJsonObject("schemas")
                .getJsonObject("Problem")
                .getJsonObject("properties")
                .getJsonObject("type")
                .getJsonArray("enum");
        types.forEach(type -> problems.add((String) type));
        target = Target.prepare(app, Operation.all(contract), problems);
    }

    /** As the library reads it, which knows fewer media types than HTTP. */
    private static JsonObject contract(Path directory) throws IOException {
        String known = Resources.text("openapi.yaml")
                .replace("application/problem+json:", "application/json:")
                .replace("application/x-ndjson:", "text/plain:")
                .replace("text/csv:", "application/octet-stream:")
                .replace("application/yaml:", "text/plain:")
                .replaceAll(" +application/openmetrics-text:\n.*\n", "");
        Path file = Files.writeString(directory.resolve("openapi.yaml"), known);
        Vertx vertx = Vertx.vertx();
        try {
            return Await.result(OpenAPIContract.from(vertx, file.toString())).getRawContract();
        } finally {
            Await.closed(vertx);
        }
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
    }

    private final Rules rules = new Rules(target.problems());
    private final Wire wire = new Wire(target.port());
    private final Tally tally = new Tally();
    private final List<String> failures = new ArrayList<>();

    @Test
    void shouldKnowEveryRoute() {
        Set<String> unknown = new TreeSet<>(app.routes());
        target.operations().forEach(one -> unknown.remove(one.method() + " " + one.path()));
        assertEquals(Set.of(), unknown);
    }

    @Test
    void shouldRefuseJunkAndStayAsItWas() throws IOException {
        Instant began = Instant.now();
        long before = 0;
        try (NodeLog log = NodeLog.open();
                StoreDigest stores = new StoreDigest(database, redis.uri())) {
            settled();
            Set<String> scoresBefore = scores();
            Map<String, String> stored = stores.take();
            int warm = INPUTS * WARM_PERCENT / 100;
            for (int index = 0; index < INPUTS && failures.size() < MOST_FAILURES; index++) {
                if (index == warm) {
                    before = heap();
                }
                if (ONLY < 0 || index == ONLY) {
                    one(index, log);
                }
                boolean batchEnds = index % BATCH == BATCH - 1 || index == INPUTS - 1;
                if (batchEnds && family(index).changesNothing() && (ONLY < 0 || index / BATCH == ONLY / BATCH)) {
                    Map<String, String> now = stores.take();
                    if (!now.equals(stored)) {
                        failures.add("the stores have changed within the " + BATCH + " inputs up to " + index + ": "
                                + differences(stored, now));
                        stored = now;
                    }
                }
            }
            settled();
            failures.addAll(log.take());
            Set<String> expected = new HashSet<>(scoresBefore);
            expected.addAll(tally.scores());
            Set<String> untold = scores();
            untold.removeAll(expected);
            expected.removeAll(scores());
            if (!untold.isEmpty() || !expected.isEmpty()) {
                failures.add("stored but not accepted: " + untold + "; accepted but not stored: " + expected);
            }
            rankings();
        }
        summarize(began, before);
        assertEquals(List.of(), failures, "seed " + SEED);
        assertEquals(
                200, app.api().get("/api/v1/users/me", target.user().token()).status(), "an input has ended the user");
        assertTrue(tally.of(429) * 20 <= INPUTS, "limits kept too many inputs from getting anywhere:\n" + tally);
    }

    private static Family family(int index) {
        List<Family> all = index < INPUTS * REFUSED_PERCENT / 100 / BATCH * BATCH ? REFUSED : SOME_ACCEPTED;
        return all.get(index / BATCH % all.size());
    }

    private void one(int index, NodeLog log) {
        Family family = family(index);
        Input input = family.make(new Dice(SEED, index), target);
        Wire.Outcome outcome = wire.send(input);
        List<String> wrong = new ArrayList<>(outcome.wrong());
        wrong.addAll(rules.broken(input, outcome.answers()));
        wrong.addAll(log.take());
        if (family.changesNothing() && input.mayWrite()) {
            outcome.answers().stream()
                    .filter(Answer::accepts)
                    .forEach(answer -> wrong.add("accepted: " + answer.status() + " " + answer.body()));
        }
        tally.add(family, input, outcome.answers());
        if (!wrong.isEmpty()) {
            failures.add("-Dfuzz.seed=" + SEED + " -Dfuzz.inputs=" + INPUTS + " -Dfuzz.only=" + index + " ("
                    + family.name() + ", " + input.kind() + "): " + String.join("; ", wrong) + "\n    sent: "
                    + input.escaped());
        }
    }

    private static String differences(Map<String, String> before, Map<String, String> after) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> java.util.Objects.equals(before.get(name), after.get(name)));
        StringBuilder text = new StringBuilder();
        names.forEach(name -> text.append(name)
                .append(" was ")
                .append(before.get(name))
                .append(" and is ")
                .append(after.get(name))
                .append("; "));
        return text.toString();
    }

    private static Set<String> scores() {
        Set<String> ids = new HashSet<>();
        Oracle.rows(database, "select id from score").forEach(row -> ids.add(row[0]));
        return ids;
    }

    /** Waits until what was accepted is ranked. */
    private static void settled() {
        Await.until(
                "rankings as SQL has them",
                () -> rankingDifference("overall").isEmpty()
                        && rankingDifference("fastest-5k").isEmpty());
    }

    private void rankings() {
        for (String board : List.of("overall", "fastest-5k")) {
            String difference = rankingDifference(board);
            if (!difference.isEmpty()) {
                failures.add(board + " is not what the scores make it: " + difference);
            }
        }
    }

    private static String rankingDifference(String board) {
        boolean best = board.equals("fastest-5k");
        List<String> activities = best
                ? List.of("running-5k")
                : List.of("running", "cycling", "walking", "rowing", "swimming", "strength", "yoga");
        List<String> expected = Oracle.ranking(
                        database,
                        activities,
                        best ? "best" : "sum",
                        !best,
                        Instant.EPOCH,
                        Instant.parse("9999-01-01T00:00:00Z"),
                        "5 minutes",
                        Instant.parse("2020-01-01T00:00:00Z"))
                .stream()
                .map(line -> line.userId() + " " + line.score() + " " + line.reachedAt())
                .limit(200)
                .toList();
        List<String> shown = app
                .api()
                .get("/api/v1/leaderboards/" + board + "/entries?limit=200", null)
                .json()
                .getJsonArray("entries")
                .stream()
                .map(JsonObject.class::cast)
                .map(one -> one.getString("userId") + " " + one.getInteger("score") + " " + one.getString("reachedAt"))
                .toList();
        return shown.equals(expected) ? "" : shown + ", must be " + expected;
    }

    /** What is live after a collection, in bytes. */
    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private void summarize(Instant began, long before) throws IOException {
        if (ONLY < 0 && failures.isEmpty()) {
            // SockJS forgets a session some seconds after its last request.
            Await.until(
                    "the heap not to have grown from " + before + " by more than " + MOST_GROWTH_BYTES + " bytes",
                    () -> heap() - before <= MOST_GROWTH_BYTES);
        }
        String summary = "# Fuzz, seed " + SEED + ": " + INPUTS + " inputs, " + failures.size() + " failures\n\n"
                + "Live heap after a fifth: " + (before >> 20) + " MiB, at the end: " + (heap() >> 20)
                + " MiB (at most "
                + (MOST_GROWTH_BYTES >> 20) + " MiB more). Took "
                + java.time.Duration.between(began, Instant.now()).toSeconds() + " s.\n\n" + tally;
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "fuzz-summary.md"), summary);
    }
}
