package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The stream's contract is what goes over the wire: every frame fits one of its messages, every message is seen. */
class StreamContractIT {

    private static RedisHandle redis;
    private static App app;
    private static JsonObject contract;

    @BeforeAll
    static void start() {
        redis = Stores.newRedis();
        app = App.start(Stores.newDatabase(), redis.uri());
        String yaml = app.api().get("/asyncapi.yaml", null).text();
        contract = new JsonObject(new Yaml().<Map<String, Object>>load(yaml));
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
    }

    /** The messages that a frame fits. */
    private static Set<String> fitting(JsonObject frame) {
        Set<String> fitting = new TreeSet<>();
        for (String message :
                contract.getJsonObject("components").getJsonObject("messages").fieldNames()) {
            if (validate(message, frame).getValid()) {
                fitting.add(message);
            }
        }
        return fitting;
    }

    private static OutputUnit validate(String message, JsonObject frame) {
        JsonObject payload = contract.getJsonObject("components")
                .getJsonObject("messages")
                .getJsonObject(message)
                .getJsonObject("payload");
        // The library writes into what it is given.
        JsonObject schema = payload.copy()
                .put("components", contract.getJsonObject("components").copy());
        JsonSchemaOptions options =
                new JsonSchemaOptions().setBaseUri("https://example.com/").setDraft(Draft.DRAFT202012);
        return Validator.create(JsonSchema.of(schema), options).validate(frame);
    }

    @Test
    void shouldDescribeEveryFrame() {
        Api api = app.api();
        Account ada = api.newAccount();
        Account bob = api.newAccount();
        List<JsonObject> frames = new ArrayList<>();
        api.put("/api/v1/groups/ours", ada.token(), new JsonObject());
        try (Viewer viewer = new Viewer(app.port())) {
            List<JsonObject> sent = List.of(
                    register("leaderboard.overall", Map.of()),
                    register("leaderboard.overall.group.ours", Map.of("Authorization", "Bearer " + ada.token())),
                    register("leaderboard.overall.group.none", Map.of()),
                    register("user." + ada.id(), Map.of("Authorization", "Bearer " + ada.token(), "passed", "on")),
                    register("leaderboard.no-such-board", Map.of()),
                    register("user." + bob.id(), Map.of()),
                    new JsonObject().put("type", "register"),
                    new JsonObject().put("type", "ping"));
            api.post("/api/v1/scores", ada.token(), Api.score("running", 10));
            sent.forEach(viewer::send);
            awaitBody(viewer, "snapshot");
            awaitBody(viewer, "standing");
            api.post("/api/v1/scores", bob.token(), Api.score("running", 20));
            awaitBody(viewer, "delta");
            awaitBody(viewer, "passed");
            JsonObject unregister = new JsonObject().put("type", "unregister").put("address", "leaderboard.overall");
            viewer.send(unregister);
            Await.until("the bridge's own no", () -> viewer.frames().stream()
                    .anyMatch(frame -> fitting(frame).equals(Set.of("error"))));
            viewer.send(new JsonObject().put("type", "publish").put("address", "leaderboard.overall"));
            Await.until("the last word", () -> viewer.frames().stream()
                    .anyMatch(frame -> fitting(frame).equals(Set.of("closing"))));
            frames.addAll(sent);
            frames.add(unregister);
            frames.addAll(viewer.frames());
        }
        Set<String> seen = new TreeSet<>();
        for (JsonObject frame : frames) {
            Set<String> fitting = fitting(frame);
            assertEquals(1, fitting.size(), fitting + " fit " + frame.encode());
            seen.addAll(fitting);
        }
        assertEquals(
                new TreeSet<>(contract.getJsonObject("components")
                        .getJsonObject("messages")
                        .fieldNames()),
                seen);
    }

    /** Where the messages are used there is no other, and none is left out. */
    @Test
    void shouldUseEveryMessageInAnOperation() {
        String operations = contract.getJsonObject("operations").encode();
        contract.getJsonObject("channels").forEach(channel -> {
            JsonObject messages = ((JsonObject) channel.getValue()).getJsonObject("messages");
            messages.fieldNames()
                    .forEach(message -> assertTrue(
                            operations.contains("#/channels/" + channel.getKey() + "/messages/" + message),
                            channel.getKey() + " " + message));
        });
    }

    private static JsonObject register(String address, Map<String, Object> headers) {
        return new JsonObject().put("type", "register").put("address", address).put("headers", new JsonObject(headers));
    }

    private static void awaitBody(Viewer viewer, String type) {
        Await.until("a " + type, () -> viewer.frames().stream()
                .anyMatch(frame ->
                        frame.getValue("body") instanceof JsonObject body && type.equals(body.getString("type"))));
    }
}
