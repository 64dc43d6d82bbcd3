package dev.pacesetter.ranking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pacesetter.redis.RedisDown;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RenamesTest {

    private final List<String> told = new ArrayList<>();
    private final List<Promise<Void>> answers = new ArrayList<>();
    private final Renames renames = new Renames(this::tell, 3);

    private Future<?> tell(String userId) {
        told.add(userId);
        Promise<Void> answer = Promise.promise();
        answers.add(answer);
        return answer.future();
    }

    private void answer() {
        answers.remove(0).complete();
    }

    @Test
    void shouldTellOneAfterTheOtherOnceOthersCanBeTold() {
        renames.add("a");
        renames.add("b");
        renames.add("a");
        assertEquals(List.of(), told);
        renames.up();
        assertEquals(List.of("b"), told);
        answer();
        assertEquals(List.of("b", "a"), told);
        answer();
        renames.add("c");
        assertEquals(List.of("b", "a", "c"), told);
    }

    @Test
    void shouldTellAgainWhomItCouldNotTellOf() {
        renames.up();
        renames.add("a");
        renames.add("b");
        renames.down();
        answers.remove(0).fail(new RedisDown("down"));
        assertEquals(List.of("a"), told);
        renames.up();
        answer();
        answer();
        assertEquals(List.of("a", "b", "a"), told);
    }

    @Test
    void shouldNotTryForEverWhatIsRefused() {
        renames.up();
        renames.add("a");
        answers.remove(0).fail("no such script");
        assertEquals(List.of("a"), told);
    }

    @Test
    void shouldRememberSoManyAndNoMore() {
        for (int i = 0; i < 10; i++) {
            renames.add("u" + i);
        }
        renames.up();
        answer();
        answer();
        answer();
        assertEquals(List.of("u7", "u8", "u9"), told);
    }
}
