package dev.pacesetter.domain;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is in a text and cannot be seen: characters that Unicode calls default ignorable, others without ink, and marks
 * that turn the direction of a text. Joiners and variation selectors are seen by what they do to their neighbours, and
 * stay where they do something: in Arabic and after viramas as domain names may have them (RFC 5892, A.1 and A.2),
 * between emoji, after symbols that they make emoji of.
 *
 * <p>Which emoji there are is of Unicode 17. A joiner with a later one goes: a family becomes its members.
 */
final class Unseen {

    /** Emoji that are text unless U+FE0F follows. */
    private static final String SYMBOLS = of(
            "A9 AE 203C 2049 2122 2139 2194-2199 21A9-21AA 2328 23CF 23ED-23EF 23F1-23F2 23F8-23FA 24C2 25AA-25AB 25B6"
                    + " 25C0 25FB-25FC 2600-2604 260E 2611 2618 261D 2620 2622-2623 2626 262A 262E-262F 2638-263A 2640 2642"
                    + " 265F-2660 2663 2665-2666 2668 267B 267E 2692 2694-2697 2699 269B-269C 26A0 26A7 26B0-26B1 26C8 26CF"
                    + " 26D1 26D3 26E9 26F0-26F1 26F4 26F7-26F9 2702 2708-2709 270C-270D 270F 2712 2714 2716 271D 2721"
                    + " 2733-2734 2744 2747 2763-2764 27A1 2934-2935 2B05-2B07 3030 303D 3297 3299 1F170-1F171 1F17E-1F17F"
                    + " 1F202 1F237 1F321 1F324-1F32C 1F336 1F37D 1F396-1F397 1F399-1F39B 1F39E-1F39F 1F3CB-1F3CE"
                    + " 1F3D4-1F3DF 1F3F3 1F3F5 1F3F7 1F43F 1F441 1F4FD 1F549-1F54A 1F56F-1F570 1F573-1F579 1F587"
                    + " 1F58A-1F58D 1F590 1F5A5 1F5A8 1F5B1-1F5B2 1F5BC 1F5C2-1F5C4 1F5D1-1F5D3 1F5DC-1F5DE 1F5E1 1F5E3"
                    + " 1F5E8 1F5EF 1F5F3 1F5FA 1F6CB 1F6CD-1F6CF 1F6E0-1F6E5 1F6E9 1F6F0 1F6F3");

    /** All other emoji that stand alone. */
    private static final String PICTURES = of(
            "231A-231B 23E9-23EC 23F0 23F3 25FD-25FE 2614-2615 2648-2653 267F 2693 26A1 26AA-26AB 26BD-26BE 26C4-26C5"
                    + " 26CE 26D4 26EA 26F2-26F3 26F5 26FA 26FD 2705 270A-270B 2728 274C 274E 2753-2755 2757 2795-2797 27B0"
                    + " 27BF 2B1B-2B1C 2B50 2B55 1F004 1F0CF 1F18E 1F191-1F19A 1F201 1F21A 1F22F 1F232-1F236 1F238-1F23A"
                    + " 1F250-1F251 1F300-1F320 1F32D-1F335 1F337-1F37C 1F37E-1F393 1F3A0-1F3CA 1F3CF-1F3D3 1F3E0-1F3F0"
                    + " 1F3F4 1F3F8-1F43E 1F440 1F442-1F4FC 1F4FF-1F53D 1F54B-1F54E 1F550-1F567 1F57A 1F595-1F596 1F5A4"
                    + " 1F5FB-1F64F 1F680-1F6C5 1F6CC 1F6D0-1F6D2 1F6D5-1F6D8 1F6DC-1F6DF 1F6EB-1F6EC 1F6F4-1F6FC"
                    + " 1F7E0-1F7EB 1F7F0 1F90C-1F93A 1F93C-1F945 1F947-1F9FF 1FA70-1FAFF");

    private static final String EMOJI = "[" + SYMBOLS + PICTURES + "]";
    private static final String SKIN = "[\\x{1F3FB}-\\x{1F3FF}]";

    /** Those of Indic scripts: a joiner after them chooses between a ligature, a half form and the bare letter. */
    private static final String VIRAMA = of(
            "94D 9CD A4D ACD B4D BCD C4D CCD D3B-D3C D4D DCA F84 1039-103A 1714-1715 1734 17D2 1A60 1B44 1BAA-1BAB 1BF2-1BF3"
                    + " A806 A82C A8C4 A953 A9C0 AAF6 ABED 11046 11070 1107F 110B9 11133-11134 111C0 11235 112EA 1134D 11442"
                    + " 114C2 115BF 1163F 116B6 1172B 11839 1193D-1193E 119E0 11A34 11A47 11A99 11C3F 11D44-11D45 11D97");

    private static final String ARABIC = "[\\x{620}-\\x{6FF}\\x{750}-\\x{77F}\\x{8A0}-\\x{8C9}&&\\p{L}]";
    /** Arabic letters that join neither side. */
    private static final String ALONE = of("621 674");
    /** Arabic letters that never join the next one. */
    private static final String NEVER_ON = of(
            "622-625 627 629 62F-632 648 671-673 675-677 688-699 6C0 6C3-6CB 6CD 6CF 6D2-6D3 6D5 6EE-6EF 759-75B 76B-76C 771"
                    + " 773-774 778-779 8AA-8AC 8AE 8B1-8B2 8B9");

    /** Whole flags of England, Scotland and Wales; then what goes wherever it stands, and joiners after others. */
    private static final Pattern NEVER = Pattern.compile("(\\x{1F3F4}(?:" + tags("gbeng") + "|" + tags("gbsct") + "|"
            + tags("gbwls") + ")\\x{E007F})|["
            + of("AD 34F 61C 115F-1160 17B4-17B5 180E 200B 200E-200F 202A-202E 2060-206F 2800 3164 FE00-FE0E FEFF FFA0"
                    + " FFF0-FFFB 13430-1343F 1BCA0-1BCA3 1D159 1D173-1D17A E0000-E0FFF")
            + "]|(?<=[\\x{200C}\\x{200D}])[\\x{200C}\\x{200D}]");

    private static final String MAYBE = "[\\x{200C}\\x{200D}\\x{FE0F}\\x{180B}-\\x{180D}\\x{180F}]";

    /** Joiners and variation selectors but where they do something. */
    private static final Pattern IDLE = Pattern.compile("(?=" + MAYBE + ")(?!"
            + String.join(
                    "|",
                    "(?<=[" + SYMBOLS + "])\\x{FE0F}(?!" + SKIN + ")",
                    "(?<=[0-9#*])\\x{FE0F}(?=\\x{20E3})",
                    "(?<=" + EMOJI + "\\x{FE0F}{0,1})\\x{200D}(?=" + EMOJI + ")",
                    "(?<=[" + VIRAMA + "])(?:\\x{200D}|\\x{200C}(?=\\p{L}))",
                    // Bengali and Kannada: the letter stays whole, and what follows is the one that changes
                    "(?<=\\x{9B0})\\x{200D}(?=\\x{9CD})",
                    "(?<=\\x{CB0})\\x{200D}(?=\\x{CCD})",
                    "(?<=(?![" + ALONE + NEVER_ON + "])" + ARABIC + "\\p{M}{0,6})\\x{200C}(?=\\p{M}{0,6}(?![" + ALONE
                            + "])" + ARABIC + ")",
                    "(?<=[\\x{1820}-\\x{1878}\\x{1880}-\\x{18AA}])[\\x{180B}-\\x{180D}\\x{180F}]")
            + ")" + MAYBE);

    private Unseen() {}

    /** A text without it. */
    static String without(String text) {
        Matcher never = NEVER.matcher(text);
        return IDLE.matcher(never.replaceAll("$1")).replaceAll("");
    }

    /**
     * What stands in brackets in a pattern for code points and ranges of them, in hexadecimal: the characters themselves,
     * as looking behind does not find those of two {@code char}s in a pattern without any.
     */
    private static String of(String ranges) {
        return Arrays.stream(ranges.split(" "))
                .map(range -> Arrays.stream(range.split("-"))
                        .map(code -> Character.toString(Integer.parseInt(code, 16)))
                        .collect(Collectors.joining("-")))
                .collect(Collectors.joining());
    }

    private static String tags(String letters) {
        return letters.chars()
                .mapToObj(letter -> "\\x{" + Integer.toHexString(0xE0000 + letter) + "}")
                .collect(Collectors.joining());
    }
}
