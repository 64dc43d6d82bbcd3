package dev.pacesetter.ranking;

import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Mode;
import dev.pacesetter.domain.Order;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.domain.Review;
import dev.pacesetter.domain.Score;
import dev.pacesetter.domain.Sealing;
import dev.pacesetter.domain.Zone;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Leaderboards as the operator writes them down, for the first start. */
public final class LeaderboardSeeds {

    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");

    private LeaderboardSeeds() {}

    /**
     * Parses a JSON array of leaderboards.
     *
     * @throws IllegalArgumentException naming the leaderboard and what is wrong with it
     */
    public static List<Leaderboard> parse(String json) {
        JsonArray all;
        try {
            all = new JsonArray(json);
        } catch (DecodeException notJson) {
            throw new IllegalArgumentException("leaderboards must be a JSON array: " + notJson.getMessage(), notJson);
        }
        List<Leaderboard> seeds = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            String name = "leaderboard " + (i + 1);
            try {
                JsonObject one = all.getJsonObject(i);
                name += " (" + one.getString("id") + ")";
                seeds.add(parse(one));
            } catch (ClassCastException | NullPointerException | DateTimeException | IllegalArgumentException wrong) {
                throw new IllegalArgumentException(name + ": " + wrong.getMessage(), wrong);
            }
        }
        return seeds;
    }

    private static Leaderboard parse(JsonObject one) {
        String id = text(one, "id");
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("id must be 1 to 64 of a-z 0-9 -");
        }
        Set<String> activities = new LinkedHashSet<>();
        for (Object activity : one.getJsonArray("activities", new JsonArray())) {
            if (!(activity instanceof String slug) || !(slug.equals("*") || Score.isActivity(slug))) {
                throw new IllegalArgumentException("activities must be slugs, or [\"*\"]: " + activity);
            }
            activities.add(slug);
        }
        if (activities.isEmpty()) {
            throw new IllegalArgumentException("activities must not be empty");
        }
        int min = one.getInteger("minScore", 0);
        int max = one.getInteger("maxScore", Score.MAX);
        int decimals = one.getInteger("decimals", 0);
        if (min < 0 || max < min || decimals < 0 || decimals > 6) {
            throw new IllegalArgumentException("0 <= minScore <= maxScore and 0 <= decimals <= 6 are needed");
        }
        return new Leaderboard(
                id,
                text(one, "title"),
                activities,
                Mode.valueOf(constant(text(one, "mode"))),
                Order.valueOf(constant(one.getString("order", "desc"))),
                period(one.getValue("period")),
                Zone.of(one.getString("timeZone", "UTC")),
                one.getString("unit", ""),
                decimals,
                min,
                max,
                Leaderboard.Visibility.valueOf(constant(one.getString("visibility", "public"))),
                new Review(one.getInteger("reviewBelow"), one.getInteger("reviewAbove")),
                Sealing.after(one.getInteger("graceHours")));
    }

    private static PeriodRule period(Object period) {
        if (period instanceof JsonObject bounds) {
            return PeriodRule.of("fixed", Instant.parse(text(bounds, "from")), Instant.parse(text(bounds, "to")));
        }
        return PeriodRule.of(String.valueOf(period), null, null);
    }

    private static String text(JsonObject from, String field) {
        String value = from.getString(field);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    private static String constant(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
