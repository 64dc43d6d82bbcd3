package dev.pacesetter.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Waits for a cluster to show the truth again. */
final class Convergence {

    private static final long LOOK_MILLIS = 20;

    private final Cluster cluster;
    private final Boards boards;

    Convergence(Cluster cluster, Boards boards) {
        this.cluster = cluster;
        this.boards = boards;
    }

    /**
     * Waits until every node is ready and shows every board as SQL has it.
     *
     * @return what still differs when patience has ended; nothing when all is as it must be
     */
    List<String> await(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> differences = differences();
        while (!differences.isEmpty() && System.nanoTime() < deadline) {
            pause(LOOK_MILLIS);
            differences = differences();
        }
        return differences;
    }

    private List<String> differences() {
        try {
            for (int node = 0; node < cluster.size(); node++) {
                if (!cluster.isReady(node)) {
                    return List.of("node " + node + " is not ready");
                }
            }
            List<String> all = new ArrayList<>();
            for (int node = 0; node < cluster.size(); node++) {
                all.addAll(boards.differences(cluster.api(node)));
            }
            return all;
        } catch (IllegalStateException notYet) {
            return List.of(String.valueOf(notYet.getMessage()));
        }
    }

    /** How long a fault lasts. */
    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
