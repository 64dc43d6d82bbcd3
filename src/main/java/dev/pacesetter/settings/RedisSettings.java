package dev.pacesetter.settings;

import java.util.List;
import java.util.Locale;

/**
 * The connection to Redis.
 *
 * @param uris one {@code redis://…} (or {@code rediss://…}) for each server; none: an embedded server
 * @param mode how several servers belong together
 * @param timeoutMs how long a command may take, in milliseconds
 */
public record RedisSettings(List<String> uris, Mode mode, int timeoutMs) {

    /** What kind of deployment the servers are. */
    public enum Mode {
        /** One server. */
        STANDALONE,
        /** Redis Cluster: the URIs are some of its nodes. */
        CLUSTER,
        /** The URIs are the sentinels. */
        SENTINEL
    }

    public RedisSettings {
        uris = List.copyOf(uris);
    }

    /** Reads them out of the section {@code redis}. */
    public static RedisSettings read(Section in) {
        RedisSettings settings = new RedisSettings(
                in.servers("uri", ServerUris.REDIS),
                in.choice("mode", Mode.class),
                in.integer("timeoutMs", 10, 600_000));
        if (settings.mode != Mode.STANDALONE && settings.isEmbedded()) {
            in.problem("mode", settings.mode.name().toLowerCase(Locale.ROOT), "standalone, as redis.uri is not set");
        }
        if (settings.mode == Mode.STANDALONE && settings.uris.size() > 1) {
            in.problem("mode", "standalone", "cluster or sentinel, as redis.uri lists several servers");
        }
        return settings;
    }

    /** The same for the server that was started for us. */
    public RedisSettings withUri(String uri) {
        return new RedisSettings(List.of(uri), mode, timeoutMs);
    }

    /** Whether no server is set, so that an embedded one has to be started. */
    public boolean isEmbedded() {
        return uris.isEmpty();
    }

    /** The URIs without user and password, for logs and messages. */
    public String shownUris() {
        return ServerUris.redact(uris);
    }

    @Override
    public String toString() {
        return "RedisSettings[uris=" + shownUris() + ", mode=" + mode + ", timeoutMs=" + timeoutMs + "]";
    }
}
