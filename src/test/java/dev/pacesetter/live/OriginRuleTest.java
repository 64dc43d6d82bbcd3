package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginRuleTest {

    private final OriginRule rule = new OriginRule(List.of("https://App.example.com", "http://localhost:3000"));

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-,                        board.example.com,      true",
                "https://board.example.com, board.example.com,     true",
                "http://board.example.com, Board.example.com:80,   true",
                "https://board.example.com, board.example.com:443, true",
                "http://127.0.0.1:8080,    127.0.0.1:8080,         true",
                "http://127.0.0.1:8081,    127.0.0.1:8080,         false",
                "https://app.example.com,  board.example.com,      true",
                "http://app.example.com,   board.example.com,      false",
                "http://localhost:3000,    board.example.com,      true",
                "https://evil.example,     board.example.com,      false",
                "https://board.example.com.evil.example, board.example.com, false",
                "null,                     board.example.com,      false",
                "https://board.example.com, -,                     false",
                "file://board.example.com, board.example.com,      false"
            })
    void shouldAllowTheSameHostAndThoseNamed(String origin, String host, boolean allowed) {
        assertEquals(allowed, rule.allows(origin, host));
    }
}
