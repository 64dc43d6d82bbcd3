package dev.pacesetter.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.chaos.History.Content;
import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.Stores;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker of the chaos runs: it must see what was lost, and must not see what was not. */
class HistoryIT {

    private static final String ID = "8f1274d7-0000-8000-8000-000000000001";
    private static final Content POSTED = new Content("ada", "ride", 20, 1_795_590_529_204L);
    private static final Content OTHER = new Content("ada", "swim", 10, 1_795_590_527_077L);

    private final History history = new History();
    private String database;

    @BeforeEach
    void start() {
        database = Stores.newDatabase();
        Migrations.apply(new PostgresServers(List.of(database)));
        history.asks(POSTED);
        history.acknowledged(ID, POSTED);
    }

    private long lostWhenStored(Content content) {
        Oracle.execute(database, "delete from score");
        Oracle.execute(
                database,
                "insert into score (id, user_id, activity, score, occurred_at, timed) values ('" + ID + "', '"
                        + content.user() + "', '" + content.activity() + "', " + content.score() + ", to_timestamp("
                        + content.occurredAtMillis() + " / 1000.0), true)");
        return history.compare(database).lost();
    }

    @Test
    void shouldTakeEitherWhileTheAnswerToAChangeIsNotKnown() {
        assertEquals(0, lostWhenStored(POSTED));
        assertEquals(1, lostWhenStored(OTHER));
        history.changing(ID, OTHER);
        assertEquals(0, lostWhenStored(POSTED));
        assertEquals(0, lostWhenStored(OTHER));
        assertEquals(1, lostWhenStored(new Content("ada", "run", 10, OTHER.occurredAtMillis())));
        history.changed(ID);
        assertEquals(1, lostWhenStored(POSTED));
        assertEquals(0, lostWhenStored(OTHER));
        Oracle.execute(database, "delete from score");
        assertEquals(1, history.compare(database).lost());
    }
}
