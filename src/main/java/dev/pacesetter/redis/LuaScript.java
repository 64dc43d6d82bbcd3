package dev.pacesetter.redis;

import dev.pacesetter.settings.Resources;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/** A script that runs inside Redis in one step. Sent by its digest; in full when Redis does not know it. */
public final class LuaScript {

    private final String source;
    private final String digest;

    /** Reads {@code lua/<name>.lua}, and before it the parts that it is made with. */
    public LuaScript(String name, String... parts) {
        StringBuilder text = new StringBuilder();
        for (String part : parts) {
            text.append(Resources.text("lua/" + part + ".lua"));
        }
        source = text.append(Resources.text("lua/" + name + ".lua")).toString();
        try {
            digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Runs it. */
    public Future<Response> run(Function<Request, Future<Response>> redis, List<String> keys, List<String> arguments) {
        return redis.apply(request(Command.EVALSHA, digest, keys, arguments)).recover(failure -> {
            String message = failure.getMessage();
            return message != null && message.startsWith("NOSCRIPT")
                    ? redis.apply(request(Command.EVAL, source, keys, arguments))
                    : Future.failedFuture(failure);
        });
    }

    private static Request request(Command command, String script, List<String> keys, List<String> arguments) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        arguments.forEach(request::arg);
        return request;
    }
}
