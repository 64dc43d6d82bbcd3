package dev.pacesetter.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A document that runs from top to bottom: fenced {@code sh} blocks, each with the answer block that follows it. */
public record Walkthrough(List<Step> steps) {

    private static final Pattern STEP = Pattern.compile(
            "^```sh\n(.*?)^```\n(?:\n*^```(?:json|text)\n(.*?)^```\n)?", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern VARIABLE = Pattern.compile("^([A-Z]+)=", Pattern.MULTILINE);
    private static final Pattern WRITE = Pattern.compile(" -d | -X | --data|=\\$\\(");

    /** What is pasted, from which line of the document, and what comes back if that is said. */
    public record Step(int line, String commands, @Nullable String answer) {

        /** Whether doing it again changes nothing, so that an answer of a moment later can be waited for. */
        public boolean isRead() {
            return !WRITE.matcher(commands).find();
        }
    }

    /** Takes a document apart. */
    public static Walkthrough of(String document) {
        List<Step> steps = new ArrayList<>();
        Matcher step = STEP.matcher(document);
        while (step.find()) {
            int line = (int) document.substring(0, step.start()).lines().count() + 1;
            steps.add(new Step(line, step.group(1), step.group(2)));
        }
        return new Walkthrough(List.copyOf(steps));
    }

    /** The variables that steps set, and later ones use. */
    public Set<String> variables() {
        Set<String> names = new TreeSet<>();
        for (Step step : steps) {
            Matcher name = VARIABLE.matcher(step.commands());
            while (name.find()) {
                names.add(name.group(1));
            }
        }
        return names;
    }

    /** What is left of a document without its steps. */
    public static String prose(String document) {
        return STEP.matcher(document).replaceAll("");
    }

    /**
     * What an answer must look like. Line ends, and what a line is indented by, are the document's own; {@code …} in a
     * text, or as a value, is anything that ends with it.
     */
    public static Pattern pattern(String answer) {
        StringBuilder all = new StringBuilder();
        String[] parts = onOneLine(answer).split("…", -1);
        for (int i = 0; i < parts.length; i++) {
            all.append(Pattern.quote(parts[i]));
            if (i < parts.length - 1) {
                all.append(parts[i].endsWith(":") ? "[^,}\\]\"]+" : "[^\"]+");
            }
        }
        return Pattern.compile(all.toString());
    }

    /** Without line ends, and what lines are indented by. */
    public static String onOneLine(String text) {
        return text.lines().map(String::strip).reduce("", String::concat);
    }
}
