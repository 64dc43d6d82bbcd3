package dev.pacesetter.domain;

import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One workout's score.
 *
 * @param id names it everywhere; derived from the idempotency key when there is one
 * @param userId whose it is, see {@link #isUserId}
 * @param activity what was done, see {@link #isActivity}
 * @param value 0 to {@link #MAX}, in the smallest unit of the leaderboards it feeds
 * @param occurredAt when it was reached, to the millisecond
 * @param utcOffset of the athlete's clock then, in minutes; 0 when it is not known
 */
public record Score(UUID id, String userId, String activity, int value, Instant occurredAt, int utcOffset) {

    /** The largest score, and the largest total a leaderboard can hold: 31 bits. */
    public static final int MAX = Integer.MAX_VALUE;

    private static final Pattern ACTIVITY = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern USER_ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /** One whose athlete's clock is not known. */
    public Score(UUID id, String userId, String activity, int value, Instant occurredAt) {
        this(id, userId, activity, value, occurredAt, 0);
    }

    /** Whether this is a slug: 1 to 32 of {@code a-z 0-9 -}. */
    public static boolean isActivity(String text) {
        return ACTIVITY.matcher(text).matches();
    }

    /** Whether this can be a user id: 1 to 64 of {@code A-Z a-z 0-9 _ . -}; {@code me} means the caller. */
    public static boolean isUserId(String text) {
        return USER_ID.matcher(text).matches() && !text.equals("me");
    }
}
