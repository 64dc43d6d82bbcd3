package dev.pacesetter.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, a figure each round. */
final class Figures {

    private final Map<String, List<Double>> all = new HashMap<>();

    void add(String name, double figure) {
        all.computeIfAbsent(name, key -> new ArrayList<>()).add(figure);
    }

    boolean has(String name) {
        return all.containsKey(name);
    }

    private double median(String name) {
        List<Double> sorted = all.getOrDefault(name, List.of()).stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** The median, and the least and most when there are several. */
    String spread(String name) {
        List<Double> sorted = all.getOrDefault(name, List.of()).stream().sorted().toList();
        if (sorted.isEmpty()) {
            return "not measured";
        }
        String median = text(median(name));
        return sorted.size() == 1
                ? median
                : median + " (" + text(sorted.get(0)) + "–" + text(sorted.get(sorted.size() - 1)) + ")";
    }

    /** One median to another. */
    String ratio(String name, String to) {
        return text(median(name) / median(to));
    }

    String percent(String name, String of) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * median(name) / median(of));
    }

    private static String text(double figure) {
        return String.format(Locale.ROOT, figure >= 100 ? "%,.0f" : figure >= 10 ? "%.1f" : "%.2f", figure);
    }
}
