package dev.pacesetter.postgres;

import io.vertx.pgclient.PgConnectOptions;
import java.util.Locale;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;

/** Brings the schema up to date. */
public final class Migrations {

    private Migrations() {}

    /**
     * Applies what is missing; nodes that start together take turns. Blocks, for as long as a migration takes: connecting
     * is bounded, and the rest is not, so first find a server that {@linkplain PostgresServers#writable answers}.
     *
     * @throws org.flywaydb.core.api.FlywayException when PostgreSQL cannot be reached or refuses
     */
    public static void apply(PostgresServers servers) {
        PgConnectOptions first = servers.all().get(0);
        String hosts = servers.all().stream()
                .map(server -> server.getHost() + ":" + server.getPort())
                .collect(Collectors.joining(","));
        String url = "jdbc:postgresql://" + hosts + "/" + first.getDatabase()
                + "?targetServerType=primary&connectTimeout=3&loginTimeout=5&tcpKeepAlive=true&sslmode="
                + first.getSslMode().name().toLowerCase(Locale.ROOT).replace('_', '-');
        Flyway.configure()
                .dataSource(url, first.getUser(), first.getPassword())
                .locations("classpath:db/migration")
                .validateMigrationNaming(true)
                .load()
                .migrate();
    }
}
