package dev.pacesetter.fuzz;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What was thrown and what came back. */
final class Tally {

    private final Map<String, Integer> kinds = new TreeMap<>();
    private final Map<String, Integer> statuses = new TreeMap<>();
    private final Set<String> scores = new HashSet<>();
    private int accepted;

    /** Counts one. */
    void add(Family family, Input input, List<Answer> answers) {
        kinds.merge(family.name(), 1, Integer::sum);
        if (answers.isEmpty()) {
            statuses.merge(input.isSocket() ? "a socket" : "closed without an answer", 1, Integer::sum);
        }
        boolean posts = input.start().startsWith("POST /api/v1/scores");
        for (Answer answer : answers) {
            statuses.merge(String.valueOf(answer.status()), 1, Integer::sum);
            boolean json = answer.headers().getOrDefault("content-type", "").contains("json");
            if (posts && json && answer.status() / 100 == 2) {
                accepted++;
                answer.body().lines().forEach(this::score);
            }
        }
    }

    private void score(String line) {
        try {
            String id = new JsonObject(line).getString("id");
            if (id != null) {
                scores.add(id);
            }
        } catch (DecodeException none) {
            throw new AssertionError("an answer to scores that is no JSON: " + line, none);
        }
    }

    /** Ids of the scores that were said to be stored. */
    Set<String> scores() {
        return scores;
    }

    /** How many answers had a status. */
    int of(int status) {
        return statuses.getOrDefault(String.valueOf(status), 0);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("| inputs | |\n|---|---|\n");
        kinds.forEach((kind, count) ->
                text.append("| ").append(kind).append(" | ").append(count).append(" |\n"));
        text.append("\n| answers | |\n|---|---|\n");
        statuses.forEach((status, count) ->
                text.append("| ").append(status).append(" | ").append(count).append(" |\n"));
        return text.append("\nScores accepted: ")
                .append(scores.size())
                .append(" by ")
                .append(accepted)
                .append(" answers.\n")
                .toString();
    }
}
