package dev.pacesetter.support;

import com.github.dockerjava.api.DockerClient;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A container. */
final class ContainerRedisHandle implements RedisHandle {

    private static final String IMAGE = "redis:7.2";
    private static final int PORT = 6379;

    private final GenericContainer<?> container;
    private final DockerClient docker;
    private final int port;

    // The container is closed by close().
    @SuppressWarnings("resource")
    ContainerRedisHandle() {
        port = FreePort.next();
        container = new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withCommand("redis-server", "--save", "", "--appendonly", "no")
                .withExposedPorts(PORT)
                .waitingFor(Wait.forListeningPort());
        // One that stays the same over a new start.
        container.setPortBindings(List.of(port + ":" + PORT));
        container.start();
        docker = container.getDockerClient();
    }

    @Override
    public void save() {
        throw new UnsupportedOperationException("only of the embedded one");
    }

    @Override
    public void restartFromSnapshot() {
        throw new UnsupportedOperationException("only of the embedded one");
    }

    @Override
    public String uri() {
        return "redis://" + container.getHost() + ":" + port;
    }

    @Override
    public synchronized void stop() {
        docker.stopContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public synchronized void kill() {
        docker.killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public synchronized void start() {
        docker.startContainerCmd(container.getContainerId()).exec();
        Wait.forListeningPort().waitUntilReady(container);
    }

    @Override
    public synchronized void pause() {
        docker.pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public synchronized void resume() {
        docker.unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public synchronized void close() {
        container.close();
    }
}
