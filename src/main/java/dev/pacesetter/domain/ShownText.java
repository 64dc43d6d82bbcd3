package dev.pacesetter.domain;

import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A line of text that others will see, whatever somebody wrote: in one spelling (NFC), without what is not seen but
 * changes what stands around it, or makes another text of one that looks the same. Every script stays, and emoji with
 * their joiners, also from right to left: pages set each text apart ({@code <bdi>}). See Unicode Technical Report 36 and
 * Standard Annex 9.
 */
public final class ShownText {

    /** What somebody may write for each character that is left of it. */
    static final int WRITTEN = 16;

    private static final Pattern SPACES = Pattern.compile("[\\p{Z}\\t]+");
    /** More marks on one letter than any script has would reach into the lines above and below. */
    private static final Pattern PILE = Pattern.compile("\\p{M}{7,}");
    /** Something that is seen, as a joiner or a mark alone is not. */
    private static final Pattern SEEN = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S}]");

    private ShownText() {}

    /** What a text must be, for who is told that one is not. */
    public static String rule(int most) {
        return "1 to " + most
                + " characters, some of them visible, without control characters; long runs of accents on one"
                + " letter do not fit";
    }

    /**
     * What is shown of a text; empty when nothing is.
     *
     * @param most code points that may be left
     */
    public static Optional<String> parse(String text, int most) {
        // Before it is worked on: what is far too long is not worth it.
        if (text.length() > WRITTEN * most || text.codePoints().anyMatch(ShownText::isUnfit)) {
            return Optional.empty();
        }
        // Afterwards: what is not seen keeps letters and their marks apart.
        String seen = Normalizer.normalize(Unseen.without(text), Normalizer.Form.NFC);
        String line = SPACES.matcher(seen).replaceAll(" ").strip();
        boolean fits = line.codePointCount(0, line.length()) <= most
                && SEEN.matcher(line).find()
                && !PILE.matcher(line).find();
        return fits ? Optional.of(line) : Optional.empty();
    }

    /** Control characters, line breaks, and halves of characters, which no database takes. */
    static boolean isUnfit(int codePoint) {
        int type = Character.getType(codePoint);
        return (Character.isISOControl(codePoint) && codePoint != '\t')
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
