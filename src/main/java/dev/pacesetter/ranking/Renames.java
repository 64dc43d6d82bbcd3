package dev.pacesetter.ranking;

import dev.pacesetter.redis.RedisDown;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other nodes whom this one has renamed, one after the other. Those of whom they cannot be told wait until
 * Redis is back. Of more than there is room for, the eldest go: other nodes then show the old name until they ask for it
 * again by themselves, which is a minute.
 *
 * <p>Of one event loop.
 */
final class Renames {

    private static final Logger LOG = LoggerFactory.getLogger(Renames.class);

    private final Function<String, Future<?>> tell;
    private final int most;
    private final Set<String> waiting = new LinkedHashSet<>();
    private boolean up;
    private boolean telling;

    /**
     * None to be told of.
     *
     * @param tell tells all nodes of a user
     * @param most how many may wait
     */
    Renames(Function<String, Future<?>> tell, int most) {
        this.tell = tell;
        this.most = most;
    }

    /** A user has another name. */
    void add(String userId) {
        // One who waits goes to the end: the last name is the one that counts.
        waiting.remove(userId);
        waiting.add(userId);
        if (waiting.size() > most) {
            Iterator<String> eldest = waiting.iterator();
            eldest.next();
            eldest.remove();
            LOG.debug("More users are renamed than can be remembered without Redis");
        }
        proceed();
    }

    /** Others can be told. */
    void up() {
        up = true;
        proceed();
    }

    /** Nobody can be told. */
    void down() {
        up = false;
    }

    private void proceed() {
        if (!up || telling || waiting.isEmpty()) {
            return;
        }
        telling = true;
        Iterator<String> first = waiting.iterator();
        String userId = first.next();
        first.remove();
        tell.apply(userId).onComplete(told -> {
            telling = false;
            if (told.failed()) {
                LOG.atWarn()
                        .addKeyValue("why", told.cause().getMessage())
                        .log("Other nodes were not told of a renaming");
                if (told.cause() instanceof RedisDown && waiting.size() < most) {
                    waiting.add(userId);
                }
            }
            proceed();
        });
    }
}
