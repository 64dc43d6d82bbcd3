package dev.pacesetter.ranking;

import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboard.Visibility;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.domain.Review;
import dev.pacesetter.domain.Score;
import dev.pacesetter.domain.Sealing;
import dev.pacesetter.domain.ShownText;
import dev.pacesetter.domain.Zone;
import dev.pacesetter.http.JsonInput;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A leaderboard as an admin writes it down, on its way to being one. */
final class LeaderboardInput {

    private static final Predicate<String> ID =
            Pattern.compile("[a-z0-9-]{1,64}").asMatchPredicate();
    private static final String ID_RULE = "a slug of 1 to 64 of a-z 0-9 -";
    private static final int MAX_TITLE = 100;
    private static final int MAX_UNIT = 32;
    private static final int MAX_ACTIVITIES = 100;
    private static final int MAX_DECIMALS = 6;
    /** Twenty years, as long as the longest period. */
    private static final int MAX_GRACE_HOURS = 175_320;

    private static final List<String> KINDS = List.of("all-time", "day", "week", "month");

    private LeaderboardInput() {}

    /**
     * Reads one.
     *
     * @param id the one in the path; null: the body names it
     * @throws dev.pacesetter.http.ProblemException naming every field that is wrong
     */
    static Leaderboard read(JsonInput body, @Nullable String id) {
        String named = id == null ? body.text("id", ID, ID_RULE) : body.optionalText("id", ID, ID_RULE);
        if (id != null && named != null && !named.equals(id)) {
            body.wrong("id", "must be the one in the path, " + id + ", or left out: an id does not change");
        }
        String title =
                body.text("title", text -> ShownText.parse(text, MAX_TITLE).isPresent(), ShownText.rule(MAX_TITLE));
        List<String> activities = body.texts(
                "activities",
                MAX_ACTIVITIES,
                text -> text.equals("*") || Score.isActivity(text),
                "slugs of 1 to 32 of a-z 0-9 -, or *");
        Mode mode = word(body, "mode", Mode.class, null);
        Order order = word(body, "order", Order.class, Order.DESC);
        Zone zone = zone(body);
        PeriodRule period = period(body);
        String unit = body.optionalText(
                "unit",
                text -> text.isEmpty() || ShownText.parse(text, MAX_UNIT).isPresent(),
                "empty, or " + ShownText.rule(MAX_UNIT));
        int decimals = body.integer("decimals", 0, MAX_DECIMALS, 0);
        int min = body.integer("minScore", 0, Score.MAX, 0);
        int max = body.integer("maxScore", 0, Score.MAX, Score.MAX);
        if (max < min) {
            body.wrong("maxScore", "must not be less than minScore");
        }
        Review review = new Review(optional(body, "reviewBelow"), optional(body, "reviewAbove"));
        if (review.below() != null && review.above() != null && review.below() > review.above()) {
            body.wrong("reviewAbove", "must not be less than reviewBelow: every score would be held");
        }
        Integer grace = body.has("graceHours") ? (Integer) body.integer("graceHours", 0, MAX_GRACE_HOURS) : null;
        Visibility visibility = word(body, "visibility", Visibility.class, Visibility.PUBLIC);
        body.check();
        return new Leaderboard(
                id == null ? String.valueOf(named) : id,
                ShownText.parse(title, MAX_TITLE).orElseThrow(),
                new LinkedHashSet<>(activities),
                mode,
                order,
                period,
                zone,
                unit == null ? "" : ShownText.parse(unit, MAX_UNIT).orElse(""),
                decimals,
                min,
                max,
                visibility,
                review,
                Sealing.after(grace));
    }

    private static @Nullable Integer optional(JsonInput body, String field) {
        return body.has(field) ? (Integer) body.integer(field, 0, Score.MAX) : null;
    }

    private static <E extends Enum<E>> E word(JsonInput body, String field, Class<E> type, @Nullable E otherwise) {
        E[] all = type.getEnumConstants();
        List<String> words = Arrays.stream(all)
                .map(one -> one.name().toLowerCase(Locale.ROOT))
                .toList();
        String expected = words.stream().collect(Collectors.joining(" or "));
        String text = otherwise == null
                ? body.text(field, words::contains, expected)
                : body.optionalText(field, words::contains, expected);
        int at = text == null ? -1 : words.indexOf(text);
        return at >= 0 ? all[at] : otherwise == null ? all[0] : otherwise;
    }

    private static Zone zone(JsonInput body) {
        String text = body.optionalText(
                "timeZone",
                Zone::isName,
                "a name of the time zone database, such as Europe/Berlin, or athlete for each athlete's own time");
        return Zone.of(text == null || !Zone.isName(text) ? "UTC" : text);
    }

    private static PeriodRule period(JsonInput body) {
        Object period = body.value("period");
        String expected = String.join(", ", KINDS) + ", or {from, to}, two times from 1970 to 9999 with from before to";
        if (period instanceof String kind && KINDS.contains(kind)) {
            return PeriodRule.of(kind, null, null);
        }
        if (period instanceof JsonObject bounds) {
            Instant from = time(bounds.getValue("from"));
            Instant to = time(bounds.getValue("to"));
            if (from != null && to != null && from.isBefore(to)) {
                if (Duration.between(from, to).compareTo(PeriodRule.Fixed.LONGEST) <= 0) {
                    return PeriodRule.of("fixed", from, to);
                }
                body.wrong("period", "must be at most 20 years long (" + PeriodRule.Fixed.LONGEST.toDays() + " days)");
                return new PeriodRule.AllTime();
            }
        }
        body.wrong("period", period == null ? "is missing: it must be " + expected : "must be " + expected);
        return new PeriodRule.AllTime();
    }

    private static @Nullable Instant time(@Nullable Object text) {
        try {
            Instant time =
                    text instanceof String one ? OffsetDateTime.parse(one).toInstant() : null;
            // What is stored is years of four digits.
            boolean fits = time != null
                    && time.isAfter(Instant.EPOCH)
                    && time.atOffset(ZoneOffset.UTC).getYear() <= 9_999;
            return fits ? time : null;
        } catch (DateTimeException notATime) {
            return null;
        }
    }
}
