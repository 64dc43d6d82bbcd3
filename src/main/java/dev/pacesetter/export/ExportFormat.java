package dev.pacesetter.export;

import dev.pacesetter.http.Problem;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/** How the lines of an export are written. */
public enum ExportFormat {
    /** As RFC 4180 has it, with a header; null is an empty field. */
    CSV("csv", "text/csv; charset=utf-8") {
        @Override
        String header(List<Column> columns) {
            return csv(List.of(columns.stream().map(Column::name).toList()));
        }

        @Override
        String text(List<Column> columns, List<List<@Nullable Object>> lines) {
            List<List<@Nullable Object>> harmless = new ArrayList<>(lines.size());
            for (List<@Nullable Object> line : lines) {
                List<@Nullable Object> cells = new ArrayList<>(line);
                for (int i = 0; i < cells.size(); i++) {
                    if (columns.get(i).isFreeText() && cells.get(i) instanceof String text) {
                        cells.set(i, disarmed(text));
                    }
                }
                harmless.add(cells);
            }
            return csv(harmless);
        }
    },
    /** A JSON object a line. */
    NDJSON("ndjson", "application/x-ndjson") {
        @Override
        String header(List<Column> columns) {
            return "";
        }

        @Override
        String text(List<Column> columns, List<List<@Nullable Object>> lines) {
            StringBuilder text = new StringBuilder();
            for (List<@Nullable Object> line : lines) {
                JsonObject json = new JsonObject();
                for (int i = 0; i < columns.size(); i++) {
                    json.put(columns.get(i).name(), line.get(i));
                }
                text.append(json.encode()).append('\n');
            }
            return text.toString();
        }
    };

    /** What makes spreadsheets take a text for a formula. */
    private static final String ARMED = "=+-@\t\r";

    private final String ending;
    private final String contentType;

    ExportFormat(String ending, String contentType) {
        this.ending = ending;
        this.contentType = contentType;
    }

    /**
     * The one that a request asks for by {@code format}; CSV when by none.
     *
     * @throws dev.pacesetter.http.ProblemException when there is no such format
     */
    public static ExportFormat of(RoutingContext context) {
        String name = context.request().getParam("format");
        if (name == null) {
            return CSV;
        }
        for (ExportFormat format : values()) {
            if (format.ending.equals(name)) {
                return format;
            }
        }
        throw Problem.invalid("format", "must be csv or ndjson").exception();
    }

    /** Of a file's name, and the format's own. */
    String ending() {
        return ending;
    }

    String contentType() {
        return contentType;
    }

    /** What comes before all lines. */
    abstract String header(List<Column> columns);

    /** Some lines. */
    abstract String text(List<Column> columns, List<List<@Nullable Object>> lines);

    private static String disarmed(String text) {
        return !text.isEmpty() && ARMED.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String csv(List<? extends List<?>> lines) {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
            for (List<?> line : lines) {
                printer.printRecord(line);
            }
        } catch (IOException never) {
            // A StringBuilder takes everything.
            throw new UncheckedIOException(never);
        }
        return text.toString();
    }
}
