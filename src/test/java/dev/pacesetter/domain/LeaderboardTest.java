package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeaderboardTest {

    private static final Instant FROM = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2026-12-01T00:00:00Z");

    private static Leaderboard leaderboard(String id, Mode mode, PeriodRule period, String... activities) {
        return new Leaderboard(
                id,
                "Title",
                Set.of(activities),
                mode,
                Order.DESC,
                period,
                Zone.of("UTC"),
                "points",
                0,
                10,
                100,
                Leaderboard.Visibility.PUBLIC);
    }

    @Test
    void shouldTakeItsActivitiesOrAll() {
        assertTrue(leaderboard("a", Mode.SUM, new PeriodRule.Daily(), "running", "rowing")
                .takes("rowing"));
        assertFalse(
                leaderboard("a", Mode.SUM, new PeriodRule.Daily(), "running").takes("rowing"));
        assertTrue(leaderboard("a", Mode.SUM, new PeriodRule.Daily(), "*").takes("anything"));
    }

    @Test
    void shouldShowTheFixedPeriodBeforeAndAfterIt() {
        Leaderboard challenge = leaderboard("a", Mode.SUM, new PeriodRule.Fixed(FROM, TO), "*");
        assertEquals("fixed", challenge.currentPeriod(FROM.minusSeconds(1)).label());
        assertEquals("fixed", challenge.currentPeriod(TO).label());
        assertTrue(challenge.periodAt(TO, 0).isEmpty());
    }

    @Test
    void shouldKnowItsLimits() {
        Leaderboard board = leaderboard("a", Mode.SUM, new PeriodRule.Daily(), "*");
        assertTrue(board.allows(10) && board.allows(100));
        assertFalse(board.allows(9) || board.allows(101));
    }

    @Test
    void shouldCountOneWhateverTheScore() {
        Score score = new Score(UUID.randomUUID(), "u", "yoga", 55, FROM);
        Leaderboard count = leaderboard("a", Mode.COUNT, new PeriodRule.Daily(), "*");
        BoardPeriod board = new BoardPeriod(count, count.periodAt(FROM, 0).orElseThrow());
        assertEquals(new Increment("u", 1, 0), board.increment(score));
        assertEquals("a:2026-11-01", board.name());
        assertTrue(board.takes(score));
        assertFalse(board.isEndless());
    }

    @Test
    void shouldDifferInShapeWhereTheRankingWould() {
        Leaderboard sum = leaderboard("a", Mode.SUM, new PeriodRule.Daily(), "x", "y");
        assertEquals(
                sum.shape(),
                leaderboard("a", Mode.SUM, new PeriodRule.Daily(), "y", "x").shape());
        assertNotEquals(
                sum.shape(),
                leaderboard("a", Mode.BEST, new PeriodRule.Daily(), "x", "y").shape());
        assertNotEquals(
                sum.shape(),
                leaderboard("a", Mode.SUM, new PeriodRule.Fixed(FROM, TO), "x", "y")
                        .shape());
    }

    @Test
    void shouldFindLeaderboardsByIdAndActivity() {
        Leaderboard one = leaderboard("one", Mode.SUM, new PeriodRule.Daily(), "x");
        Leaderboard all = leaderboard("all", Mode.SUM, new PeriodRule.Daily(), "*");
        Leaderboards both = new Leaderboards(List.of(one, all));
        assertEquals(List.of(one, all), both.taking("x"));
        assertEquals(List.of(all), both.taking("y"));
        assertEquals(one, both.find("one").orElseThrow());
        assertTrue(both.find("two").isEmpty());
        assertEquals(2, both.all().size());
    }

    @Test
    void shouldKnowSlugsAndUserIds() {
        assertTrue(Score.isActivity("running-5k") && Score.isUserId("A.b_c-9"));
        assertFalse(Score.isActivity("Running") || Score.isActivity("") || Score.isActivity("a".repeat(33)));
        assertFalse(
                Score.isUserId("me") || Score.isUserId("a b") || Score.isUserId("ä") || Score.isUserId("x".repeat(65)));
    }
}
