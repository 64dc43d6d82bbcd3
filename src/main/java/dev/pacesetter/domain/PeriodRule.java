package dev.pacesetter.domain;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a leaderboard cuts time into periods. */
public sealed interface PeriodRule {

    /** The period that an instant belongs to, in a time zone; empty when it belongs to none. */
    Optional<Period> at(Instant instant, ZoneId zone);

    /** The period that a label names, in a time zone; empty when it names none, or one before 1970 or after 9998. */
    Optional<Period> named(String label, ZoneId zone);

    /** The word for it in the API; for {@link Fixed} the whole rule needs its bounds too. */
    String kind();

    /** One period without end. */
    record AllTime() implements PeriodRule {
        static final Period PERIOD = new Period("all-time", Instant.EPOCH, Instant.parse("9999-01-01T00:00:00Z"));

        @Override
        public Optional<Period> at(Instant instant, ZoneId zone) {
            return Optional.of(PERIOD);
        }

        @Override
        public Optional<Period> named(String label, ZoneId zone) {
            return label.equals(PERIOD.label()) ? Optional.of(PERIOD) : Optional.empty();
        }

        @Override
        public String kind() {
            return "all-time";
        }
    }

    /** Calendar days, midnight to midnight, be they 23, 24 or 25 hours long. */
    record Daily() implements PeriodRule {
        @Override
        public Optional<Period> at(Instant instant, ZoneId zone) {
            return Optional.of(of(instant.atZone(zone).toLocalDate(), zone));
        }

        @Override
        public Optional<Period> named(String label, ZoneId zone) {
            return parsed(label, () -> of(LocalDate.parse(label), zone));
        }

        private static Period of(LocalDate day, ZoneId zone) {
            return between(day.toString(), day, day.plusDays(1), zone);
        }

        @Override
        public String kind() {
            return "day";
        }
    }

    /** ISO 8601 weeks, Monday to Sunday; the label's year is the week's, not the day's. */
    record Weekly() implements PeriodRule {
        private static final Pattern LABEL = Pattern.compile("(\\d{4})-W(\\d{2})");

        @Override
        public Optional<Period> at(Instant instant, ZoneId zone) {
            return Optional.of(of(instant.atZone(zone).toLocalDate(), zone));
        }

        @Override
        public Optional<Period> named(String label, ZoneId zone) {
            Matcher matcher = LABEL.matcher(label);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            int year = Integer.parseInt(matcher.group(1));
            int week = Integer.parseInt(matcher.group(2));
            // 4 January is always in week 1. A week 53 that the year does not have lands in the next year's week 1.
            return parsed(label, () -> of(LocalDate.of(year, 1, 4).plusWeeks(week - 1L), zone));
        }

        private static Period of(LocalDate day, ZoneId zone) {
            LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            String label = String.format(
                    Locale.ROOT,
                    "%04d-W%02d",
                    monday.get(IsoFields.WEEK_BASED_YEAR),
                    monday.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            return between(label, monday, monday.plusWeeks(1), zone);
        }

        @Override
        public String kind() {
            return "week";
        }
    }

    /** Calendar months. */
    record Monthly() implements PeriodRule {
        private static final DateTimeFormatter LABEL = DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT);

        @Override
        public Optional<Period> at(Instant instant, ZoneId zone) {
            return Optional.of(of(YearMonth.from(instant.atZone(zone)), zone));
        }

        @Override
        public Optional<Period> named(String label, ZoneId zone) {
            return parsed(label, () -> of(YearMonth.parse(label, LABEL), zone));
        }

        private static Period of(YearMonth month, ZoneId zone) {
            return between(
                    LABEL.format(month), month.atDay(1), month.plusMonths(1).atDay(1), zone);
        }

        @Override
        public String kind() {
            return "month";
        }
    }

    /** One period with an end: a challenge. What happened outside it does not count. */
    record Fixed(Instant from, Instant to) implements PeriodRule {
        /** The longest one, so that its ties still resolve to minutes: 20 years. */
        public static final Duration LONGEST = Duration.ofDays(7305);

        public Fixed {
            if (!from.isBefore(to) || Duration.between(from, to).compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("period must end after it starts, within 20 years");
            }
        }

        @Override
        public Optional<Period> at(Instant instant, ZoneId zone) {
            return Optional.of(period()).filter(period -> period.contains(instant));
        }

        @Override
        public Optional<Period> named(String label, ZoneId zone) {
            return label.equals(kind()) ? Optional.of(period()) : Optional.empty();
        }

        private Period period() {
            return new Period(kind(), from, to);
        }

        @Override
        public String kind() {
            return "fixed";
        }
    }

    /**
     * The rule that a word names, with the bounds that {@code fixed} needs.
     *
     * @throws IllegalArgumentException when the word is none of all-time, day, week, month, fixed, or the bounds are
     *     missing or wrong
     */
    static PeriodRule of(String kind, @Nullable Instant from, @Nullable Instant to) {
        return switch (kind) {
            case "all-time" -> new AllTime();
            case "day" -> new Daily();
            case "week" -> new Weekly();
            case "month" -> new Monthly();
            case "fixed" -> {
                if (from == null || to == null) {
                    throw new IllegalArgumentException("a fixed period needs from and to");
                }
                yield new Fixed(from, to);
            }
            default -> throw new IllegalArgumentException("period must be all-time, day, week, month, or from and to");
        };
    }

    private static Period between(String label, LocalDate first, LocalDate next, ZoneId zone) {
        return new Period(
                label,
                first.atStartOfDay(zone).toInstant(),
                next.atStartOfDay(zone).toInstant());
    }

    private static Optional<Period> parsed(String label, Supplier<Period> parse) {
        try {
            // A label in another spelling would be another ranking of the same, and a year of five digits is no time
            // that
            // stores know.
            return Optional.of(parse.get())
                    .filter(period -> period.label().equals(label)
                            && period.to().isAfter(Instant.EPOCH)
                            && period.from().isBefore(AllTime.PERIOD.to()));
        } catch (DateTimeException notALabel) {
            return Optional.empty();
        }
    }
}
