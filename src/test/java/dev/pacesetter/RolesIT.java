package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.Address;
import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.Call;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.Viewer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tables of {@code SECURITY.md}, against every route and every address, in every role. */
class RolesIT {

    /** Each handler that is not behind a role, by itself: one more that looks like one of them is not let pass either. */
    private static final List<String> OF_NO_ROLE = List.of(
            // What all requests go through: headers and checks of HttpVerticle's, and its handler of failures.
            "ANY *",
            "ANY *",
            "ANY *",
            "ANY /api/*",
            "ANY /api/*",
            // The pages.
            "GET *",
            "GET *",
            "HEAD *",
            "HEAD *",
            "ANY /client/*",
            "ANY /webjars/swagger-ui/*",
            // The bridge, which has a table of its own.
            "ANY /eventbus/*",
            "ANY /eventbus/*",
            "POST /eventbus/*");

    private static final List<String> ROLES = List.of("nobody", "athlete", "ingest", "admin");

    private static RedisHandle redis;
    private static App app;
    private static Account victim;
    private static String victimsScore;

    @BeforeAll
    static void start() {
        redis = Stores.newRedis();
        app = App.start(Stores.newDatabase(), redis.uri());
        victim = app.api().newAccount();
        victimsScore = app.api()
                .post("/api/v1/scores", victim.token(), Api.score("running", 5))
                .json()
                .getString("id");
        app.api().put("/api/v1/groups/theirs", victim.token(), new JsonObject());
        app.api()
                .post(
                        "/api/v1/leaderboards",
                        App.ADMIN_KEY,
                        new JsonObject()
                                .put("id", "secret")
                                .put("title", "Secret")
                                .put("activities", new JsonArray().add("running"))
                                .put("mode", "sum")
                                .put("period", "all-time")
                                .put("visibility", "private"));
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
    }

    /** Fresh: one of the calls is to erase oneself. */
    private static @Nullable String bearer(String role) {
        return switch (role) {
            case "athlete" -> app.api().newAccount().token();
            case "ingest" -> app.ingestKey();
            case "admin" -> App.ADMIN_KEY;
            default -> null;
        };
    }

    private static Map<String, List<String>> table() throws IOException {
        Map<String, List<String>> rows = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("SECURITY.md"))) {
            if (line.matches("\\| `[A-Z]+ /.*")) {
                String[] cells = line.split("\\|", -1);
                rows.put(
                        cells[1].strip().replace("`", ""),
                        Arrays.stream(cells, 2, 6).map(String::strip).toList());
            }
        }
        return rows;
    }

    @Test
    void shouldHaveARuleForEveryRoute() throws IOException {
        List<String> routes = new ArrayList<>(app.allRoutes());
        OF_NO_ROLE.forEach(each -> assertTrue(routes.remove(each), () -> each + " is not among " + routes));
        assertEquals(List.copyOf(table().keySet()), routes.stream().distinct().toList());
    }

    @Test
    void shouldAnswerEveryRoleAsTheTableSays() throws IOException {
        List<String> wrong = new ArrayList<>();
        table().forEach((route, rules) -> {
            for (int i = 0; i < ROLES.size(); i++) {
                String role = ROLES.get(i);
                String rule = rules.get(i);
                String method = route.substring(0, route.indexOf(' '));
                String path = path(route.substring(route.indexOf(' ') + 1), rule.equals("own"));
                String body = path.endsWith("/members") && method.equals("PATCH") ? "{\"add\":[\"x\"]}" : "{}";
                boolean bodied = !method.equals("GET") && !method.equals("DELETE");
                int status = app.api()
                        .call(method, path, bearer(role), bodied ? body : null, Map.of())
                        .status();
                boolean right =
                        switch (rule) {
                            case "yes" -> status != 401 && status != 403 && status < 500;
                            case "own" -> status == 403 || status == 404;
                            default -> status == Integer.parseInt(rule);
                        };
                if (!right) {
                    wrong.add(role + ": " + method + " " + path + " gave " + status + ", not " + rule);
                }
            }
        });
        assertEquals(List.of(), wrong);
        assertEquals(
                200,
                app.api().get("/api/v1/scores/" + victimsScore, victim.token()).status());
        assertEquals(
                "theirs",
                app.api().get("/api/v1/groups/theirs", victim.token()).json().getString("title"));
    }

    /** What is somebody else's where that is to be refused; else what is not there. */
    private static String path(String template, boolean others) {
        String filled = template.replace("{userId}", others ? victim.id() : "nobody-here");
        String id = "none";
        if (template.startsWith("/api/v1/scores")) {
            id = others ? victimsScore : "00000000-0000-4000-8000-000000000000";
        } else if (template.startsWith("/api/v1/groups")) {
            id = others ? "theirs" : "none";
        }
        return filled.replace("{id}", id).replace("{activity}", "running");
    }

    @Test
    void shouldLetSocketsRegisterForWhatTheyMaySeeAlone() {
        for (String role : ROLES) {
            boolean key = role.equals("ingest") || role.equals("admin");
            boolean nobody = role.equals("nobody");
            assertEquals(200, register(role, "leaderboard.overall"), role);
            boolean admin = role.equals("admin");
            assertEquals(admin ? 200 : 404, register(role, "leaderboard.secret"), role);
            assertEquals(key ? 200 : 404, register(role, "leaderboard.overall.group.theirs"), role);
            assertEquals(admin ? 200 : 404, register(role, "leaderboard.secret.group.theirs"), role);
            assertEquals(
                    nobody ? 401 : 403,
                    register(role, Addresses.user(victim.id()).name()),
                    role);
        }
    }

    /** 200 when something comes; else the code of the refusal. */
    private static int register(String role, String address) {
        String bearer = bearer(role);
        try (Viewer viewer = new Viewer(app.port())) {
            JsonObject headers =
                    bearer == null ? new JsonObject() : new JsonObject().put("Authorization", "Bearer " + bearer);
            viewer.send(new JsonObject()
                    .put("type", "register")
                    .put("address", address)
                    .put("headers", headers));
            Await.until(
                    "an answer",
                    () -> !viewer.bodies(address).isEmpty() || !viewer.frames().isEmpty());
            return viewer.bodies(address).isEmpty() ? viewer.frames().get(0).getInteger("failureCode", 0) : 200;
        }
    }

    @Test
    void shouldKeepEveryAddressOfTheBusFromSockets() throws IllegalAccessException {
        List<String> addresses = new ArrayList<>(List.of("", "*", "leaderboard", "leaderboard.", "user.", "vertx"));
        for (Field field : Addresses.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                Object value = field.get(null);
                addresses.add(value instanceof Call<?, ?> call ? call.name() : ((Address<?>) value).name());
            }
        }
        assertTrue(addresses.size() > 25, addresses.toString());
        for (String role : ROLES) {
            String bearer = bearer(role);
            JsonObject headers =
                    bearer == null ? new JsonObject() : new JsonObject().put("Authorization", "Bearer " + bearer);
            for (String address : addresses) {
                for (String type : List.of("register", "send", "publish")) {
                    try (Viewer viewer = new Viewer(app.port())) {
                        viewer.send(new JsonObject()
                                .put("type", type)
                                .put("address", address)
                                .put("headers", headers)
                                .put("body", new JsonObject()));
                        Await.until(role + " to be refused to " + type + " " + address, () -> viewer.frames().stream()
                                .anyMatch(frame -> Integer.valueOf(403).equals(frame.getInteger("failureCode"))
                                        || Integer.valueOf(404).equals(frame.getInteger("failureCode"))
                                        || Integer.valueOf(401).equals(frame.getInteger("failureCode"))));
                        assertTrue(
                                viewer.frames().stream().noneMatch(frame -> "rec".equals(frame.getString("type"))),
                                address);
                    }
                }
            }
        }
    }
}
