package dev.pacesetter.ingest;

import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.Score;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.settings.IngestSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a caller sent as a score, on its way to being one. */
final class ScoreInput {

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]{1,128}");
    private static final String KEY_RULE = "1 to 128 printable ASCII characters without spaces";
    /** Of a leaderboard that is not for the athlete's eyes: it is kept with the score, and shown with it. */
    private static final String HELD_UNSAID = "beyond what is taken without a look at it";

    private final Supplier<Leaderboards> leaderboards;
    private final IngestSettings settings;
    private final Clock clock;

    /** With the leaderboards whose limits hold. */
    ScoreInput(Supplier<Leaderboards> leaderboards, IngestSettings settings, Clock clock) {
        this.leaderboards = leaderboards;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * A score of a request of its own.
     *
     * @param key the header Idempotency-Key, null when there is none
     * @param standings whether its standings will be asked for
     * @throws dev.pacesetter.http.ProblemException saying what to change
     */
    Submit single(Principal caller, JsonInput body, @Nullable String key, boolean standings) {
        if (key != null && !KEY.matcher(key).matches()) {
            body.wrong("Idempotency-Key", "must be " + KEY_RULE);
        }
        return read(caller, body, key, standings);
    }

    /**
     * A score of a batch, with its idempotency key in the member {@code key}.
     *
     * @throws dev.pacesetter.http.ProblemException saying what to change
     */
    Submit line(Principal caller, JsonInput line) {
        String key = line.optionalText("key", text -> KEY.matcher(text).matches(), KEY_RULE);
        return read(caller, line, key, false);
    }

    private Submit read(Principal caller, JsonInput body, @Nullable String key, boolean standings) {
        String activity = body.text("activity", Score::isActivity, "a slug of 1 to 32 of a-z 0-9 -");
        int value = body.integer("score", 0, Score.MAX);
        String userId = user(caller, body);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        OffsetDateTime named = time(body, now);
        body.check();
        if (caller instanceof Principal.User self && !self.id().equals(userId)) {
            throw Problem.forbidden("A user's token posts for that user alone; leave out userId")
                    .exception();
        }
        String held = check(caller, activity, value);
        Score score = new Score(
                key == null ? ScoreIds.random() : ScoreIds.of(userId, key),
                userId,
                activity,
                value,
                named == null ? now : instant(named),
                named == null ? 0 : offset(named));
        boolean limited = leaderboards.get().limits().limits(activity);
        return new Submit(score, key != null, named != null, standings, held, limited);
    }

    /** A score as it is to be, and why it is held. */
    record Changed(Score score, @Nullable String held) {}

    /**
     * A score that is to be another.
     *
     * @param caller who is told what is wrong with it
     * @param old what it is; what the body does not name stays
     * @throws dev.pacesetter.http.ProblemException saying what to change
     */
    Changed changed(Principal caller, Score old, JsonInput body) {
        if (!body.has("activity") && !body.has("score") && !body.has("occurredAt")) {
            body.wrong("score", "must be there, or activity, or occurredAt: what is to change");
        }
        String activity = body.optionalText("activity", Score::isActivity, "a slug of 1 to 32 of a-z 0-9 -");
        int value = body.integer("score", 0, Score.MAX, old.value());
        OffsetDateTime named = time(body, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        body.check();
        String what = activity == null ? old.activity() : activity;
        String held = check(caller, what, value);
        return new Changed(
                new Score(
                        old.id(),
                        old.userId(),
                        what,
                        value,
                        named == null ? old.occurredAt() : instant(named),
                        named == null ? old.utcOffset() : offset(named)),
                held);
    }

    private static Instant instant(OffsetDateTime time) {
        return time.toInstant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static int offset(OffsetDateTime time) {
        return time.getOffset().getTotalSeconds() / 60;
    }

    private static String user(Principal caller, JsonInput body) {
        String rule = "1 to 64 of A-Z a-z 0-9 _ . -";
        if (caller instanceof Principal.User self) {
            String named = body.optionalText("userId", Score::isUserId, rule);
            return named == null ? self.id() : named;
        }
        return body.text("userId", Score::isUserId, rule);
    }

    private @Nullable OffsetDateTime time(JsonInput body, Instant now) {
        OffsetDateTime time = body.optionalTime("occurredAt");
        Instant named = time == null ? null : time.toInstant();
        if (named == null) {
            return null;
        }
        if (named.isAfter(now.plusSeconds(settings.futureSeconds()))) {
            body.wrong("occurredAt", "must not be in the future; it is now " + now);
        } else if (named.isBefore(now.minus(Duration.ofDays(settings.maxAgeDays())))) {
            body.wrong("occurredAt", "must not be older than " + settings.maxAgeDays() + " days");
        }
        return time;
    }

    /** Why a score is held; null when it is not. A leaderboard is named to those alone whom it is shown to. */
    private @Nullable String check(Principal caller, String activity, int value) {
        String held = null;
        Leaderboard refusing = null;
        for (Leaderboard leaderboard : leaderboards.get().taking(activity)) {
            if (!leaderboard.allows(value)) {
                // Sooner one that may be named.
                refusing = refusing == null || !refusing.isShownTo(false) ? leaderboard : refusing;
            } else if (leaderboard.review().holds(value) && (held == null || held.equals(HELD_UNSAID))) {
                held = leaderboard.isShownTo(false)
                        ? "beyond what the leaderboard " + leaderboard.id() + " takes without a look at it"
                        : HELD_UNSAID;
            }
        }
        if (refusing != null) {
            throw Problem.scoreOutOfRange(
                            refusing.isShownTo(caller.isAdmin())
                                    ? "The leaderboard " + refusing.id() + " takes scores from " + refusing.minScore()
                                            + " to " + refusing.maxScore() + " for " + activity
                                    : "Such a score is not taken for " + activity + "; check it and its unit")
                    .exception();
        }
        return held;
    }
}
