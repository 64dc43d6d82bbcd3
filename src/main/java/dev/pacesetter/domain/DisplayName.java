package dev.pacesetter.domain;

import java.text.Normalizer;
import java.util.Optional;

/** A name as people see it: see {@link ShownText}. Two names that look the same because of invisible characters are one. */
public final class DisplayName {

    /** The most code points. */
    public static final int MOST = 64;

    /** What a name must be, for who is told that one is not. */
    public static final String RULE = ShownText.rule(MOST);

    private DisplayName() {}

    /** The name that a text stands for; empty when it stands for none. */
    public static Optional<String> parse(String text) {
        return ShownText.parse(text, MOST);
    }

    /** What can be shown of a name that somebody else has chosen, who cannot be told that it does not fit. */
    public static Optional<String> salvage(String text) {
        String fit = text.codePoints()
                .limit(ShownText.WRITTEN * MOST)
                .filter(codePoint -> !ShownText.isUnfit(codePoint))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String seen =
                Normalizer.normalize(Unseen.without(fit), Normalizer.Form.NFC).strip();
        return parse(
                seen.substring(0, seen.offsetByCodePoints(0, Math.min(MOST, seen.codePointCount(0, seen.length())))));
    }
}
