package dev.pacesetter.domain;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class GroupTest {

    private static final Group CREW = new Group("crew", "Crew", "eve", false, true, 3, 7, List.of("B", "a", "c"));

    @Test
    void shouldKnowItsMembersAndItsOwner() {
        for (String member : CREW.members()) {
            assertTrue(CREW.has(member));
            assertFalse(CREW.isOwnedBy(member));
        }
        assertFalse(CREW.has("b"));
        assertFalse(CREW.has("eve"));
        assertTrue(CREW.isOwnedBy("eve"));
    }

    @Test
    void shouldBelongToNobodyWithoutAnOwner() {
        Group company = new Group("company", "Company", null, true, false, 0, 1, List.of());

        assertFalse(company.isOwnedBy("null"));
        assertFalse(company.has(""));
    }

    @Test
    void shouldTakeSlugsForIds() {
        assertTrue(Group.isId("a-1"));
        assertTrue(Group.isId("x".repeat(64)));
        for (String bad : List.of("", "A", "a.b", "a b", "x".repeat(65))) {
            assertFalse(Group.isId(bad), bad);
        }
    }
}
