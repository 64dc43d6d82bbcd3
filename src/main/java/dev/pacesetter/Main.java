package dev.pacesetter;

import dev.pacesetter.embedded.EmbeddedStoreException;
import dev.pacesetter.metrics.PoolUse;
import dev.pacesetter.postgres.PostgresRefusal;
import dev.pacesetter.settings.SettingsException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program: {@code java -jar pacesetter.jar [--demo]}. */
public final class Main {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final String DEMO = "--demo";
    private static final long SHUTDOWN_SECONDS = 10;

    private static final AtomicBoolean FAILED = new AtomicBoolean();

    private Main() {}

    /** Starts a node, and stops it in order when the process is asked to end. */
    public static void main(String[] args) {
        Instant began = Instant.now();
        List<String> arguments = List.of(args);
        if (!Set.of(DEMO).containsAll(arguments)) {
            fail("Wrong argument: the only one is " + DEMO);
            return;
        }
        Vertx vertx = PoolUse.vertx(new VertxOptions().setPreferNativeTransport(true));
        Settings.load(vertx, Map.copyOf(System.getenv()))
                .compose(settings -> Pacesetter.start(vertx, settings, arguments.contains(DEMO))
                        .onSuccess(node -> started(node, settings, began)))
                .compose(Pacesetter::serving)
                .onFailure(Main::fail);
    }

    /** It listens; it may still wait for a store, and be asked to end while it does. */
    private static void started(Pacesetter node, Settings settings, Instant began) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node), "shutdown"));
        LOG.atInfo()
                .addKeyValue("millis", Duration.between(began, Instant.now()).toMillis())
                .log("Pacesetter is at http://{}:{}", shown(settings.http().host()), node.port());
    }

    private static String shown(String host) {
        return host.equals("127.0.0.1") || host.equals("0.0.0.0") ? "localhost" : host;
    }

    private static void stop(Pacesetter node) {
        try {
            node.close().toCompletionStage().toCompletableFuture().get(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
            // Asked to end and ended in order: that is no failure, whatever the signal.
            Runtime.getRuntime().halt(FAILED.get() ? 1 : 0);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            LOG.atWarn().addKeyValue("why", failure).log("Did not stop in order");
        }
    }

    private static void fail(Throwable failure) {
        if (failure instanceof CancellationException) {
            // Asked to end while it waited: the shutdown hook is at work.
            return;
        }
        if (failure instanceof SettingsException
                || failure instanceof EmbeddedStoreException
                || failure instanceof PostgresRefusal) {
            fail(String.valueOf(failure.getMessage()));
        } else if (failure instanceof BindException) {
            fail("The port is taken: " + failure.getMessage() + "; set http.port (PACESETTER_HTTP_PORT) to another");
        } else {
            LOG.atError().setCause(failure).log("Pacesetter did not start");
            exit();
        }
    }

    private static void fail(String line) {
        LOG.error("{}", line);
        exit();
    }

    private static void exit() {
        FAILED.set(true);
        Thread exit = new Thread(() -> System.exit(1), "exit");
        exit.setDaemon(true);
        exit.start();
    }
}
