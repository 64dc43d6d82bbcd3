package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What others can reach of a node, and with which keys they may. */
class ExposureIT {

    private static final Pattern POSTGRES = Pattern.compile("postgres=\"postgres(?:ql)?://[^\"]*?:(\\d+)/");
    private static final Pattern REDIS = Pattern.compile("redis=\"redis://[^\"]*?:(\\d+)\"");
    private static final String LOOPBACK = "0100007F";
    private static final String ANY = "00000000";
    private static final String LISTENING = "0A";

    @TempDir
    private Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldKeepEmbeddedStoresToTheMachineWhereverHttpListens() throws IOException {
        Map<String, String> open = Map.of("PACESETTER_HTTP_HOST", "0.0.0.0");
        try (NodeProcess node = NodeProcess.start(directory, open)) {
            assertEquals(List.of(ANY), addresses(node.port()));
            assertEquals(List.of(LOOPBACK), addresses(found(POSTGRES, node.log())));
            assertEquals(List.of(LOOPBACK), addresses(found(REDIS, node.log())));
        }
        try (NodeProcess node = NodeProcess.start(directory, Map.of())) {
            assertEquals(List.of(LOOPBACK), addresses(node.port()), "without a word, HTTP as well");
        }
    }

    private static int found(Pattern pattern, String log) {
        Matcher matcher = pattern.matcher(log);
        assertTrue(matcher.find(), log);
        return Integer.parseInt(matcher.group(1));
    }

    /** Where something listens at a port: addresses as the kernel writes them, those of IPv6 as well. */
    private static List<String> addresses(int port) throws IOException {
        String hex = String.format(":%04X", port);
        List<String> found = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] cells = line.strip().split("\\s+", -1);
                if (cells.length > 3 && cells[1].endsWith(hex) && cells[3].equals(LISTENING)) {
                    // A loopback or any address of IPv4 as IPv6 has it.
                    String address = cells[1].substring(0, cells[1].indexOf(':'));
                    found.add(address.replaceFirst("^0{16}(FFFF0000|0{8})(?=.{8}$)", ""));
                }
            }
        }
        return found;
    }

    @Test
    void shouldNotStartForOthersWithAKeyThatTheyCanGuess() {
        try (NodeProcess node = NodeProcess.launch(
                directory, Map.of("PACESETTER_HTTP_HOST", "0.0.0.0", "PACESETTER_AUTH_ADMINKEY", "changeme"))) {
            assertEquals(1, node.waitFor());
            List<String> said = node.log().lines().toList();
            assertEquals(1, said.size(), node.log());
            assertTrue(said.get(0).contains("auth.adminKey = ***: expected at least 16 characters"), node.log());
            assertFalse(node.log().contains("changeme"), node.log());
        }
    }
}
