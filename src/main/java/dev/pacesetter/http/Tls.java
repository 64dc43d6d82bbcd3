package dev.pacesetter.http;

import dev.pacesetter.settings.SettingsException;
import dev.pacesetter.settings.TlsSettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of a server: its certificate is read again and again, so that a renewed one is shown without a restart. While what
 * is in the files cannot be used, which is warned of once, the one before is shown. Runs on the server's event loop.
 */
final class Tls {

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private final Vertx vertx;
    private final TlsSettings settings;
    private volatile Certificate shown;
    private @Nullable String warned;
    private @Nullable Long timer;

    private Tls(Vertx vertx, TlsSettings settings, Certificate first) {
        this.vertx = vertx;
        this.settings = settings;
        this.shown = first;
    }

    /** Reads the certificate; fails with a {@link SettingsException} when there is none that can be shown. */
    static Future<Tls> open(Vertx vertx, TlsSettings settings, MeterRegistry meters) {
        return read(vertx, settings)
                .map(first -> {
                    Tls tls = new Tls(vertx, settings, first);
                    Gauge.builder("pacesetter.http.certificate.end", tls, one -> one.shown
                                    .until()
                                    .getEpochSecond())
                            .description("When the certificate that is shown ends, in seconds since 1970")
                            .register(meters);
                    return tls;
                })
                .recover(failure -> Future.failedFuture(new SettingsException(List.of("http.tls.certificate = "
                        + settings.certificate() + ", http.tls.key = " + settings.key() + ": " + why(failure)))));
    }

    private static Future<Certificate> read(Vertx vertx, TlsSettings settings) {
        Path certificate = Objects.requireNonNull(settings.certificate());
        Path key = Objects.requireNonNull(settings.key());
        return vertx.executeBlocking(() -> Certificate.read(vertx, certificate, key), false);
    }

    /**
     * For making the server.
     *
     * @param opened hears of each connection before its handshake
     */
    void apply(HttpServerOptions options, Consumer<ChannelHandlerContext> opened) {
        options.setSsl(true)
                .setSslEngineOptions(new CountedTls(opened))
                .setUseAlpn(false)
                .setKeyCertOptions(shown.options().getKeyCertOptions())
                .setEnabledSecureTransportProtocols(shown.options().getEnabledSecureTransportProtocols())
                .setSslHandshakeTimeout(settings.handshakeSeconds())
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
    }

    /** Looks at the files from now on. */
    void follow(HttpServer server) {
        timer = vertx.setPeriodic(TimeUnit.SECONDS.toMillis(settings.reloadSeconds()), id -> look(server));
    }

    private void look(HttpServer server) {
        read(vertx, settings)
                .compose(fresh -> fresh.isSame(shown) ? Future.succeededFuture() : show(server, fresh))
                .onSuccess(done -> warned = null)
                .onFailure(failure -> {
                    String why = why(failure);
                    if (!why.equals(warned)) {
                        warned = why;
                        LOG.atWarn()
                                .addKeyValue("why", why)
                                .addKeyValue("until", shown.until())
                                .log("The certificate cannot be renewed, the old one is shown");
                    }
                });
    }

    private Future<Void> show(HttpServer server, Certificate fresh) {
        return server.updateSSLOptions(fresh.options(), true)
                .onSuccess(updated -> {
                    shown = fresh;
                    LOG.atInfo().addKeyValue("until", fresh.until()).log("Showing a new certificate");
                })
                .mapEmpty();
    }

    /** Without what the files hold. */
    private static String why(Throwable failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    void close() {
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
