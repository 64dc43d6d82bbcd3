package dev.pacesetter;

import dev.pacesetter.domain.Leaderboard;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.ranking.LeaderboardSeeds;
import dev.pacesetter.settings.Resources;
import dev.pacesetter.settings.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node is to be, checked: what is wrong with the settings has shown before anything waits for a store.
 *
 * @param seeds the leaderboards of the first start
 * @param demo whether simulated athletes work out on it
 */
record Plan(Settings settings, PostgresServers servers, List<Leaderboard> seeds, boolean demo) {

    /**
     * Reads the seeds. Blocks.
     *
     * @throws SettingsException when something is wrong
     */
    static Plan of(Settings settings, boolean demo) {
        if (demo && settings.auth().adminKey() == null) {
            throw new SettingsException(List.of("--demo needs auth.adminKey to be set"));
        }
        return new Plan(
                settings, new PostgresServers(settings.postgres().uris()), seeds(settings.leaderboards()), demo);
    }

    /** The operator's own file, or the one that comes along. */
    private static List<Leaderboard> seeds(String name) {
        String json = text(Path.of(name));
        try {
            return LeaderboardSeeds.parse(json == null ? Resources.text(name) : json);
        } catch (IllegalArgumentException | IllegalStateException wrong) {
            throw new SettingsException(List.of(name + ": " + wrong.getMessage()));
        }
    }

    private static @Nullable String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : null;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
