package dev.pacesetter.ingest;

import dev.pacesetter.domain.Score;
import dev.pacesetter.http.Problem;
import dev.pacesetter.postgres.PostgresFailures;
import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;

/** Whether there is such a user: one without scores is answered otherwise than nobody. */
final class Athletes {

    private static final String FIND = Resources.text("sql/ingest/find_athlete.sql");
    private static final long STATEMENT_SECONDS = 5;

    private final Pool pool;

    Athletes(Pool pool) {
        this.pool = pool;
    }

    /**
     * Fails with a problem when there is none.
     *
     * @throws dev.pacesetter.http.ProblemException when this cannot be a user's id
     */
    Future<String> known(String userId) {
        if (!Score.isUserId(userId)) {
            throw Problem.invalid("userId", "must be 1 to 64 of A-Z a-z 0-9 _ . -")
                    .exception();
        }
        return pool.preparedQuery(FIND)
                .execute(Tuple.of(userId))
                .timeout(STATEMENT_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        PostgresFailures.isDown(failure)
                                ? Problem.storageUnavailable().exception()
                                : failure))
                .compose(rows -> rows.size() > 0
                        ? Future.succeededFuture(userId)
                        : Future.failedFuture(
                                Problem.notFound("There is no such user").exception()));
    }
}
