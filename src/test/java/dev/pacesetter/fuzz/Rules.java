package dev.pacesetter.fuzz;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What an answer must be, whatever was asked. */
final class Rules {

    private static final Pattern INSIDE = Pattern.compile(
            "Exception|\\bat [a-z]+\\.[a-zA-Z.]+\\(|(java|io\\.vertx|io\\.netty|com\\.fasterxml)\\.[a-z]|dev\\.pacesetter|PgException|SQLSTATE");
    private static final Set<Integer> NOT_HTTP_1 = Set.of(501, 505);

    private final Set<String> problems;

    /** With the types that a refusal may have. */
    Rules(Set<String> problems) {
        this.problems = problems;
    }

    /** What is wrong with the answers; nothing when they are as they must be. */
    List<String> broken(Input input, List<Answer> answers) {
        List<String> broken = new ArrayList<>();
        for (Answer answer : answers) {
            check(input, answer, broken);
        }
        return broken;
    }

    private void check(Input input, Answer answer, List<String> broken) {
        if (answer.status() == 503 && input.path().startsWith("/health/ready")) {
            // A node that is behind says so; that it is there again is asked in the end.
            return;
        }
        if (answer.status() >= 500 && !NOT_HTTP_1.contains(answer.status())) {
            broken.add("answered " + answer.status() + " " + answer.body());
        }
        if (answer.headers().containsKey("x-injected")) {
            broken.add("a header that was in the request came back as one of the answer's");
        }
        if (answer.status() < 400 || NOT_HTTP_1.contains(answer.status())) {
            return;
        }
        if (INSIDE.matcher(answer.body()).find()) {
            broken.add("tells what is inside: " + answer.body());
        }
        if (input.path().startsWith("/api/") && input.ending() != Input.Ending.HEAD) {
            problem(answer, broken);
        }
    }

    private void problem(Answer answer, List<String> broken) {
        String type = answer.headers().getOrDefault("content-type", "none");
        if (!type.startsWith("application/problem+json")) {
            broken.add("a refusal (" + answer.status() + ") of type " + type + ": " + answer.body());
            return;
        }
        try {
            JsonObject problem = new JsonObject(answer.body());
            if (!problems.contains(problem.getString("type")) || problem.getInteger("status") != answer.status()) {
                broken.add("a problem that is not in the contract: " + answer.body());
            }
        } catch (DecodeException | ClassCastException | NullPointerException noProblem) {
            broken.add("no problem: " + answer.body());
        }
    }
}
