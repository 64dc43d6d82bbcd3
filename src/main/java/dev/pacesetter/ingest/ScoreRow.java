package dev.pacesetter.ingest;

import dev.pacesetter.domain.Score;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.ZoneOffset;

/** A stored score, as its row has it. */
final class ScoreRow {

    private ScoreRow() {}

    static Score score(Row row) {
        return new Score(
                row.getUUID("id"),
                row.getString("user_id"),
                row.getString("activity"),
                row.getInteger("score"),
                row.getOffsetDateTime("occurred_at").toInstant(),
                row.getShort("utc_offset"));
    }

    /** As the API shows it to its owner and to admins. */
    static JsonObject json(Row row) {
        Score score = score(row);
        JsonObject json = new JsonObject()
                .put("id", score.id().toString())
                .put("userId", score.userId())
                .put("activity", score.activity())
                .put("score", score.value())
                .put("occurredAt", score.occurredAt().toString())
                .put(
                        "utcOffset",
                        ZoneOffset.ofTotalSeconds(score.utcOffset() * 60).getId())
                .put(
                        "receivedAt",
                        row.getOffsetDateTime("received_at").toInstant().toString());
        String held = row.getString("held");
        return held == null ? json : json.put("held", held);
    }
}
