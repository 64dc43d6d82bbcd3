package dev.pacesetter.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * How the requests of one connection come in, seen below Vert.x, which tells of a request only once its whole head is
 * there. Measures nothing itself: it is looked at every second.
 *
 * <pre>
 *  idle --a byte--> head --its last--> body --its last--> idle
 *                                       101 --> upgraded: what comes is no HTTP
 * </pre>
 */
final class Intake {

    /** Of a body that is worked on as it comes, so much has to come within the time: one short line. */
    private static final int LEAST_STREAMED = 32;

    private enum Stage {
        IDLE,
        HEAD,
        BODY,
        UPGRADED
    }

    private final ChannelHandlerContext bytes;
    private final IntSupplier seconds;
    private final int most;
    private Stage stage = Stage.IDLE;
    private int since;
    private boolean streamed;
    private int received;
    /** A request has come that no answer was begun to. */
    private boolean unanswered;
    /** An answer was begun and not ended. */
    private boolean answering;

    /** Sees what comes before it is decoded. */
    private final class Bytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (stage == Stage.IDLE) {
                stage = Stage.HEAD;
                since = seconds.getAsInt();
            }
            context.fireChannelRead(message);
        }
    }

    /** Sees what was decoded, and what is answered. */
    private final class Messages extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                stage = Stage.BODY;
                since = seconds.getAsInt();
                streamed = false;
                received = 0;
                unanswered = true;
            }
            if (message instanceof HttpContent content) {
                received += content.content().readableBytes();
                if (message instanceof LastHttpContent) {
                    stage = Stage.IDLE;
                }
            }
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            if (message instanceof HttpResponse response) {
                unanswered = false;
                answering = true;
                if (HttpResponseStatus.SWITCHING_PROTOCOLS.equals(response.status())) {
                    stage = Stage.UPGRADED;
                }
            }
            if (message instanceof LastHttpContent) {
                answering = false;
                if (stage == Stage.BODY && streamed) {
                    // Nobody works on the rest: it has the time of any other.
                    streamed = false;
                    since = seconds.getAsInt();
                }
            }
            super.write(context, message, promise);
        }
    }

    /**
     * Begins to look.
     *
     * @param pipeline of a connection, as Vert.x makes it for HTTP/1
     * @param seconds a clock
     * @param most seconds that a head may take, and a body after it
     */
    Intake(ChannelPipeline pipeline, IntSupplier seconds, int most) {
        this.seconds = seconds;
        this.most = most;
        pipeline.addBefore("httpDecoder", "intakeBytes", new Bytes());
        pipeline.addBefore("handler", "intakeMessages", new Messages());
        bytes = pipeline.context("intakeBytes");
    }

    /** The body in hand is worked on as it comes, until it is answered: it may take long, as long as it does come. */
    void stream() {
        streamed = true;
    }

    /**
     * Closes the connection when its request takes too long. To be called every second.
     *
     * @param answer what is answered then, if no answer was begun
     * @return whether it did
     */
    @SuppressWarnings("FutureReturnValueIgnored") // a connection that cannot be closed is closed
    boolean closeIfLate(Supplier<ByteBuf> answer) {
        if (stage != Stage.HEAD && stage != Stage.BODY) {
            return false;
        }
        if (!bytes.channel().config().isAutoRead()) {
            // It is us who do not read.
            since++;
            return false;
        }
        if (stage == Stage.BODY && streamed && received >= LEAST_STREAMED) {
            since = seconds.getAsInt();
            received = 0;
        }
        if (seconds.getAsInt() - since <= most) {
            return false;
        }
        if (!answering && unanswered == (stage == Stage.BODY)) {
            bytes.writeAndFlush(answer.get()).addListener(ChannelFutureListener.CLOSE);
        } else {
            bytes.close();
        }
        return true;
    }
}
