package dev.pacesetter.ranking;

import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.PeriodRule;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A leaderboard as the API shows it. */
final class LeaderboardJson {

    private LeaderboardJson() {}

    /** As admins see it: where scores begin to be held is not for those who would stay just below. */
    static JsonObject forAdmins(Leaderboard leaderboard, Instant now, @Nullable Long total) {
        return reviewed(of(leaderboard, now, total), leaderboard);
    }

    /** @param total how many entries the current period has; null when nobody can tell now */
    static JsonObject of(Leaderboard leaderboard, Instant now, @Nullable Long total) {
        JsonObject json = defined(leaderboard)
                .put("currentPeriod", leaderboard.currentPeriod(now).label())
                .put("total", total);
        optional(json, "graceHours", leaderboard.sealing().graceHours());
        return json;
    }

    /** All that an admin decides of it, and nothing else: what the audit trail keeps. */
    static JsonObject definition(Leaderboard leaderboard) {
        JsonObject json = defined(leaderboard);
        optional(json, "graceHours", leaderboard.sealing().graceHours());
        return reviewed(json, leaderboard);
    }

    private static JsonObject defined(Leaderboard leaderboard) {
        return new JsonObject()
                .put("id", leaderboard.id())
                .put("title", leaderboard.title())
                .put(
                        "activities",
                        new JsonArray(leaderboard.activities().stream().sorted().toList()))
                .put("mode", word(leaderboard.mode()))
                .put("order", word(leaderboard.order()))
                .put("period", period(leaderboard.period()))
                .put("timeZone", leaderboard.zone().name())
                .put("unit", leaderboard.unit())
                .put("decimals", leaderboard.decimals())
                .put("minScore", leaderboard.minScore())
                .put("maxScore", leaderboard.maxScore())
                .put("visibility", word(leaderboard.visibility()));
    }

    private static JsonObject reviewed(JsonObject json, Leaderboard leaderboard) {
        optional(json, "reviewBelow", leaderboard.review().below());
        optional(json, "reviewAbove", leaderboard.review().above());
        return json;
    }

    private static void optional(JsonObject json, String field, @Nullable Integer value) {
        if (value != null) {
            json.put(field, value);
        }
    }

    private static Object period(PeriodRule rule) {
        return rule instanceof PeriodRule.Fixed fixed
                ? new JsonObject()
                        .put("from", fixed.from().toString())
                        .put("to", fixed.to().toString())
                : rule.kind();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
