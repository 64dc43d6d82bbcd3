package dev.pacesetter.fuzz;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.App;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom it is thrown at: the calls that there are, who may make them, and what there is to be harmed.
 *
 * @param score one of the user's
 * @param problems the types that a refusal may have
 */
record Target(
        int port, List<Operation> operations, Account user, String ingestKey, String score, Set<String> problems) {

    static final String PASSWORD = "correct horse";
    /** What ends the very user, or token, that the rest is sent as. */
    private static final Set<String> OF_NO_RETURN = Set.of("eraseMe");

    private static final int USERS = 30;

    /** Fills a node with something to lose. */
    static Target prepare(App app, List<Operation> operations, Set<String> problems) {
        Api api = app.api();
        Account user = api.newAccount();
        String ingest = app.ingestKey();
        for (int i = 0; i < USERS; i++) {
            JsonObject score =
                    Api.score(i % 3 == 0 ? "running-5k" : "running", 1_000 + i).put("userId", "fuzz-" + i);
            must(201, api.post("/api/v1/scores", ingest, score));
        }
        Api.Answer own = must(201, api.post("/api/v1/scores", user.token(), Api.score("running", 7)));
        JsonObject group = new JsonObject().put("visibility", "private").put("members", new JsonArray().add("fuzz-1"));
        must(201, api.put("/api/v1/groups/fuzz-group", user.token(), group));
        must(201, api.put("/api/v1/groups/fuzz-key-group", ingest, group));
        return new Target(app.port(), operations, user, ingest, own.json().getString("id"), problems);
    }

    private static Api.Answer must(int status, Api.Answer answer) {
        if (answer.status() != status) {
            throw new IllegalStateException(answer.status() + " " + answer.text());
        }
        return answer;
    }

    /** A call of the contract. */
    Operation operation(Dice dice) {
        return dice.of(operations);
    }

    /** A call that takes a JSON body. */
    Operation withBody(Dice dice) {
        return dice.of(operations.stream()
                .filter(one -> one.fields() != null && !one.fields().isEmpty())
                .toList());
    }

    /** A call that changes nothing. */
    Operation reading(Dice dice) {
        return dice.of(operations.stream().filter(one -> !one.writes()).toList());
    }

    /** Somebody's token or key, most often of one who gets far; null: nobody's. */
    @Nullable String bearer(Dice dice, Operation operation) {
        boolean own = operation.path().contains("/me") || operation.path().equals("/api/v1/scores");
        String bearer = dice.chance(60)
                ? own ? user.token() : App.ADMIN_KEY
                : dice.of(user.token(), ingestKey, App.ADMIN_KEY, "");
        boolean never = bearer.isEmpty() || (bearer.equals(user.token()) && OF_NO_RETURN.contains(operation.id()));
        return never ? null : bearer;
    }

    /** Its path, to what is there when nothing is changed by it, else to what is not. */
    String harmless(Operation operation) {
        return fill(operation, !operation.writes());
    }

    /** Its path, to what may be changed. */
    String changeable(Operation operation) {
        boolean may = Set.of("PUT", "PATCH", "POST").contains(operation.method())
                && !operation.path().matches(".*/(hidden|suspended|reject|release|rebuild)");
        return fill(operation, may && !operation.id().equals("changeLeaderboard"));
    }

    private String fill(Operation operation, boolean there) {
        String path = operation.path();
        String id = there ? "fuzz-1" : "absent";
        if (path.startsWith("/api/v1/scores/")) {
            id = there ? score : "00000000-0000-4000-8000-000000000000";
        } else if (path.startsWith("/api/v1/keys/")) {
            id = "00000000-0000-4000-8000-000000000000";
        } else if (path.startsWith("/api/v1/leaderboards/")) {
            id = there ? "overall" : "absent";
        } else if (path.startsWith("/api/v1/groups/")) {
            id = there ? "fuzz-key-group" : "absent";
        }
        return path.replace("{userId}", there ? "fuzz-2" : "absent")
                .replace("{activity}", there ? "fuzz-activity" : "absent")
                .replaceAll("\\{[a-zA-Z]+}", id);
    }

    /** A request without a body, but for what follows its first line. */
    static String head(String method, String target, @Nullable String bearer) {
        return method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + (bearer == null ? "" : "Authorization: Bearer " + bearer + "\r\n");
    }

    /** A request with a body of JSON. */
    static String json(String method, String target, @Nullable String bearer, String body) {
        return head(method, target, bearer) + "Content-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    /** The right fields for those calls whose contract's own words would make too much. */
    static Map<String, String> tamed(String operation) {
        return switch (operation) {
            // It is there: so nothing is made.
            case "createLeaderboard" -> Map.of("id", "\"overall\"");
            case "signUp", "signIn" -> Map.of("username", "\"fuzz-user\"", "password", "\"" + PASSWORD + "\"");
            case "postScore" -> Map.of("activity", "\"running\"", "userId", "\"fuzz-3\"", "score", "1");
            default -> Map.of();
        };
    }
}
