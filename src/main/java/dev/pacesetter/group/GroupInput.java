package dev.pacesetter.group;

import dev.pacesetter.domain.Group;
import dev.pacesetter.domain.Score;
import dev.pacesetter.domain.ShownText;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Optional;

/** Reads what callers say of groups. */
final class GroupInput {

    private static final int MAX_TITLE = 100;
    private static final int MAX_USERS = 1_000;
    private static final String USERS = "user ids, each 1 to 64 of A-Z a-z 0-9 _ . -";

    private GroupInput() {}

    /**
     * A description.
     *
     * @throws dev.pacesetter.http.ProblemException naming every field that is wrong
     */
    static GroupEdit read(JsonInput body, String id, Principal caller) {
        if (!Group.isId(id)) {
            throw Problem.invalid("id", "must be a slug of 1 to 64 of a-z 0-9 -")
                    .exception();
        }
        String title = body.optionalText("title", text -> title(text).isPresent(), ShownText.rule(MAX_TITLE));
        String visibility = body.optionalText(
                "visibility", text -> text.equals("public") || text.equals("private"), "public or private");
        Boolean open = body.optionalFlag("open");
        String owner = body.optionalText("owner", Score::isUserId, "1 to 64 of A-Z a-z 0-9 _ . -");
        if (owner != null && caller instanceof Principal.User self && !owner.equals(self.id())) {
            body.wrong("owner", "must be you, or left out");
        }
        List<String> members = body.has("members") ? users(body, "members") : null;
        body.check();
        return new GroupEdit(
                title == null ? null : title(title).orElseThrow(),
                visibility == null ? null : (Boolean) visibility.equals("public"),
                open,
                owner,
                members,
                List.of(),
                List.of());
    }

    /**
     * Who is to come and to go.
     *
     * @throws dev.pacesetter.http.ProblemException naming every field that is wrong
     */
    static GroupEdit members(JsonInput body) {
        List<String> add = body.has("add") ? users(body, "add") : List.of();
        List<String> remove = body.has("remove") ? users(body, "remove") : List.of();
        if (!body.has("add") && !body.has("remove")) {
            body.wrong("add", "must be there, or remove, or both");
        }
        if (add.stream().anyMatch(remove::contains)) {
            body.wrong("remove", "must not name who is in add");
        }
        body.check();
        return GroupEdit.members(add, remove);
    }

    private static List<String> users(JsonInput body, String field) {
        if (body.value(field) instanceof JsonArray none && none.isEmpty()) {
            return List.of();
        }
        return body.texts(field, MAX_USERS, Score::isUserId, USERS);
    }

    private static Optional<String> title(String text) {
        return ShownText.parse(text, MAX_TITLE);
    }
}
