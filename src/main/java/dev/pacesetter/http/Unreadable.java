package dev.pacesetter.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests that no route ever sees, as they cannot be read. */
final class Unreadable {

    private static final Logger LOG = LoggerFactory.getLogger(Unreadable.class);

    private final ProblemMeters problems;
    private final int maxLineBytes;
    private final int maxHeaderBytes;

    Unreadable(ProblemMeters problems, int maxLineBytes, int maxHeaderBytes) {
        this.problems = problems;
        this.maxLineBytes = maxLineBytes;
        this.maxHeaderBytes = maxHeaderBytes;
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
        problems.count(problem);
        LOG.atDebug().addKeyValue("problem", problem.slug()).log("A request could not be read");
        request.response().putHeader("Connection", "close");
        problem.send(request.response());
        request.connection().close();
    }
}
