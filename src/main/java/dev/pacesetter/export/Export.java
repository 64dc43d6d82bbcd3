package dev.pacesetter.export;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be exported.
 *
 * @param name of the file, without its ending; ASCII letters, digits and {@code . _ -} alone
 * @param columns of every line
 * @param sql finds the rows, in the order of the lines
 * @param arguments of it
 * @param lines makes lines of rows; asked once for each page, in their order
 */
public record Export(String name, List<Column> columns, String sql, Tuple arguments, Lines lines) {

    public Export {
        columns = List.copyOf(columns);
    }

    /** Makes lines of rows. May remember what came before: each export has its own. */
    public interface Lines {
        /** A page's lines: texts, numbers and nulls, one for each column. */
        Future<List<List<@Nullable Object>>> of(RowSet<Row> rows);
    }
}
