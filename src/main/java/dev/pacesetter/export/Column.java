package dev.pacesetter.export;

import java.util.Arrays;
import java.util.List;

/**
 * One column of an export.
 *
 * @param name heads it in CSV, names the field in NDJSON
 * @param isFreeText whether people choose what is in it, so that a spreadsheet must not take it for a formula
 */
public record Column(String name, boolean isFreeText) {

    /** Columns of ids, numbers and times: what stands in them is written as it is. */
    public static List<Column> exact(String... names) {
        return Arrays.stream(names).map(name -> new Column(name, false)).toList();
    }

    /** A column of what people choose. */
    public static Column freeText(String name) {
        return new Column(name, true);
    }
}
