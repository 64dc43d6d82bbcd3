package dev.pacesetter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.App;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Dashboards and alerts go by the names in {@code docs/operations.md}: a node has those, with those labels, and no others. */
class DocumentedMetricsIT {

    /** A row of the table: name, labels, and what it is. */
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(pacesetter_[a-z_]+)(?:\\{([a-z_,]+)})?` \\| (.*?) \\|");
    /** What a row says of one that a node without TLS does not have. */
    private static final String WITH_TLS = "(only with `http.tls`)";

    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (pacesetter_\\w+) (\\w+)$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(pacesetter_\\w+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");

    @Test
    void shouldHaveWhatIsDocumentedAndNothingElse() throws IOException {
        Map<String, Set<String>> documented = new TreeMap<>();
        Set<String> tls = new TreeSet<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("docs", "operations.md")));
        while (row.find()) {
            Set<String> labels = row.group(2) == null
                    ? Set.of()
                    : new TreeSet<>(Arrays.asList(row.group(2).split(",")));
            if (row.group(3).contains(WITH_TLS)) {
                tls.add(row.group(1));
            } else {
                documented.put(row.group(1), labels);
            }
        }
        // TlsIT looks at it.
        assertEquals(Set.of("pacesetter_http_certificate_end"), tls);
        RedisHandle redis = Stores.newRedis();
        try (App app = App.start(Stores.newDatabase(), redis.uri())) {
            // So that there is one that was timed.
            app.api()
                    .post(
                            "/api/v1/scores",
                            App.ADMIN_KEY,
                            Api.score("rowing", 1).put("userId", "ada"));
            Await.until("timed", () -> text(app).contains("pacesetter_http_requests_seconds_count"));
            assertEquals(documented, shown(text(app)));
        } finally {
            redis.close();
        }
    }

    private static String text(App app) {
        return app.api().get("/metrics", null).text();
    }

    /** The labels of each metric; what a histogram is made of is not told one by one. */
    private static Map<String, Set<String>> shown(String text) {
        Set<String> histograms = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        TYPE.matcher(text).results().forEach(type -> {
            names.add(type.group(1));
            if (type.group(2).equals("histogram")) {
                histograms.add(type.group(1));
            }
        });
        histograms.forEach(histogram -> names.remove(histogram + "_max"));
        Map<String, Set<String>> shown = new TreeMap<>();
        names.forEach(name -> shown.put(name, new TreeSet<>()));
        SAMPLE.matcher(text).results().forEach(sample -> {
            String name = sample.group(1);
            String of = name.replaceFirst("_(bucket|count|sum|max)$", "");
            Set<String> labels = shown.get(histograms.contains(of) ? of : name);
            assertTrue(labels != null, name);
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> labels.add(label.group(1)));
            }
            if (histograms.contains(of)) {
                labels.remove("le");
            }
        });
        return shown;
    }
}
