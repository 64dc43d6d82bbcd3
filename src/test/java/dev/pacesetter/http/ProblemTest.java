package dev.pacesetter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The catalogue: what callers may rely on. */
class ProblemTest {

    private static final List<Problem> ALL = List.of(
            Problem.malformedJson("d"),
            Problem.invalid("f", "d"),
            Problem.bodyTooLarge(1),
            Problem.unsupportedMediaType(),
            Problem.unauthenticated("d"),
            Problem.forbidden("d"),
            Problem.notFound("d"),
            Problem.methodNotAllowed("PATCH"),
            Problem.usernameTaken("ada"),
            Problem.idempotencyConflict(),
            Problem.scoreOutOfRange("d"),
            Problem.tooManyRequests("d"),
            Problem.rankingUnavailable(),
            Problem.storageUnavailable(),
            Problem.internal());

    /** Each can be made, and each is explained. */
    @Test
    void shouldKnowAllSlugs() throws IOException {
        Set<String> documented = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| \\d{3} \\|")
                .matcher(Files.readString(Path.of("docs", "problems.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
        assertEquals(documented, Problem.slugs());
        assertThrows(IllegalArgumentException.class, () -> new Problem("made-up", 400, "Made up", "d", List.of(), 0));
    }

    @Test
    void shouldHaveATypeOfItsOwnEach() {
        Set<String> types = new HashSet<>();
        for (Problem problem : ALL) {
            JsonObject json = problem.toJson();
            assertTrue(json.getString("type").matches("urn:pacesetter:problem:[a-z0-9-]+"), json.encode());
            assertTrue(types.add(json.getString("type")), json.encode());
            assertEquals(problem.status(), json.getInteger("status"));
            assertFalse(json.getString("title").isBlank());
            assertFalse(json.getString("detail").isBlank());
        }
    }

    @Test
    void shouldSayWhenToTryAgainWhereThatHelps() {
        for (Problem problem : ALL) {
            boolean temporary = problem.status() == 429 || problem.status() == 503;
            assertEquals(temporary, problem.retryAfterSeconds() > 0, problem.slug());
        }
    }

    @Test
    void shouldListWhatIsWrongByField() {
        Problem problem = Problem.invalid(List.of(new FieldError("a", "must be x"), new FieldError("b", "must be y")));
        assertEquals(400, problem.status());
        assertEquals("Wrong or missing: a, b", problem.detail());
        assertEquals(
                new JsonArray()
                        .add(new JsonObject().put("field", "a").put("detail", "must be x"))
                        .add(new JsonObject().put("field", "b").put("detail", "must be y")),
                problem.toJson().getJsonArray("errors"));
        assertFalse(Problem.notFound("d").toJson().containsKey("errors"));
    }

    @Test
    void shouldCostNoStackTrace() {
        assertEquals(0, Problem.internal().exception().getStackTrace().length);
    }
}
