package dev.pacesetter.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One object of the settings file while it is read. A bad value is noted and answered by a harmless stand-in, so that
 * one reading finds everything that is wrong: whoever reads must look at {@link #problems} before using the result.
 *
 * <p>What is read is thereby known: {@link #known} lists it, and every other key is a problem.
 */
public final class Section {

    /** Stands for a secret in texts. */
    static final String REDACTED = "***";

    private static final int LONGEST_SHOWN = 80;

    /** How the text of an environment variable becomes a value. */
    public enum Kind {
        /** Decimal digits. */
        INTEGER,
        /** As it is. */
        TEXT,
        /** As it is; empty: not set. */
        OPTIONAL,
        /** Separated by commas. */
        LIST
    }

    private final String path;
    private final Map<?, ?> values;
    private final Map<String, Kind> known;
    private final List<String> problems;
    private final Set<String> keys = new HashSet<>();
    private final List<Section> sections = new ArrayList<>();

    private Section(String path, Map<?, ?> values, Map<String, Kind> known, List<String> problems) {
        this.path = path;
        this.values = values;
        this.known = known;
        this.problems = problems;
    }

    /**
     * The whole file.
     *
     * @param values what the JSON says: maps, lists, numbers, strings, booleans, nulls
     */
    public static Section root(Map<?, ?> values) {
        return new Section("", values, new TreeMap<>(), new ArrayList<>());
    }

    /** The object under that key; none counts as an empty one. */
    public Section section(String key) {
        keys.add(key);
        Object value = values.get(key);
        if (value != null && !(value instanceof Map)) {
            problem(key, value, "an object");
            // One problem is enough: what is read out of it is not noted.
            return new Section(path + key + ".", Map.of(), known, new ArrayList<>());
        }
        Map<?, ?> inner = value instanceof Map<?, ?> map ? map : Map.of();
        Section section = new Section(path + key + ".", inner, known, problems);
        sections.add(section);
        return section;
    }

    /** A whole number within the bounds, both included. */
    public int integer(String key, int least, int most) {
        Object value = read(key, Kind.INTEGER);
        if ((value instanceof Integer || value instanceof Long)
                && ((Number) value).longValue() >= least
                && ((Number) value).longValue() <= most) {
            return ((Number) value).intValue();
        }
        problem(key, value, "a whole number from " + least + " to " + most);
        return least;
    }

    /** A text of that form. */
    public String text(String key, String expected, Pattern form) {
        Object value = read(key, Kind.TEXT);
        if (value instanceof String text && form.matcher(text).matches()) {
            return text;
        }
        problem(key, value, expected);
        return "";
    }

    /** A text of that form; null when not set. */
    @Nullable String optionalText(String key, String expected, Pattern form) {
        Object value = read(key, Kind.OPTIONAL);
        if (value == null || (value instanceof String text && form.matcher(text).matches())) {
            return (String) value;
        }
        problem(key, value, expected);
        return null;
    }

    /** A text of that form, never shown; null when not set. */
    @Nullable String optionalSecret(String key, String expected, Pattern form) {
        Object value = read(key, Kind.OPTIONAL);
        if (value == null || (value instanceof String text && form.matcher(text).matches())) {
            return (String) value;
        }
        problem(key, REDACTED, expected);
        return null;
    }

    /** A list of texts, each of that form. */
    List<String> list(String key, String expected, Pattern form) {
        Object value = read(key, Kind.LIST);
        if (value instanceof List<?> list && list.stream().allMatch(matching(form.asMatchPredicate()))) {
            return strings(list);
        }
        problem(key, value, "a list of " + expected);
        return List.of();
    }

    /** The URIs of a store's servers, one each; empty when not set. */
    List<String> servers(String key, ServerUris form) {
        Object value = read(key, Kind.OPTIONAL);
        if (value == null) {
            return List.of();
        }
        if (value instanceof String text) {
            List<String> uris = ServerUris.split(text);
            if (uris.stream().allMatch(form.valid())) {
                return uris;
            }
        }
        problem(key, ServerUris.redact(String.valueOf(value)), form.expected());
        return List.of();
    }

    /** One of the constants, written in lower case. */
    <E extends Enum<E>> E choice(String key, Class<E> type) {
        Object value = read(key, Kind.TEXT);
        E[] constants = type.getEnumConstants();
        for (E constant : constants) {
            if (lowerCase(constant).equals(value)) {
                return constant;
            }
        }
        problem(key, value, Stream.of(constants).map(Section::lowerCase).collect(Collectors.joining(" or ")));
        return constants[0];
    }

    /** Notes a bad value. */
    public void problem(String key, @Nullable Object value, String expected) {
        problems.add(path + key + " = " + shown(value) + ": expected " + expected);
    }

    /** Everything wrong so far, keys that nobody has read included; complete once all has been read. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        addUnknown(all);
        return all;
    }

    /** Every setting that was read, by its path such as {@code http.port}. */
    public Map<String, Kind> known() {
        return Map.copyOf(known);
    }

    private void addUnknown(List<String> all) {
        for (Object key : values.keySet()) {
            if (!keys.contains(key)) {
                // Without its value, which may be a secret whose name was mistyped.
                all.add(clean(path + key) + ": unknown, expected one of "
                        + keys.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
        sections.forEach(section -> section.addUnknown(all));
    }

    private @Nullable Object read(String key, Kind kind) {
        keys.add(key);
        known.put(path + key, kind);
        return values.get(key);
    }

    private static Predicate<Object> matching(Predicate<String> form) {
        return element -> element instanceof String text && form.test(text);
    }

    private static List<String> strings(List<?> list) {
        return list.stream().map(String.class::cast).toList();
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String shown(@Nullable Object value) {
        return value instanceof String text && text.isEmpty() ? "\"\"" : clean(String.valueOf(value));
    }

    /** On one line and not too long, whatever somebody wrote. */
    private static String clean(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "…";
    }
}
