package dev.pacesetter.settings;

import java.util.List;

/**
 * The connection to PostgreSQL.
 *
 * @param uris one {@code postgresql://…} for each server, of which the primary is used; none: an embedded server
 * @param poolSize connections
 * @param maxWaiting requests that may wait for a connection, past which they fail
 */
public record PostgresSettings(List<String> uris, int poolSize, int maxWaiting) {

    public PostgresSettings {
        uris = List.copyOf(uris);
    }

    /** Reads them out of the section {@code postgres}. */
    public static PostgresSettings read(Section in) {
        return new PostgresSettings(
                in.servers("uri", ServerUris.POSTGRES),
                in.integer("poolSize", 1, 1_000),
                in.integer("maxWaiting", 1, 1_000_000));
    }

    /** The same for the server that was started for us. */
    public PostgresSettings withUri(String uri) {
        return new PostgresSettings(List.of(uri), poolSize, maxWaiting);
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
        return "PostgresSettings[uris=" + shownUris() + ", poolSize=" + poolSize + ", maxWaiting=" + maxWaiting + "]";
    }
}
