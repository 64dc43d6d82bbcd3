package dev.pacesetter.ingest;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.Accepted;
import dev.pacesetter.bus.BusMessage.LineRefused;
import dev.pacesetter.bus.BusMessage.Repeated;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.bus.BusMessage.SubmitAll;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.http.Auth;
import dev.pacesetter.http.JsonInput;
import dev.pacesetter.http.Ongoing;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request with a score a line. Lines are submitted as they come and answered in their order as they are committed;
 * a line that is wrong fails alone. What is in hand at once is bounded by the number of lines that one request may have.
 *
 * <p>It ends early when it is not whole in time, and with the access of whoever sends it: that is looked at before each
 * submission. Everything happens on the request's event loop.
 */
final class ScoreLines {

    static final int MOST = 1_000;
    static final int LONGEST_BYTES = 4_096;

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Vertx vertx;
    private final ScoreInput input;
    private final Principal caller;
    private final Context loop;
    private final Ongoing access;
    private final Deque<Answer> answers = new ArrayDeque<>();
    private List<Answer> gathered = new ArrayList<>();
    /** Empty ones included. */
    private int lines;
    /** So far; nothing is answered then. */
    private boolean isEmpty = true;
    /** Nothing more is read. */
    private boolean over;

    /** A line's answer, in the order of the lines. */
    private static final class Answer {
        private final @Nullable Submit submit;
        private @Nullable JsonObject json;

        Answer(@Nullable Submit submit, @Nullable JsonObject json) {
            this.submit = submit;
            this.json = json;
        }
    }

    /** On the request's event loop, behind one of the handlers of {@link Auth}. */
    ScoreLines(RoutingContext context, Auth auth, ScoreInput input) {
        this.context = context;
        this.request = context.request();
        this.response = context.response();
        this.vertx = context.vertx();
        this.input = input;
        this.caller = Auth.of(context);
        this.loop = vertx.getOrCreateContext();
        this.access = auth.ongoing(context, caller, this::lost);
    }

    /**
     * Takes what comes, which waits until now.
     *
     * @param seconds how long all of it may take to come
     */
    void take(int seconds) {
        if (response.closed()) {
            // While it was found out who it is: nothing would tell of that any more.
            access.end();
            return;
        }
        long timer = vertx.setTimer(seconds * 1_000L, late -> breakOff(Problem.batchTimeout(seconds)));
        context.addEndHandler(answered -> {
            vertx.cancelTimer(timer);
            access.end();
        });
        RecordParser parser = RecordParser.newDelimited("\n", request).maxRecordSize(LONGEST_BYTES);
        parser.exceptionHandler(broken -> tooLong());
        parser.handler(this::line);
        parser.endHandler(end -> end());
        request.resume();
    }

    private void line(Buffer line) {
        if (over) {
            return;
        }
        // The parser looks at what has no end yet alone.
        if (line.length() > LONGEST_BYTES) {
            tooLong();
            return;
        }
        // Empty ones, too: they would else keep a request open that says nothing.
        if (++lines > MOST) {
            breakOff(Problem.batchTooLong(MOST));
            return;
        }
        if (isBlank(line)) {
            return;
        }
        isEmpty = false;
        try {
            Answer waiting = new Answer(input.line(caller, JsonInput.of(line)), null);
            answers.add(waiting);
            if (gathered.isEmpty()) {
                // With all that came together: the writer takes them as one.
                loop.runOnContext(go -> checkAndSubmit());
            }
            gathered.add(waiting);
        } catch (ProblemException wrong) {
            refuse(wrong.problem());
        }
    }

    private static boolean isBlank(Buffer line) {
        return line.length() == 0 || (line.length() == 1 && line.getByte(0) == '\r');
    }

    private void tooLong() {
        isEmpty = false;
        breakOff(Problem.bodyTooLarge("one line", LONGEST_BYTES));
    }

    /** Whatever follows is not answered: this is said in the place of its first line. */
    private void breakOff(Problem why) {
        if (over) {
            return;
        }
        if (isEmpty) {
            over = true;
            context.fail(why.exception());
            return;
        }
        refuse(why);
        discardRest(request);
        end();
    }

    /** What was not submitted never will be, and nothing more is taken. */
    private void lost(Problem why) {
        List<Answer> never = gathered;
        gathered = new ArrayList<>();
        if (never.isEmpty()) {
            breakOff(why);
            return;
        }
        refuse(never, why);
        if (!over) {
            discardRest(request);
            end();
        }
    }

    /**
     * Reads on for a while without looking: a client that is still sending, on a connection that is closed, would not see
     * its answer.
     */
    static void discardRest(HttpServerRequest request) {
        if (!request.isEnded()) {
            int[] read = {0};
            request.handler(bytes -> {
                read[0] += bytes.length();
                if (read[0] > MOST * LONGEST_BYTES) {
                    request.connection().close();
                }
            });
            request.exceptionHandler(broken -> {});
            request.resume();
        }
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        if (isEmpty) {
            context.fail(Problem.malformedJson("The body is empty; send a score a line")
                    .exception());
            return;
        }
        write();
    }

    private void refuse(Problem problem) {
        Addresses.LINE_REFUSED.publish(vertx.eventBus(), new LineRefused(problem.slug()));
        answers.add(new Answer(null, problem.toJson()));
        write();
    }

    private void refuse(List<Answer> waiting, Problem problem) {
        waiting.forEach(answer -> {
            Addresses.LINE_REFUSED.publish(vertx.eventBus(), new LineRefused(problem.slug()));
            answer.json = problem.toJson();
        });
        write();
    }

    /** What comes until it is known that the caller still may goes along. */
    private void checkAndSubmit() {
        access.check().onComplete(checked -> {
            List<Answer> chunk = gathered;
            gathered = new ArrayList<>();
            if (checked.succeeded()) {
                submit(chunk);
            } else {
                // None when access was lost: those were answered.
                refuse(
                        chunk,
                        checked.cause() instanceof ProblemException known
                                ? known.problem()
                                : Problem.storageUnavailable());
            }
        });
    }

    private void submit(List<Answer> chunk) {
        if (chunk.isEmpty()) {
            return;
        }
        List<Submit> submits = chunk.stream().map(answer -> answer.submit).toList();
        Addresses.SUBMIT_ALL
                .ask(vertx.eventBus(), new SubmitAll(submits))
                .map(reply -> reply.outcomes())
                .otherwise(failure -> Collections.nCopies(chunk.size(), new StorageDown()))
                .onSuccess(outcomes -> {
                    for (int i = 0; i < chunk.size(); i++) {
                        chunk.get(i).json = json(submits.get(i), outcomes.get(i));
                    }
                    write();
                });
    }

    private static JsonObject json(Submit submit, Submitted outcome) {
        if (outcome instanceof Accepted accepted) {
            return ScoreRoutes.id(submit.score(), accepted.held());
        }
        return outcome instanceof Repeated repeated
                ? ScoreRoutes.id(repeated.first(), repeated.held())
                : ScoreRoutes.problem(outcome).toJson();
    }

    /** Writes what is known, up to the first line whose answer is not. */
    private void write() {
        Buffer ready = Buffer.buffer();
        for (Answer next = answers.peek(); next != null && next.json != null; next = answers.peek()) {
            ready.appendBuffer(next.json.toBuffer()).appendByte((byte) '\n');
            answers.remove();
        }
        if (response.ended() || response.closed()) {
            return;
        }
        boolean last = over && answers.isEmpty();
        if (!response.headWritten() && (ready.length() > 0 || last)) {
            response.setChunked(true).putHeader("Content-Type", "application/x-ndjson");
        }
        if (ready.length() > 0) {
            var unused = response.write(ready);
        }
        if (last) {
            var unused = response.end();
        }
    }
}
