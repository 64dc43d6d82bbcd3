package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayNameTest {

    private static String name(String text) {
        return DisplayName.parse(text).orElse("none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ada",
                "<script>alert(1)</script>",
                "O'Neil \"x\" & Sons",
                "Zoë Ångström",
                "عدی مجید",
                "שרה",
                "می\u200Cخواهم",
                "王小明",
                "👩\u200D👩\u200D👧\u200D👦 runs",
                "❤\uFE0F",
                "🏴\u200D☠\uFE0F",
                "🏴\uDB40\uDC67\uDB40\uDC62\uDB40\uDC65\uDB40\uDC6E\uDB40\uDC67\uDB40\uDC7F",
                "0",
                "प्रिया",
                "Việt"
            })
    void shouldKeepWhatPeopleAreCalled(String text) {
        assertEquals(text, name(text));
    }

    /** Joiners and variants where script or emoji needs them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // Persian: the verb's prefix stands apart, also after a mark
                "می\u200Cخواهم",
                "خانه\u200Cام",
                "سَلَم\u064E\u200Cها",
                // Hindi: a half form, and none; Marathi, Sinhala, Malayalam at the end of a name, Bengali, Kannada
                "क्\u200Dष",
                "क्\u200Cष",
                "र्\u200Dया",
                "ශ්\u200Dරී",
                "കുമാര്\u200D",
                "র\u200D্যাব",
                "ರ\u200D್ಕ",
                // Emoji: a family, a profession with a colour, a heart on fire, an eye in a bubble, keycaps, flags
                "👨\u200D👩\u200D👧\u200D👦",
                "👩🏽\u200D⚕\uFE0F",
                "❤\uFE0F\u200D🔥",
                "👁\uFE0F\u200D🗨\uFE0F",
                "🏃🏿\u200D♀\uFE0F\u200D➡\uFE0F",
                "1\uFE0F\u20E3",
                "☝🏻",
                "🇺🇦🇵🇱",
                "🏳\uFE0F\u200D🌈",
                "🏴\uDB40\uDC67\uDB40\uDC62\uDB40\uDC73\uDB40\uDC63\uDB40\uDC74\uDB40\uDC7F",
                // Mongolian: another shape of a letter
                "ᠠ\u180Bᠨ"
            })
    void shouldKeepJoinersAndVariantsThatAreSeen(String text) {
        assertEquals(text, name(text));
    }

    @ParameterizedTest
    @CsvSource({
        // Letters that they do nothing to
        "ad\\u200Da, ada",
        "ada\\u200C, ada",
        "ad\\uFE0Fa, ada",
        "ad\\uFE01a, ada",
        "ad\\u034Fa, ada",
        "\\u200D\\u200Cada, ada",
        "ad\\u180Ba, ada",
        "王\\uDB40\\uDD00小, 王小",
        "Zoe\\u034F\\u0308, Zoë",
        "Zoe\\u200D\\u0308, Zoë",
        "Ада\\u200D, Ада",
        "\\u05E9\\u200D\\u05E8, \\u05E9\\u05E8",
        // Arabic: after a letter that does not join, at the end, twice, before a space
        "کار\\u200Cها, کارها",
        "می\\u200C, می",
        "می\\u200C\\u200Cخواهم, می\\u200Cخواهم",
        "می\\u200C خواهم, می خواهم",
        "می\\u200Dخواهم, میخواهم",
        "می\\u200Ca, میa",
        // Indic: without a virama, with nothing to keep apart, twice
        "क\\u200Dष, कष",
        "क्\\u200C, क्",
        "क्\\u200D\\u200Dष, क्\\u200Dष",
        // Emoji: at an end, between what is none, pictures that are emoji anyway, twice, hidden behind another one
        "🏃\\u200D, 🏃",
        "🏃\\u200Da, 🏃a",
        "🏃\\uFE0F, 🏃",
        "🏃\\uFE0E, 🏃",
        "❤\\uFE0E, ❤",
        "❤\\uFE0F\\uFE0F, ❤\\uFE0F",
        "→\\uFE0F, →",
        "1\\uFE0F, 1",
        "👩\\u200D\\u200D👧, 👩\\u200D👧",
        "👩\\u2060\\u200D👧, 👩\\u200D👧",
        "🇺\\u200D🇦, 🇺🇦",
        // Tags that make no flag, or another one than there is
        "🏴\\uDB40\\uDC67, 🏴",
        "🏴\\uDB40\\uDC67\\uDB40\\uDC62\\uDB40\\uDC61\\uDB40\\uDC61\\uDB40\\uDC61\\uDB40\\uDC7F, 🏴"
    })
    void shouldTakeOutWhatDoesNothingWhereItStands(String written, String shown) {
        String name = name(plain(written));
        assertEquals(plain(shown), name);
        assertEquals(name, name(name), "and nothing more the next time");
    }

    /** Escapes that the source shows, as what is escaped cannot be seen. */
    private static String plain(String text) {
        return Pattern.compile("\\\\u([0-9A-F]{4})")
                .matcher(text)
                .replaceAll(code -> String.valueOf((char) Integer.parseInt(code.group(1), 16)));
    }

    /** As Unicode lists what has no ink where it is not known; joiners and selectors beside letters. */
    @Test
    void shouldTakeOutEverythingThatIsIgnorableByDefault() {
        String all = "AD 34F 61C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F FEFF FFA0"
                + " FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF";
        for (String range : all.split(" ", -1)) {
            String[] ends = range.split("-", -1);
            for (int one = Integer.parseInt(ends[0], 16); one <= Integer.parseInt(ends[ends.length - 1], 16); one++) {
                assertEquals("ada", name("ad" + Character.toString(one) + "a"), Integer.toHexString(one));
            }
        }
    }

    @Test
    void shouldKeep64Emoji() {
        assertEquals("🏃".repeat(64), name("🏃".repeat(64)));
        assertEquals("none", name("🏃".repeat(65)));
    }

    @Test
    void shouldTakeOutWhatTurnsTheTextBesideIt() {
        assertEquals("Ada 001", name("Ada \u202E001"));
        assertEquals("Ada", name("\u2067Ada\u2069\u200F\u061C"));
    }

    @Test
    void shouldMakeOneOfNamesThatLookTheSame() {
        assertEquals("Ada", name("A\u200Bd\u2060a\uFEFF\u00AD"));
        assertEquals("Zoë", name("Zoe\u0308"));
        assertEquals("Ada Lovelace", name("  Ada\u00A0\u3000 Lovelace\t"));
        assertEquals("Ada", name("Ada\u3164"));
        assertEquals("Ada", name("Ada" + Character.toString(0xE0041)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "\u200B",
                "\u200D\u200D",
                "\u0301",
                "\u2800\u0000",
                "a\u0000b",
                "a\nb",
                "a\u2028b",
                "a\u001b[31m",
                "\uD83C",
                "a\uDFC3\uD83C"
            })
    void shouldTakeNoneThatCannotBeSeenOrStored(String text) {
        assertEquals(Optional.empty(), DisplayName.parse(text));
    }

    @Test
    void shouldTakeNoPilesOfMarks() {
        assertEquals("none", name("Z" + "\u0310".repeat(20) + "algo"));
        assertEquals("none", name("a".repeat(65)));
        assertEquals("none", name("a\u0301".repeat(2_000)));
    }

    @Test
    void shouldShowWhatIsFitOfANameThatSomebodyElseHasChosen() {
        assertEquals(Optional.of("Ada L."), DisplayName.salvage(" Ada\u0000\u202E L.\ud800 "));
        assertEquals(Optional.of("x".repeat(64)), DisplayName.salvage("x".repeat(5_000)));
        assertEquals(Optional.of("\uD83C\uDFC3".repeat(64)), DisplayName.salvage("\uD83C\uDFC3".repeat(65)));
        assertEquals(Optional.empty(), DisplayName.salvage("\u0000\u200B "));
    }
}
