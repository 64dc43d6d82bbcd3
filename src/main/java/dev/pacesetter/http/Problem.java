package dev.pacesetter.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/**
 * Everything that can be wrong with a call: the one catalogue, as RFC 9457 has it. {@code docs/problems.md} explains
 * each.
 *
 * @param slug the stable part of the type, {@code urn:pacesetter:problem:<slug>}
 * @param status HTTP's
 * @param title of the type
 * @param detail of this occurrence: what to change
 * @param errors by field, where fields are wrong
 * @param retryAfterSeconds when to try again; 0: it makes no sense to
 */
public record Problem(
        String slug, int status, String title, String detail, List<FieldError> errors, int retryAfterSeconds) {

    private static final String TYPE = "urn:pacesetter:problem:";

    private static final Set<String> SLUGS = Set.of(
            "malformed-json",
            "invalid-request",
            "body-too-large",
            "batch-too-long",
            "unsupported-media-type",
            "unauthenticated",
            "forbidden",
            "not-found",
            "method-not-allowed",
            "username-taken",
            "leaderboard-exists",
            "leaderboard-sealed",
            "too-many-leaderboards",
            "too-many-groups",
            "group-full",
            "idempotency-conflict",
            "score-out-of-range",
            "user-suspended",
            "too-many-requests",
            "request-timeout",
            "uri-too-long",
            "headers-too-large",
            "ranking-unavailable",
            "storage-unavailable",
            "internal");

    public Problem {
        if (!SLUGS.contains(slug)) {
            throw new IllegalArgumentException(slug + " is not in the catalogue");
        }
        errors = List.copyOf(errors);
    }

    /** The slugs of all that there are. */
    public static Set<String> slugs() {
        return SLUGS;
    }

    private static Problem of(String slug, int status, String title, String detail) {
        return new Problem(slug, status, title, detail, List.of(), 0);
    }

    private static Problem later(String slug, int status, String title, String detail) {
        return new Problem(slug, status, title, detail, List.of(), 1);
    }

    /** The body is no JSON object. */
    public static Problem malformedJson(String detail) {
        return of("malformed-json", 400, "The body is not a JSON object", detail);
    }

    /** Fields, parameters or headers are wrong. */
    public static Problem invalid(List<FieldError> errors) {
        String fields = String.join(", ", errors.stream().map(FieldError::field).toList());
        return new Problem(
                "invalid-request", 400, "The request is not valid", "Wrong or missing: " + fields, errors, 0);
    }

    /** One field, parameter or header is wrong. */
    public static Problem invalid(String field, String detail) {
        return invalid(List.of(new FieldError(field, detail)));
    }

    /** The body is larger than allowed. */
    public static Problem bodyTooLarge(int maxBytes) {
        return bodyTooLarge("one request", maxBytes);
    }

    /** A part of the body is larger than allowed. */
    public static Problem bodyTooLarge(String part, int maxBytes) {
        return of("body-too-large", 413, "The body is too large", "Send at most " + maxBytes + " bytes in " + part);
    }

    /** A batch has more lines than allowed. */
    public static Problem batchTooLong(int most) {
        return of(
                "batch-too-long",
                413,
                "The batch has too many lines",
                "Send at most " + most + " lines in one request; this one and what follows was not read");
    }

    /** The body is not declared as JSON. */
    public static Problem unsupportedMediaType() {
        return of(
                "unsupported-media-type",
                415,
                "The body has another content type",
                "Send JSON, with the header Content-Type: application/json");
    }

    /** No token or key, or one that does not hold. */
    public static Problem unauthenticated(String detail) {
        return of("unauthenticated", 401, "Sign in first", detail);
    }

    /** The caller may not do this. */
    public static Problem forbidden(String detail) {
        return of("forbidden", 403, "This is not yours to do", detail);
    }

    /** There is no such thing. */
    public static Problem notFound(String detail) {
        return of("not-found", 404, "There is no such thing", detail);
    }

    /** The path is there, the method is not. */
    public static Problem methodNotAllowed(String method) {
        return of("method-not-allowed", 405, "The method is not allowed here", method + " does nothing on this path");
    }

    /** Somebody has this name. */
    public static Problem usernameTaken(String username) {
        return of("username-taken", 409, "The username is taken", "Choose another one than " + username);
    }

    /** Somebody made a leaderboard of this id before. */
    public static Problem leaderboardExists(String id) {
        return of(
                "leaderboard-exists",
                409,
                "There is such a leaderboard",
                "Choose another id than " + id + ", or change that one by PUT");
    }

    /** What sealed periods were ranked by does not change. */
    public static Problem leaderboardSealed(String id) {
        return of(
                "leaderboard-sealed",
                409,
                "The leaderboard has sealed periods",
                "Mode, order, period and timeZone of " + id + " stay as they are; make another leaderboard instead");
    }

    /** There is no room for another leaderboard. */
    public static Problem tooManyLeaderboards(int most) {
        return of(
                "too-many-leaderboards",
                422,
                "There are too many leaderboards",
                "At most " + most + " are kept; delete one first");
    }

    /** A user owns as many groups as there may be. */
    public static Problem tooManyGroups(int most) {
        return of(
                "too-many-groups",
                422,
                "There are too many groups",
                "A user may own at most " + most + "; delete one first");
    }

    /** A group has no room for those who are to be added. */
    public static Problem groupFull(int most) {
        return of(
                "group-full",
                422,
                "The group is full",
                "It may have at most " + most + " members; nothing was changed");
    }

    /** The idempotency key was used for another request. */
    public static Problem idempotencyConflict() {
        return of(
                "idempotency-conflict",
                422,
                "The idempotency key was used for other content",
                "Repeat exactly what was sent first with this Idempotency-Key, or use a new key");
    }

    /** A leaderboard does not take such a score. */
    public static Problem scoreOutOfRange(String detail) {
        return of("score-out-of-range", 422, "The score is out of range", detail);
    }

    /** From this user nothing is taken. */
    public static Problem suspended() {
        return of(
                "user-suspended",
                403,
                "Nothing is taken from this user",
                "An admin has suspended this user; ask there");
    }

    /** Too much is going on. */
    public static Problem tooManyRequests(String detail) {
        return later("too-many-requests", 429, "Too many requests", detail);
    }

    /** Somebody does something too often. */
    public static Problem tooManyRequests(String detail, int retryAfterSeconds) {
        return new Problem(
                "too-many-requests", 429, "Too many requests", detail, List.of(), Math.max(1, retryAfterSeconds));
    }

    /** The request did not come in time. */
    static Problem requestTimeout(int seconds) {
        return of(
                "request-timeout",
                408,
                "The request took too long to come",
                "Send the head of a request within " + seconds + " s, and its body within as many");
    }

    /** A request with a score a line did not come to its end in time. */
    public static Problem batchTimeout(int seconds) {
        return of(
                "request-timeout",
                408,
                "The request took too long to come",
                "Send a batch within " + seconds + " s; what follows was not read: send it as another batch");
    }

    /** The first line of the request is too long. */
    static Problem uriTooLong(int most) {
        return of("uri-too-long", 414, "The address is too long", "Send at most " + most + " bytes in the first line");
    }

    /** The head of the request is too long. */
    static Problem headersTooLarge(int most) {
        return of("headers-too-large", 431, "The headers are too large", "Send at most " + most + " bytes of headers");
    }

    /** Redis is down, or being caught up. */
    public static Problem rankingUnavailable() {
        return later(
                "ranking-unavailable",
                503,
                "Rankings cannot be read now",
                "Scores are still taken; rankings come back by themselves");
    }

    /** PostgreSQL is down. */
    public static Problem storageUnavailable() {
        return later(
                "storage-unavailable",
                503,
                "Nothing can be stored now",
                "Try again later, with the same Idempotency-Key: what was stored after all is not counted twice");
    }

    /** A defect. */
    public static Problem internal() {
        return of("internal", 500, "Something is wrong on our side", "It has been logged");
    }

    /** The body that says it. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("type", TYPE + slug)
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        if (!errors.isEmpty()) {
            JsonArray all = new JsonArray();
            errors.forEach(error ->
                    all.add(new JsonObject().put("field", error.field()).put("detail", error.detail())));
            json.put("errors", all);
        }
        return json;
    }

    /** Answers with it. */
    void send(HttpServerResponse response) {
        if (response.ended() || response.headWritten()) {
            return;
        }
        response.setStatusCode(status).putHeader("Content-Type", "application/problem+json");
        if (retryAfterSeconds > 0) {
            response.putHeader("Retry-After", String.valueOf(retryAfterSeconds));
        }
        if (status == 401) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        response.end(toJson().toBuffer());
    }

    /** To fail a future or a request with it. */
    public ProblemException exception() {
        return new ProblemException(this);
    }
}
