package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.TcpProxy;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names on every node, whatever could not be read or told when they changed: no browser keeps an old one. */
class NamesIT {

    private static final String ENTRIES = "/api/v1/leaderboards/overall/entries";

    private RedisHandle redis;
    private TcpProxy toRedis;
    private TcpProxy toPostgres;
    private App one;
    private App two;
    private Account ada;

    @BeforeEach
    void start() {
        String database = Stores.newDatabase();
        redis = Stores.newRedis();
        toRedis = new TcpProxy(URI.create(redis.uri()).getPort());
        toPostgres = new TcpProxy(URI.create(database).getPort());
        one = App.start(database, through(redis.uri(), toRedis));
        two = App.start(through(database, toPostgres), redis.uri());
        ada = one.api().newAccount();
        assertEquals(
                201,
                one.api()
                        .post("/api/v1/scores", ada.token(), Api.score("running", 10))
                        .status());
    }

    private static String through(String uri, TcpProxy proxy) {
        int port = URI.create(uri).getPort();
        return uri.replace(":" + port, ":" + proxy.port());
    }

    @AfterEach
    void stop() {
        toRedis.heal();
        toPostgres.heal();
        one.close();
        two.close();
        toRedis.close();
        toPostgres.close();
        redis.close();
    }

    private void rename(String name) {
        String body = new JsonObject().put("displayName", name).encode();
        assertEquals(
                200,
                one.api()
                        .call("PATCH", "/api/v1/users/me", ada.token(), body, Map.of())
                        .status());
    }

    /** The name that a viewer was told last. */
    private static String shown(Viewer viewer) {
        String shown = "";
        for (JsonObject body : viewer.bodies("leaderboard.overall")) {
            JsonArray lines = body.getJsonArray("entries", body.getJsonArray("changed"));
            shown = lines.isEmpty() ? shown : lines.getJsonObject(0).getString("name");
        }
        return shown;
    }

    private static Answer page(App node, String tag) {
        return node.api().call("GET", ENTRIES, null, null, Map.of("If-None-Match", tag));
    }

    private static String name(Answer page) {
        return page.json().getJsonArray("entries").getJsonObject(0).getString("name");
    }

    @Test
    void shouldTellTheOtherNodesOfWhomWasRenamedWhileRedisWasAway() {
        try (Viewer viewer = new Viewer(two.port())) {
            viewer.register("leaderboard.overall");
            Await.until("a board", () -> shown(viewer).equals(ada.username()));
            String tag = page(two, "").headers().get("ETag");
            assertEquals(304, page(two, tag).status());
            toRedis.refuse();
            Await.until("no Redis", () -> one.api().get("/health/ready", null).status() == 503);
            rename("Ada L.");
            assertEquals(ada.username(), shown(viewer));
            toRedis.heal();
            Await.until("the new name", () -> shown(viewer).equals("Ada L."));
            Await.until("the new page", () -> page(two, tag).status() == 200);
            assertEquals("Ada L.", name(page(two, tag)));
        }
    }

    @Test
    void shouldShowNamesAgainOnceTheyCanBeRead() {
        try (Viewer viewer = new Viewer(two.port())) {
            viewer.register("leaderboard.overall");
            Await.until("a board", () -> shown(viewer).equals(ada.username()));
            toPostgres.refuse();
            Await.until(
                    "no PostgreSQL", () -> two.api().get("/health/ready", null).status() == 503);
            rename("Ada L.");
            Await.until("the id", () -> shown(viewer).equals(ada.id()));
            Answer unnamed = page(two, "");
            assertEquals(ada.id(), name(unnamed));
            String tag = unnamed.headers().get("ETag");
            toPostgres.heal();
            Await.until("the new name", () -> shown(viewer).equals("Ada L."));
            Await.until("the new page", () -> page(two, tag).status() == 200);
            assertFalse(tag.equals(page(two, tag).headers().get("ETag")));
        }
    }
}
