package dev.pacesetter.ranking;

import dev.pacesetter.domain.RankKey;
import dev.pacesetter.ranking.RankingStore.Line;
import dev.pacesetter.ranking.RankingStore.Slice;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ranking of some entries only, in memory; reads of it are what the scripts read of a sorted set.
 *
 * @param epoch of what it was read from
 * @param version of what it was read from
 * @param lines in order
 */
record Selection(String epoch, long version, List<Line> lines) {

    /** As Redis has it: by packed key, then by the user's id. */
    private static final Comparator<Line> ORDER =
            Comparator.comparingLong(Line::key).thenComparing(Line::userId);

    Selection {
        lines = lines.stream().sorted(ORDER).toList();
    }

    Slice page(long offset, int limit) {
        int from = (int) Math.min(offset, lines.size());
        return slice(from, Math.min(lines.size(), from + limit), null);
    }

    /** No lines when the user has no entry. */
    Slice around(String userId, int neighbours) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).userId().equals(userId)) {
                int better = better(lines.get(i));
                Long next = better == 0 ? null : (Long) lines.get(better - 1).key();
                return slice(Math.max(0, i - neighbours), Math.min(lines.size(), i + neighbours + 1), next);
            }
        }
        return new Slice(epoch, version, lines.size(), -1, 0, List.of(), null);
    }

    private Slice slice(int from, int to, @Nullable Long next) {
        int better = from < to ? better(lines.get(from)) : 0;
        return new Slice(epoch, version, lines.size(), from, better, List.copyOf(lines.subList(from, to)), next);
    }

    /** How many entries have a better value. */
    private int better(Line line) {
        int low = 0;
        int high = lines.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (RankKey.isBetter(lines.get(middle).key(), line.key())) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
