package dev.pacesetter.chaos;

import dev.pacesetter.support.Api;
import dev.pacesetter.support.App;
import dev.pacesetter.support.FreePort;
import dev.pacesetter.support.NodeProcess;
import dev.pacesetter.support.PostgresHandle;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import dev.pacesetter.support.TcpProxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes as processes of their own, on stores of their own, with a network between them that can be spoilt. */
final class Cluster implements AutoCloseable {

    final PostgresHandle postgres = new PostgresHandle();
    final RedisHandle redis = Stores.newRedis();
    final TcpProxy toPostgres = new TcpProxy(postgres.port());
    final TcpProxy toRedis = new TcpProxy(URI.create(redis.uri()).getPort());

    private final Path directory;
    private final List<Integer> ports = new ArrayList<>();
    private final Map<Integer, NodeProcess> nodes = new HashMap<>();

    /** @param directory where nodes run and log */
    Cluster(Path directory, int size) {
        this.directory = directory;
        try (InputStream seeds = Cluster.class.getResourceAsStream("/chaos/leaderboards.json")) {
            Files.createDirectories(directory.resolve("conf"));
            Files.write(directory.resolve("conf/leaderboards.json"), seeds.readAllBytes());
            for (int i = 0; i < size; i++) {
                ports.add(FreePort.next());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int size() {
        return ports.size();
    }

    /** Where nodes are, if they are up. */
    List<String> bases() {
        return ports.stream().map(port -> "http://127.0.0.1:" + port).toList();
    }

    Api api(int node) {
        return new Api(bases().get(node));
    }

    /** Starts a node that is not running; does not wait for it. */
    synchronized void start(int node) {
        NodeProcess old = nodes.get(node);
        if (old == null || !old.isAlive()) {
            nodes.put(
                    node,
                    NodeProcess.launch(
                            directory,
                            Map.of(
                                    "PACESETTER_HTTP_PORT",
                                    String.valueOf(ports.get(node)),
                                    "PACESETTER_POSTGRES_URI",
                                    "postgresql://postgres:none@127.0.0.1:" + toPostgres.port() + "/postgres",
                                    "PACESETTER_REDIS_URI",
                                    "redis://127.0.0.1:" + toRedis.port(),
                                    "PACESETTER_AUTH_ADMINKEY",
                                    App.ADMIN_KEY,
                                    // Both ways to rank among a group, on the same one.
                                    "PACESETTER_GROUPS_LARGEFROM",
                                    node == 0 ? "1" : "250",
                                    // It would mend what has to be right without it.
                                    "PACESETTER_RANKING_AUDITPERSECOND",
                                    "0")));
        }
    }

    void startAll() {
        for (int node = 0; node < size(); node++) {
            start(node);
        }
    }

    /** Ends a node as {@code kill -9} does; whether there was one to end. */
    synchronized boolean kill(int node) {
        NodeProcess running = nodes.get(node);
        if (running == null || !running.isAlive()) {
            return false;
        }
        running.kill();
        return true;
    }

    boolean isReady(int node) {
        return api(node).get("/health/ready", null).status() == 200;
    }

    /** The end of what a node's last process has logged. */
    synchronized String log(int node) {
        NodeProcess last = nodes.get(node);
        String log = last == null ? "" : last.log();
        return log.substring(Math.max(0, log.length() - 4_000));
    }

    @Override
    public synchronized void close() {
        nodes.values().forEach(node -> {
            if (node.isAlive()) {
                node.kill();
            }
        });
        toPostgres.close();
        toRedis.close();
        postgres.close();
        redis.close();
    }
}
