package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
