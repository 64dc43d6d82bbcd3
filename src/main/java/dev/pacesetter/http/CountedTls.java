package dev.pacesetter.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * The JDK's TLS, which tells of each connection as soon as it is open: Vert.x tells of one only after its handshake, and a
 * client that never begins one would not count for as long as that may take.
 */
final class CountedTls extends JdkSSLEngineOptions {

    private final Consumer<ChannelHandlerContext> opened;

    /** @param opened hears of each, on its event loop, and may close it */
    CountedTls(Consumer<ChannelHandlerContext> opened) {
        this.opened = opened;
    }

    @Override
    public CountedTls copy() {
        return new CountedTls(opened);
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new DefaultSslContextFactory(SslProvider.JDK, false) {
            @Override
            public SslContext create() throws SSLException {
                return new Counting(super.create(), opened);
            }
        };
    }

    private static final class Counting extends DelegatingSslContext {

        private final Consumer<ChannelHandlerContext> opened;

        Counting(SslContext context, Consumer<ChannelHandlerContext> opened) {
            super(context);
            this.opened = opened;
        }

        @Override
        protected void initEngine(SSLEngine engine) {}

        @Override
        protected SslHandler newHandler(ByteBufAllocator buffers, boolean startTls, Executor executor) {
            return handler(newEngine(buffers), startTls, executor);
        }

        @Override
        protected SslHandler newHandler(
                ByteBufAllocator buffers, String host, int port, boolean startTls, Executor executor) {
            return handler(newEngine(buffers, host, port), startTls, executor);
        }

        private SslHandler handler(SSLEngine engine, boolean startTls, Executor executor) {
            return new SslHandler(engine, startTls, executor) {
                @Override
                public void handlerAdded(ChannelHandlerContext context) throws Exception {
                    super.handlerAdded(context);
                    opened.accept(context);
                }
            };
        }
    }
}
