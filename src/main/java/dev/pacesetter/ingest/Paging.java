package dev.pacesetter.ingest;

import dev.pacesetter.http.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A list that is read page by page: {@code limit} of the request, {@code next} of the answer. */
final class Paging {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}");
    private static final int MAX_LIMIT = 200;
    private static final int DEFAULT_LIMIT = 50;

    private Paging() {}

    /**
     * How many are asked for.
     *
     * @throws dev.pacesetter.http.ProblemException when it is not 1 to 200
     */
    static int limit(RoutingContext context) {
        String text = context.request().getParam("limit");
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        int limit = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MAX_LIMIT) {
            throw Problem.invalid("limit", "must be a whole number from 1 to " + MAX_LIMIT)
                    .exception();
        }
        return limit;
    }

    /**
     * A page.
     *
     * @param rows one more than the limit where there are more
     * @param cursor what {@code next} is after a row
     */
    static JsonObject page(
            String name, RowSet<Row> rows, int limit, Function<Row, JsonObject> json, Function<Row, String> cursor) {
        JsonArray list = new JsonArray();
        @Nullable String next = null;
        @Nullable Row last = null;
        for (Row row : rows) {
            if (last != null && list.size() == limit) {
                next = cursor.apply(last);
                break;
            }
            list.add(json.apply(row));
            last = row;
        }
        return new JsonObject().put(name, list).put("next", next);
    }
}
