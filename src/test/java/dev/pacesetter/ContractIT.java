package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.settings.Resources;
import dev.pacesetter.support.Api;
import dev.pacesetter.support.Api.Account;
import dev.pacesetter.support.Api.Answer;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract is what the program does: every route is in it, every operation is there, every answer fits. */
class ContractIT {

    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    private static Path directory;

    private static RedisHandle redis;
    private static App app;
    private static Api api;
    private static OpenAPIContract contract;
    private static ResponseValidator validator;

    private final Set<String> called = new HashSet<>();

    @BeforeAll
    static void start() throws IOException {
        redis = Stores.newRedis();
        app = App.start(Stores.newDatabase(), redis.uri());
        api = app.api();
        // The library knows fewer media types than HTTP: for it, problems are plain JSON.
        String known = Resources.text("openapi.yaml")
                .replace("application/problem+json:", "application/json:")
                .replace("application/x-ndjson:", "text/plain:")
                .replace("text/csv:", "application/octet-stream:")
                .replace("application/yaml:", "text/plain:")
                .replaceAll(" +application/openmetrics-text:\n.*\n", "");
        Path file = Files.writeString(directory.resolve("openapi.yaml"), known);
        contract = Await.result(OpenAPIContract.from(VERTX, file.toString()));
        validator = ResponseValidator.create(VERTX, contract);
    }

    @AfterAll
    static void stop() {
        app.close();
        redis.close();
        Await.closed(VERTX);
    }

    @Test
    void shouldHoldEveryRouteAndNoOther() {
        Set<String> contracted = new TreeSet<>();
        for (Operation operation : contract.operations()) {
            contracted.add(operation.getHttpMethod() + " " + operation.getOpenAPIPath());
        }
        Set<String> routes = new TreeSet<>(app.routes());
        assertEquals(contracted, routes);
    }

    @Test
    void shouldServeTheContract() {
        Answer answer = api.get("/openapi.yaml", null);
        assertEquals(200, answer.status());
        assertTrue(answer.contentType().startsWith("application/yaml"));
        assertTrue(answer.text().startsWith("openapi: 3.1"));
    }

    private void groups(Account owner) {
        String group = "/api/v1/groups/contract";
        String member = group + "/members/contract.1";
        JsonObject some = new JsonObject().put("title", "A club").put("members", new JsonArray().add("contract.2"));
        check("putGroup", 201, "PUT", group, owner.token(), some);
        check("putGroup", 200, "PUT", group, App.ADMIN_KEY, some);
        check("putGroup", 400, "PUT", group, owner.token(), new JsonObject().put("open", 1));
        check("putGroup", 401, "PUT", group, null, some);
        check("getGroup", 200, "GET", group, owner.token(), null);
        check("getGroup", 404, "GET", group, null, null);
        check("listGroups", 200, "GET", "/api/v1/groups", owner.token(), null);
        check("listMembers", 200, "GET", group + "/members", owner.token(), null);
        check("joinGroup", 200, "PUT", member, owner.token(), null);
        check("joinGroup", 404, "PUT", "/api/v1/groups/none/members/me", owner.token(), null);
        check("leaveGroup", 200, "DELETE", member, owner.token(), null);
        check("leaveGroup", 401, "DELETE", member, null, null);
        JsonObject more = new JsonObject().put("add", new JsonArray().add("contract.3"));
        check("changeMembers", 200, "PATCH", group + "/members", owner.token(), more);
        check("changeMembers", 400, "PATCH", group + "/members", owner.token(), new JsonObject());
        String entries = "/api/v1/leaderboards/weekly/entries";
        check("listEntries", 200, "GET", entries + "?group=contract", owner.token(), null);
        check("listEntries", 404, "GET", entries + "?group=contract", null, null);
        check("deleteGroup", 204, "DELETE", group, owner.token(), null);
        check("deleteGroup", 404, "DELETE", group, owner.token(), null);
    }

    @Test
    void shouldAnswerEveryOperationAsContracted() {
        Account ada = api.newAccount();
        JsonObject credentials = new JsonObject().put("username", "contract").put("password", "correct horse");
        check("signUp", 201, "POST", "/api/v1/users", null, credentials);
        check("signUp", 409, "POST", "/api/v1/users", null, credentials);
        check("signUp", 400, "POST", "/api/v1/users", null, new JsonObject());
        check("signIn", 201, "POST", "/api/v1/tokens", null, credentials);
        check("signIn", 401, "POST", "/api/v1/tokens", null, credentials.copy().put("password", "wrong"));
        check("getMe", 200, "GET", "/api/v1/users/me", ada.token(), null);
        check("getMe", 401, "GET", "/api/v1/users/me", null, null);
        check("getMe", 403, "GET", "/api/v1/users/me", App.ADMIN_KEY, null);
        JsonObject name = new JsonObject().put("displayName", "C");
        check("putUser", 201, "PUT", "/api/v1/users/contract.1", App.ADMIN_KEY, name);
        check("putUser", 200, "PUT", "/api/v1/users/contract.1", App.ADMIN_KEY, name);
        check("putUser", 403, "PUT", "/api/v1/users/contract.1", ada.token(), name);
        check("postScore", 201, "POST", "/api/v1/scores", ada.token(), Api.score("running", 5));
        check("postScore", 422, "POST", "/api/v1/scores", ada.token(), Api.score("running", 100_001));
        check(
                "postScore",
                403,
                "POST",
                "/api/v1/scores",
                ada.token(),
                Api.score("running", 1).put("userId", "x"));
        check("postScore", 401, "POST", "/api/v1/scores", null, Api.score("running", 1));
        Answer posted = check("postScore", 201, "POST", "/api/v1/scores", ada.token(), Api.score("running", 6));
        String score = posted.headers().get("Location");
        check("deleteScore", 401, "DELETE", score, null, null);
        check("deleteScore", 404, "DELETE", score, api.newAccount().token(), null);
        check("deleteScore", 403, "DELETE", score, app.ingestKey(), null);
        check("deleteScore", 204, "DELETE", score, ada.token(), null);
        Answer more = check("postScore", 201, "POST", "/api/v1/scores", ada.token(), Api.score("running", 8));
        String another = more.headers().get("Location");
        check("getScore", 200, "GET", another, ada.token(), null);
        check("getScore", 404, "GET", score, ada.token(), null);
        check("changeScore", 200, "PATCH", another, ada.token(), new JsonObject().put("score", 9));
        check("changeScore", 400, "PATCH", another, ada.token(), new JsonObject());
        check("changeScore", 422, "PATCH", another, ada.token(), new JsonObject().put("score", 100_001));
        check("changeScore", 401, "PATCH", another, null, new JsonObject().put("score", 9));
        JsonObject reason = new JsonObject().put("reason", "contract");
        check("releaseScore", 204, "POST", another + "/release", App.ADMIN_KEY, reason);
        check("releaseScore", 403, "POST", another + "/release", ada.token(), null);
        check("rejectScore", 204, "POST", another + "/reject", App.ADMIN_KEY, reason);
        check("rejectScore", 404, "POST", score.replaceAll(".$", "x") + "/reject", App.ADMIN_KEY, null);
        check("listHeld", 200, "GET", "/api/v1/scores/held", App.ADMIN_KEY, null);
        check("listHeld", 400, "GET", "/api/v1/scores/held?cursor=x", App.ADMIN_KEY, null);
        check("exportScores", 200, "GET", "/api/v1/scores/export", ada.token(), null);
        check("exportScores", 400, "GET", "/api/v1/scores/export?format=xlsx", ada.token(), null);
        check("exportScores", 401, "GET", "/api/v1/scores/export", null, null);
        check("exportScores", 403, "GET", "/api/v1/scores/export", app.ingestKey(), null);
        check("exportScores", 404, "GET", "/api/v1/scores/export?userId=nobody-here", App.ADMIN_KEY, null);
        check("listMyBests", 200, "GET", "/api/v1/users/me/bests", ada.token(), null);
        check("listMyBests", 403, "GET", "/api/v1/users/me/bests", App.ADMIN_KEY, null);
        check("listBests", 200, "GET", "/api/v1/users/" + ada.id() + "/bests", App.ADMIN_KEY, null);
        check("listBests", 400, "GET", "/api/v1/users/a%20b/bests", App.ADMIN_KEY, null);
        check("listBests", 404, "GET", "/api/v1/users/nobody-here/bests", App.ADMIN_KEY, null);
        check("listAudit", 200, "GET", "/api/v1/audit?userId=" + ada.id(), App.ADMIN_KEY, null);
        check("listAudit", 400, "GET", "/api/v1/audit?scoreId=x", App.ADMIN_KEY, null);
        String limits = "/api/v1/activities/running/limits";
        check("limitActivity", 200, "PUT", limits, App.ADMIN_KEY, new JsonObject().put("maxPerDay", 1_000));
        check("limitActivity", 400, "PUT", limits, App.ADMIN_KEY, new JsonObject().put("maxPerDay", 0));
        check("listActivities", 200, "GET", "/api/v1/activities", App.ADMIN_KEY, null);
        check("unlimitActivity", 204, "DELETE", limits, App.ADMIN_KEY, null);
        check("unlimitActivity", 404, "DELETE", limits, App.ADMIN_KEY, null);
        String suspended = "/api/v1/users/" + ada.id() + "/suspended";
        check("suspendUser", 204, "PUT", suspended, App.ADMIN_KEY, reason);
        check("postScore", 403, "POST", "/api/v1/scores", ada.token(), Api.score("running", 1));
        check("listSuspended", 200, "GET", "/api/v1/users/suspended", App.ADMIN_KEY, null);
        check("resumeUser", 204, "DELETE", suspended, App.ADMIN_KEY, null);
        check("resumeUser", 403, "DELETE", suspended, ada.token(), null);
        check("listHidden", 200, "GET", "/api/v1/users/hidden", App.ADMIN_KEY, null);
        groups(ada);
        JsonObject line = Api.score("running", 7).put("userId", "contract.1").put("key", "k");
        check("postScores", 200, "POST", "/api/v1/scores/batch", App.ADMIN_KEY, line);
        check("postScores", 401, "POST", "/api/v1/scores/batch", null, line);
        check("postScores", 403, "POST", "/api/v1/scores/batch", ada.token(), line);
        check("listPeriods", 200, "GET", "/api/v1/leaderboards/weekly/periods", null, null);
        check("listPeriods", 400, "GET", "/api/v1/leaderboards/weekly/periods?limit=0", null, null);
        check("listPeriods", 404, "GET", "/api/v1/leaderboards/nothing/periods", null, null);
        check("listLeaderboards", 200, "GET", "/api/v1/leaderboards", null, null);
        check("listScores", 200, "GET", "/api/v1/scores?limit=2", ada.token(), null);
        check("listScores", 400, "GET", "/api/v1/scores?limit=0", ada.token(), null);
        check("listScores", 401, "GET", "/api/v1/scores", null, null);
        check("renameMe", 200, "PATCH", "/api/v1/users/me", ada.token(), name);
        check("renameMe", 400, "PATCH", "/api/v1/users/me", ada.token(), new JsonObject());
        JsonObject why = new JsonObject().put("reason", "contract");
        String hidden = "/api/v1/users/" + ada.id() + "/hidden";
        check("hideUser", 204, "PUT", hidden, App.ADMIN_KEY, why);
        check("hideUser", 400, "PUT", hidden, App.ADMIN_KEY, new JsonObject());
        check("hideUser", 403, "PUT", hidden, ada.token(), why);
        check("hideUser", 404, "PUT", "/api/v1/users/nobody-here/hidden", App.ADMIN_KEY, why);
        check("showUser", 204, "DELETE", hidden, App.ADMIN_KEY, null);
        check("showUser", 401, "DELETE", hidden, null, null);
        Account gone = api.newAccount();
        check("eraseMe", 204, "DELETE", "/api/v1/users/me", gone.token(), null);
        check("eraseMe", 401, "DELETE", "/api/v1/users/me", gone.token(), null);
        check("signOut", 401, "DELETE", "/api/v1/tokens", gone.token(), null);
        check("signOut", 403, "DELETE", "/api/v1/tokens", App.ADMIN_KEY, null);
        check("signOut", 204, "DELETE", "/api/v1/tokens", api.newAccount().token(), null);
        String tokens = "/api/v1/users/" + ada.id() + "/tokens";
        check("signOutUser", 403, "DELETE", tokens, ada.token(), null);
        check("signOutUser", 404, "DELETE", "/api/v1/users/nobody-here/tokens", App.ADMIN_KEY, null);
        check("eraseUser", 404, "DELETE", "/api/v1/users/" + gone.id(), App.ADMIN_KEY, null);
        check("eraseUser", 403, "DELETE", "/api/v1/users/" + gone.id(), ada.token(), null);
        check("eraseUser", 204, "DELETE", "/api/v1/users/contract.1", App.ADMIN_KEY, null);
        JsonObject board = new JsonObject()
                .put("id", "contract")
                .put("title", "Contract")
                .put("activities", new JsonArray().add("contract"))
                .put("mode", "best")
                .put("period", "day");
        check("createLeaderboard", 401, "POST", "/api/v1/leaderboards", null, board);
        check("createLeaderboard", 403, "POST", "/api/v1/leaderboards", ada.token(), board);
        check("createLeaderboard", 400, "POST", "/api/v1/leaderboards", App.ADMIN_KEY, new JsonObject());
        check("createLeaderboard", 201, "POST", "/api/v1/leaderboards", App.ADMIN_KEY, board);
        check("createLeaderboard", 409, "POST", "/api/v1/leaderboards", App.ADMIN_KEY, board);
        check("changeLeaderboard", 200, "PUT", "/api/v1/leaderboards/contract", App.ADMIN_KEY, board.put("title", "C"));
        check("changeLeaderboard", 403, "PUT", "/api/v1/leaderboards/contract", ada.token(), board);
        check("deleteLeaderboard", 403, "DELETE", "/api/v1/leaderboards/contract", ada.token(), null);
        check("deleteLeaderboard", 204, "DELETE", "/api/v1/leaderboards/contract", App.ADMIN_KEY, null);
        check("deleteLeaderboard", 404, "DELETE", "/api/v1/leaderboards/contract", App.ADMIN_KEY, null);
        check("getLeaderboard", 200, "GET", "/api/v1/leaderboards/weekly", null, null);
        check("getLeaderboard", 404, "GET", "/api/v1/leaderboards/nope", null, null);
        check("listEntries", 200, "GET", "/api/v1/leaderboards/weekly/entries", null, null);
        check("listEntries", 400, "GET", "/api/v1/leaderboards/weekly/entries?limit=0", null, null);
        check("exportLeaderboard", 200, "GET", "/api/v1/leaderboards/weekly/export", App.ADMIN_KEY, null);
        check("exportLeaderboard", 200, "GET", "/api/v1/leaderboards/weekly/export?format=ndjson", App.ADMIN_KEY, null);
        check("exportLeaderboard", 401, "GET", "/api/v1/leaderboards/weekly/export", null, null);
        check("exportLeaderboard", 400, "GET", "/api/v1/leaderboards/weekly/export?format=", App.ADMIN_KEY, null);
        check("exportLeaderboard", 404, "GET", "/api/v1/leaderboards/weekly/export?period=never", App.ADMIN_KEY, null);
        check("getEntry", 200, "GET", "/api/v1/leaderboards/weekly/entries/me?around=3", ada.token(), null);
        check("getEntry", 404, "GET", "/api/v1/leaderboards/weekly/entries/nobody", null, null);
        check("rebuildLeaderboard", 202, "POST", "/api/v1/leaderboards/fastest-5k/rebuild", App.ADMIN_KEY, null);
        check("rebuildLeaderboard", 401, "POST", "/api/v1/leaderboards/fastest-5k/rebuild", null, null);
        JsonObject key = new JsonObject().put("role", "ingest").put("label", "contract");
        Answer made = check("makeKey", 201, "POST", "/api/v1/keys", App.ADMIN_KEY, key);
        check("makeKey", 400, "POST", "/api/v1/keys", App.ADMIN_KEY, new JsonObject());
        check("listKeys", 200, "GET", "/api/v1/keys", App.ADMIN_KEY, null);
        String path = "/api/v1/keys/" + made.json().getString("id");
        check("deleteKey", 204, "DELETE", path, App.ADMIN_KEY, null);
        check("deleteKey", 404, "DELETE", path, App.ADMIN_KEY, null);
        check("signOutUser", 204, "DELETE", tokens, App.ADMIN_KEY, null);
        check("listAudit", 200, "GET", "/api/v1/audit?userId=" + ada.id(), App.ADMIN_KEY, null);
        check("listAudit", 200, "GET", "/api/v1/audit", App.ADMIN_KEY, null);
        check("listAudit", 400, "GET", "/api/v1/audit?subject=x", App.ADMIN_KEY, null);
        check("deleteKey", 400, "DELETE", path + "?reason=", App.ADMIN_KEY, null);
        check("live", 200, "GET", "/health/live", null, null);
        // A leaderboard is being rebuilt.
        Await.until("ready", () -> api.get("/health/ready", null).status() == 200);
        check("ready", 200, "GET", "/health/ready", null, null);
        String metrics = check("metrics", 200, "GET", "/metrics", null, null).text();
        assertTrue(metrics.contains("pacesetter_ranking_audited_total"), metrics);
        check("contract", 200, "GET", "/openapi.yaml", null, null);
        check("stream", 200, "GET", "/asyncapi.yaml", null, null);
        check("docs", 302, "GET", "/docs", null, null);

        Set<String> all = new TreeSet<>();
        contract.operations().forEach(operation -> all.add(operation.getOperationId()));
        assertEquals(all, new TreeSet<>(called), "every operation must be called here");
    }

    private Answer check(
            String operation,
            int status,
            String method,
            String path,
            @Nullable String bearer,
            @Nullable JsonObject body) {
        called.add(operation);
        Answer answer = api.call(method, path, bearer, body == null ? null : body.encode(), Map.of());
        assertEquals(status, answer.status(), operation + ": " + answer.text());
        assertTrue(
                contract.operation(operation).getResponse(status) != null, operation + " does not contract " + status);
        if (!answer.text().isEmpty()
                && status != 302
                && !answer.contentType().matches("application/yaml.*|text/plain.*|text/csv.*|application/x-ndjson")) {
            assertEquals(status < 400 ? "application/json" : "application/problem+json", answer.contentType());
            ValidatableResponse response = ValidatableResponse.create(
                    status, answer.headers(), Buffer.buffer(answer.text()), "application/json");
            Await.result(validator.validate(response, operation));
        }
        return answer;
    }
}
