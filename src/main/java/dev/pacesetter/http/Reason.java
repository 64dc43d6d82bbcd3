package dev.pacesetter.http;

import dev.pacesetter.bus.BusMessage.Act;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Why somebody does something that is to be accounted for: kept in the audit trail. */
public final class Reason {

    private static final String FIELD = "reason";
    private static final int MOST = 200;
    private static final String RULE = "1 to 200 characters: why";

    private Reason() {}

    /** One that must be in a body. */
    public static String in(JsonInput body) {
        return body.text(FIELD, Reason::fits, RULE).strip();
    }

    /** One that may be in a body. */
    public static @Nullable String optional(JsonInput body) {
        String reason = body.optionalText(FIELD, Reason::fits, RULE);
        return reason == null ? null : reason.strip();
    }

    /**
     * One that may be in a body that may be left out.
     *
     * @throws ProblemException when it is not a reason
     */
    public static @Nullable String inBody(RoutingContext context) {
        if (context.body().length() <= 0) {
            return null;
        }
        JsonInput body = JsonInput.of(context);
        String reason = optional(body);
        body.check();
        return reason;
    }

    /**
     * One that may be in the query.
     *
     * @throws ProblemException when it is not a reason
     */
    public static @Nullable String inQuery(RoutingContext context) {
        String reason = context.request().getParam(FIELD);
        if (reason != null && !fits(reason)) {
            throw Problem.invalid(FIELD, "must be " + RULE).exception();
        }
        return reason == null ? null : reason.strip();
    }

    /**
     * Who does this, and why if the query says so.
     *
     * @throws ProblemException when it is not a reason
     */
    public static Act act(RoutingContext context) {
        return new Act(Auth.of(context).actor(), inQuery(context));
    }

    private static boolean fits(String text) {
        return !text.isBlank()
                && text.codePointCount(0, text.length()) <= MOST
                && text.codePoints()
                        .noneMatch(one -> Character.isISOControl(one) || Character.getType(one) == Character.SURROGATE);
    }
}
