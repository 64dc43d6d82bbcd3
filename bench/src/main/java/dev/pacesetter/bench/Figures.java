package dev.pacesetter.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;

/** What was measured, a figure each round. */
final class Figures {

    private final Map<String, List<Double>> all = new HashMap<>();

    void add(String name, double figure) {
        all.computeIfAbsent(name, key -> new ArrayList<>()).add(figure);
    }

    /** The median of the rounds, and the least and most when there are several. */
    String spread(String name) {
        return spread(all.getOrDefault(name, List.of()), Figures::text);
    }

    /** What one is to another, round by round: the two of a round were measured within minutes of each other. */
    String ratio(String name, String to) {
        return spread(ratios(name, to), Figures::text);
    }

    String percent(String name, String of) {
        return spread(ratios(name, of), ratio -> String.format(Locale.ROOT, "%.0f %%", 100 * ratio));
    }

    private List<Double> ratios(String name, String to) {
        List<Double> ones = all.getOrDefault(name, List.of());
        List<Double> others = all.getOrDefault(to, List.of());
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(ones.size(), others.size()); round++) {
            ratios.add(ones.get(round) / others.get(round));
        }
        return ratios;
    }

    private static String spread(List<Double> figures, DoubleFunction<String> text) {
        List<Double> sorted = figures.stream().sorted().toList();
        if (sorted.isEmpty()) {
            return "not measured";
        }
        int half = sorted.size() / 2;
        String median =
                text.apply(sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2);
        return sorted.size() == 1
                ? median
                : median + " (" + text.apply(sorted.get(0)) + "–" + text.apply(sorted.get(sorted.size() - 1)) + ")";
    }

    private static String text(double figure) {
        return String.format(Locale.ROOT, figure >= 100 || figure == 0 ? "%,.0f" : figure >= 10 ? "%.1f" : "%.2f", figure);
    }
}
