package dev.pacesetter.support;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Calls a running Pacesetter as an app would, over plain HTTP. */
public final class Api {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String base;

    /** With the server's root, such as {@code http://127.0.0.1:8080}. */
    public Api(String base) {
        this.base = base;
    }

    /** An answer. */
    public record Answer(int status, String contentType, Map<String, String> headers, String text) {
        /** The body, which must be a JSON object. */
        public JsonObject json() {
            return new JsonObject(text);
        }

        /** The last part of a problem's type; empty when this is no problem. */
        public String problem() {
            String type = contentType.startsWith("application/problem+json") ? json().getString("type") : "";
            return type.substring(type.lastIndexOf(':') + 1);
        }
    }

    /** A signed-up user. */
    public record Account(String id, String username, String token) {}

    public Answer get(String path, @Nullable String bearer) {
        return call("GET", path, bearer, null, Map.of());
    }

    public Answer post(String path, @Nullable String bearer, JsonObject body) {
        return call("POST", path, bearer, body.encode(), Map.of());
    }

    public Answer put(String path, @Nullable String bearer, JsonObject body) {
        return call("PUT", path, bearer, body.encode(), Map.of());
    }

    /** Any call; with a body, its content type is JSON unless the headers say otherwise. */
    public Answer call(
            String method, String path, @Nullable String bearer, @Nullable String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null && !headers.containsKey("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
            Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            response.headers().map().forEach((name, values) -> all.put(name, values.get(0)));
            return new Answer(response.statusCode(), all.getOrDefault("content-type", ""), all, response.body());
        } catch (IOException failure) {
            throw new IllegalStateException(method + " " + path + ": " + failure, failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** Signs a new user up and in. */
    public Account newAccount() {
        String username = "user-" + UUID.randomUUID().toString().substring(0, 8);
        JsonObject credentials = new JsonObject().put("username", username).put("password", "correct horse");
        Answer user = post("/api/v1/users", null, credentials);
        Answer token = post("/api/v1/tokens", null, credentials);
        return new Account(user.json().getString("id"), username, token.json().getString("token"));
    }

    /** A workout's score. */
    public static JsonObject score(String activity, int score) {
        return new JsonObject().put("activity", activity).put("score", score);
    }
}
