package dev.pacesetter.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.NodeProcess;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A large ranking made anew in a small heap, while it is read and written: the old one is served until the new one is
 * there. The figures are in {@code target/rebuild-summary.md}.
 */
class RebuildIT {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildIT.class);
    private static final int MEMBERS = Integer.getInteger("rebuild.members", 200_000);
    private static final String BOARD = "/api/v1/leaderboards/all";
    private static final String HEAP = "96m";

    @TempDir
    private Path directory;

    @Test
    void shouldRebuildInASmallHeapWhileTheOldRankingIsServed() throws IOException {
        String database = Stores.newDatabase();
        Files.createDirectories(directory.resolve("conf"));
        Files.writeString(
                directory.resolve("conf/leaderboards.json"),
                """
                [{"id": "all", "title": "All", "activities": ["*"], "mode": "sum", "period": "all-time"}]
                """);
        try (RedisHandle redis = Stores.newRedis();
                NodeProcess node = NodeProcess.start(
                        directory,
                        Map.of(
                                NodeProcess.HEAP,
                                HEAP,
                                "PACESETTER_POSTGRES_URI",
                                database,
                                "PACESETTER_REDIS_URI",
                                redis.uri(),
                                "PACESETTER_AUTH_ADMINKEY",
                                App.ADMIN_KEY,
                                // It would find what is done to the scores here behind everybody's back.
                                "PACESETTER_RANKING_AUDITPERSECOND",
                                "0"))) {
            Api api = node.api();
            int total = post(api, 0);
            Oracle.execute(
                    database,
                    "insert into athlete (id, name) select 'runner-' || i, 'Runner ' || i from generate_series(1, "
                            + MEMBERS + ") i; insert into score (id, user_id, activity, score, occurred_at, timed) "
                            + "select gen_random_uuid(), 'runner-' || i, 'running', i % 5000, "
                            + "now() - i * interval '1 second', true from generate_series(1, " + MEMBERS + ") i");
            Answer asked = api.post(BOARD + "/rebuild", App.ADMIN_KEY, new JsonObject());
            assertEquals(202, asked.status(), asked.text());
            long began = System.nanoTime();
            int reads = 0;
            int posts = 0;
            int seen = total;
            while (seen < MEMBERS) {
                seen = post(api, ++posts);
                Answer page = api.get(BOARD + "/entries?limit=10", null);
                assertEquals(200, page.status(), page.text());
                reads++;
                assertTrue((System.nanoTime() - began) / 1_000_000_000L < 300, "does not end: " + node.log());
            }
            long millis = (System.nanoTime() - began) / 1_000_000;
            assertEquals(MEMBERS + 1, seen);
            int expected = posts + 1;
            Await.until(
                    "the posts meanwhile count",
                    () -> api.get(BOARD + "/entries/poster", null)
                                    .json()
                                    .getJsonObject("entry")
                                    .getInteger("score")
                            == expected);
            assertTrue(node.log().contains("Rebuilding a ranking"), node.log());
            assertTrue(!node.log().contains("OutOfMemory"), node.log());
            String text =
                    """
                    | what | figure |
                    |---|---|
                    | members | %d |
                    | heap | %s |
                    | ms to rebuild | %d |
                    | pages read meanwhile, none refused | %d |
                    | scores posted meanwhile, all counted | %d |
                    """
                            .formatted(MEMBERS, HEAP, millis, reads, posts);
            Files.writeString(Path.of("target", "rebuild-summary.md"), text);
            LOG.info("Rebuild:\n{}", text);
        }
    }

    /** One point more; how many stand on the board then. */
    private static int post(Api api, int number) {
        JsonObject score = new JsonObject()
                .put("userId", "poster")
                .put("activity", "running")
                .put("score", 1);
        Answer answer = api.call(
                "POST",
                "/api/v1/scores",
                App.ADMIN_KEY,
                score.encode(),
                Map.of("Idempotency-Key", "rebuild-" + number, "Prefer", "return=minimal"));
        assertEquals(201, answer.status(), answer.text());
        return api.get(BOARD + "/entries?limit=1", null).json().getInteger("total");
    }
}
