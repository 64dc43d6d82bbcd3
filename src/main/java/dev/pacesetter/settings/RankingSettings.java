package dev.pacesetter.settings;

/**
 * Keeping Redis in step with PostgreSQL.
 *
 * @param maxPending committed batches' entries held in memory for Redis, past which they are left to the outbox
 * @param standingTimeoutMs how long the answer to a score waits for its standings
 * @param pollMs how often the outbox and the versions of watched boards are looked at
 * @param outboxRetentionSeconds how long an applied batch stays in the outbox
 * @param maxDoubted rankings being made or caught up, past which no others are taken up for readers
 * @param auditPerSecond how many entries are compared with the scores they are made of, each second; 0: none
 * @param auditPercent how much of the time that may take at most
 */
public record RankingSettings(
        int maxPending,
        int standingTimeoutMs,
        int pollMs,
        int outboxRetentionSeconds,
        int maxDoubted,
        int auditPerSecond,
        int auditPercent) {

    /** Reads them out of the section {@code ranking}. */
    public static RankingSettings read(Section in) {
        return new RankingSettings(
                in.integer("maxPending", 1, 10_000_000),
                in.integer("standingTimeoutMs", 10, 60_000),
                in.integer("pollMs", 10, 600_000),
                in.integer("outboxRetentionSeconds", 1, 31_536_000),
                in.integer("maxDoubted", 1, 100_000),
                in.integer("auditPerSecond", 0, 10_000),
                in.integer("auditPercent", 1, 100));
    }
}
