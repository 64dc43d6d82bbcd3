package dev.pacesetter.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests that no route ever sees, as they cannot be read. */
final class Unreadable {

    private static final Logger LOG = LoggerFactory.getLogger(Unreadable.class);

    private final MeterRegistry meters;
    private final int maxLineBytes;
    private final int maxHeaderBytes;

    Unreadable(MeterRegistry meters, int maxLineBytes, int maxHeaderBytes) {
        this.meters = meters;
        this.maxLineBytes = maxLineBytes;
        this.maxHeaderBytes = maxHeaderBytes;
    }

    /** Counts a problem. */
    static Counter counter(MeterRegistry meters, Problem problem) {
        return Counter.builder("pacesetter.http.problems")
                .description("Requests that were refused or failed, by the problem they were answered with")
                .tag("problem", problem.slug())
                .register(meters);
    }

    /** Answers, and closes: nobody knows where the next request would begin. */
    void answer(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Problem problem;
        if (cause instanceof TooLongHttpLineException) {
            problem = Problem.uriTooLong(maxLineBytes);
        } else if (cause instanceof TooLongHttpHeaderException) {
            problem = Problem.headersTooLarge(maxHeaderBytes);
        } else {
            problem = Problem.invalid("request", "is not HTTP");
        }
        counter(meters, problem).increment();
        LOG.atDebug().addKeyValue("problem", problem.slug()).log("A request could not be read");
        request.response().putHeader("Connection", "close");
        problem.send(request.response());
        request.connection().close();
    }
}
