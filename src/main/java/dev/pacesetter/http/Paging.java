package dev.pacesetter.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A list that is read page by page: {@code limit} of the request, {@code next} of the answer. */
public final class Paging {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    /** The longest page of a list. */
    public static final int MOST = 200;

    private static final int DEFAULT = 50;

    private Paging() {}

    /**
     * How many are asked for; 50 unless it says so.
     *
     * @throws ProblemException when it is not 1 to 200
     */
    public static int limit(RoutingContext context) {
        return limit(context, DEFAULT);
    }

    /**
     * How many are asked for.
     *
     * @param otherwise when it does not say so
     * @throws ProblemException when it is not 1 to 200
     */
    public static int limit(RoutingContext context, int otherwise) {
        return number(context, "limit", 1, MOST, otherwise);
    }

    /**
     * A number in a request's query.
     *
     * @throws ProblemException when it is not a whole number from {@code least} to {@code most}
     */
    public static int number(RoutingContext context, String name, int least, int most, int otherwise) {
        String text = context.request().getParam(name);
        if (text == null) {
            return otherwise;
        }
        int value = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : -1;
        if (value < least || value > most) {
            throw Problem.invalid(name, "must be a whole number from " + least + " to " + most)
                    .exception();
        }
        return value;
    }

    /**
     * Where a list in the order of its ids goes on; empty for its begin.
     *
     * @param id tells what may be an id
     * @throws ProblemException when it is none
     */
    public static String after(RoutingContext context, Predicate<String> id) {
        String text = context.request().getParam("cursor");
        if (text != null && !id.test(text)) {
            throw badCursor();
        }
        return text == null ? "" : text;
    }

    /** Says that a cursor is none of ours. */
    public static ProblemException badCursor() {
        return Problem.invalid("cursor", "must be the next of an answer, as it came")
                .exception();
    }

    /**
     * A page.
     *
     * @param rows one more than the limit where there are more
     * @param cursor what {@code next} is after a row
     */
    public static JsonObject page(
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
