package dev.pacesetter.domain;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one user may do of an activity in a day of the own clock; immutable. What is beyond is held. */
public record DayLimits(Map<String, Limit> byActivity) {

    /** None at all. */
    public static final DayLimits NONE = new DayLimits(Map.of());

    /**
     * Of one activity.
     *
     * @param scores the most scores; null: any number
     * @param total the most that they may add up to; null: anything
     */
    public record Limit(@Nullable Integer scores, @Nullable Long total) {}

    public DayLimits {
        byActivity = Collections.unmodifiableMap(new TreeMap<>(byActivity));
    }

    /** Whether an activity has one. */
    public boolean limits(String activity) {
        return byActivity.containsKey(activity);
    }
}
