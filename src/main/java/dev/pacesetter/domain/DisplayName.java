package dev.pacesetter.domain;

import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A name as people see it, whatever somebody wrote: in one spelling (NFC), without what is not seen but changes what
 * stands around it. Two names that look the same because of invisible characters are thereby one.
 *
 * <p>What goes: marks that turn the direction of a text (a name would turn the score beside it), and characters without
 * width. What stays: every script, emoji with their joiners and variants, also in right-to-left scripts: pages set each
 * name apart ({@code <bdi>}). See Unicode Technical Report 36 and Standard Annex 9.
 */
public final class DisplayName {

    /** The most code points. */
    public static final int MOST = 64;

    /** What a name must be, for who is told that one is not. */
    public static final String RULE =
            "1 to 64 characters, some of them visible, without control characters; long runs of accents on one letter do"
                    + " not fit";

    /**
     * Directions (LRM, RLM, ALM, embeddings, overrides, isolates), zero width space, word joiner and invisible operators,
     * the byte order mark, soft hyphen, Mongolian vowel separator, Hangul fillers, the blank of Braille, deprecated format
     * characters, and tags that make no flag. Not the joiners U+200C and U+200D, and not variation selectors: scripts and emoji need them.
     */
    private static final Pattern UNSEEN =
            Pattern.compile("[\\u00AD\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180E\\u200B\\u200E\\u200F"
                    + "\\u202A-\\u202E\\u2060-\\u206F\\u2800\\u3164\\uFEFF\\uFFA0\\uFFF9-\\uFFFB\\x{1D173}-\\x{1D17A}\\x{E0001}]"
                    + "|(?<!\\x{1F3F4}[\\x{E0020}-\\x{E007F}]{0,16})[\\x{E0020}-\\x{E007F}]");

    private static final Pattern SPACES = Pattern.compile("[\\p{Z}\\t]+");
    /** More marks on one letter than any script has would reach into the lines above and below. */
    private static final Pattern PILE = Pattern.compile("\\p{M}{7,}");
    /** Something that is seen, as a joiner or a mark alone is not. */
    private static final Pattern SEEN = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S}]");

    private DisplayName() {}

    /** The name that a text stands for; empty when it stands for none. */
    public static Optional<String> parse(String text) {
        // Before it is worked on: what is far too long is not worth it.
        if (text.length() > 16 * MOST || text.codePoints().anyMatch(DisplayName::isUnfit)) {
            return Optional.empty();
        }
        String seen =
                UNSEEN.matcher(Normalizer.normalize(text, Normalizer.Form.NFC)).replaceAll("");
        String name = SPACES.matcher(seen).replaceAll(" ").strip();
        boolean fits = name.codePointCount(0, name.length()) <= MOST
                && SEEN.matcher(name).find()
                && !PILE.matcher(name).find();
        return fits ? Optional.of(name) : Optional.empty();
    }

    /** What can be shown of a name that somebody else has chosen, who cannot be told that it does not fit. */
    public static Optional<String> salvage(String text) {
        String fit = text.codePoints()
                .limit(16 * MOST)
                .filter(codePoint -> !isUnfit(codePoint))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String seen = UNSEEN.matcher(Normalizer.normalize(fit, Normalizer.Form.NFC))
                .replaceAll("")
                .strip();
        return parse(
                seen.substring(0, seen.offsetByCodePoints(0, Math.min(MOST, seen.codePointCount(0, seen.length())))));
    }

    /** Control characters, line breaks, and halves of characters, which no database takes. */
    private static boolean isUnfit(int codePoint) {
        int type = Character.getType(codePoint);
        return (Character.isISOControl(codePoint) && codePoint != '\t')
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
