package dev.pacesetter.live;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The registrations of one bridge that hold only as long as somebody's token or key does, the one that was looked at the
 * longest ago first. There are at most as many as there are registrations.
 */
final class Passes {

    private record Held(BridgeSocket by, long checkedAt) {}

    private final Map<Pass, Held> all = new LinkedHashMap<>();

    /** One that has just been looked at. */
    void add(Pass pass, BridgeSocket by, long now) {
        all.remove(pass);
        all.put(pass, new Held(by, now));
    }

    void remove(Pass pass) {
        all.remove(pass);
    }

    /** Who holds it; null when nobody does any more. */
    @Nullable BridgeSocket holder(Pass pass) {
        Held held = all.get(pass);
        return held == null ? null : held.by();
    }

    /** Those whose token has ended. */
    List<Pass> ended(Instant now) {
        return all.keySet().stream()
                .filter(pass -> !pass.isOpen() && pass.ended(now))
                .toList();
    }

    /** Those that an actor holds. */
    List<Pass> of(String actor) {
        return all.keySet().stream().filter(pass -> pass.actor().equals(actor)).toList();
    }

    /**
     * How many to look at in a second, for each to have its turn in time.
     *
     * @param everyMillis how often each is looked at
     * @param least as many at least
     */
    int share(long everyMillis, int least) {
        return (int) Math.max(least, (all.size() * 1_000L + everyMillis - 1) / everyMillis);
    }

    /**
     * Those to be looked at again. They count as looked at.
     *
     * @param everyMillis how often each is
     * @param most how many now; the others stay the first
     */
    List<Pass> due(long now, long everyMillis, int most) {
        List<Pass> due = new ArrayList<>();
        for (Map.Entry<Pass, Held> each : all.entrySet()) {
            if (due.size() == most || now - each.getValue().checkedAt() < everyMillis) {
                break;
            }
            due.add(each.getKey());
        }
        due.forEach(pass -> {
            Held held = all.remove(pass);
            if (held != null) {
                all.put(pass, new Held(held.by(), now));
            }
        });
        return due;
    }
}
