package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every threat in SECURITY.md names what stops it and a test, and that test is there. */
class ThreatTableTest {

    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z0-9]*(?:IT|Test))\\.([a-z][A-Za-z0-9]*)`");
    private static final Pattern METHOD = Pattern.compile(
            "@(?:Test|ParameterizedTest|TestFactory)\\b.*?(?:void|Stream<DynamicTest>) ([a-z][A-Za-z0-9]*)\\(",
            Pattern.DOTALL);

    @Test
    void shouldNameATestForEveryThreat() throws IOException {
        List<String> rows = rows();
        assertTrue(rows.size() > 40, () -> "the table is not found: " + rows);
        for (String row : rows) {
            String[] cells = row.split("\\|", -1);
            assertEquals(5, cells.length, row);
            assertTrue(!cells[2].isBlank() && NAMED.matcher(cells[3]).find(), row);
        }
    }

    @Test
    void shouldNameTestsThatAreThere() throws IOException {
        Set<String> tests = tests();
        Set<String> missing = new TreeSet<>();
        for (String row : rows()) {
            Matcher named = NAMED.matcher(row);
            while (named.find()) {
                String test = named.group(1) + "." + named.group(2);
                if (!tests.contains(test)) {
                    missing.add(test);
                }
            }
        }
        assertEquals(Set.of(), missing);
    }

    /** Those of the table, without its head and headings. */
    private static List<String> rows() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("SECURITY.md"));
        int head = lines.indexOf("| threat | what stops it | the test |");
        assertTrue(head >= 0, "SECURITY.md has no table of threats");
        return lines.subList(head + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .filter(line -> !line.startsWith("| **"))
                .toList();
    }

    private static Set<String> tests() throws IOException {
        Set<String> tests = new HashSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String type = file.getFileName().toString().replace(".java", "");
                Matcher method = METHOD.matcher(Files.readString(file));
                while (method.find()) {
                    tests.add(type + "." + method.group(1));
                }
            }
        }
        return tests;
    }
}
