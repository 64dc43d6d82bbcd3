package dev.pacesetter.account;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the identity provider's keys are read: a file, or HTTP. What comes is bounded in size, and in time. */
final class KeyDocument implements Supplier<Future<String>> {

    /** Largest document, in bytes. */
    static final int MOST_BYTES = 262_144;

    private static final long SECONDS = 5;

    private final Vertx vertx;
    private final String place;
    private final @Nullable HttpClient http;

    /** @param place a file, or a URL */
    KeyDocument(Vertx vertx, String place) {
        this.vertx = vertx;
        this.place = place;
        boolean remote = place.startsWith("http://") || place.startsWith("https://");
        http = remote ? vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(5_000)) : null;
    }

    @Override
    public Future<String> get() {
        HttpClient client = http;
        return client == null ? vertx.executeBlocking(this::file, false) : fetch(client);
    }

    private String file() throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(place))) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw tooLarge();
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException none) {
            throw new IOException("there is no file " + place, none);
        }
    }

    private Future<String> fetch(HttpClient client) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(place)
                .putHeader("Accept", "application/jwk-set+json, application/json");
        return client.request(request)
                .compose(sending -> sending.send()
                        .compose(KeyDocument::body)
                        .timeout(SECONDS, TimeUnit.SECONDS)
                        // A connection that gives no whole answer is no good for another.
                        .onFailure(failure -> sending.reset()))
                .timeout(2 * SECONDS, TimeUnit.SECONDS);
    }

    private static Future<String> body(HttpClientResponse response) {
        // Whatever becomes of it, nobody else is to be told.
        response.exceptionHandler(broken -> {});
        if (response.statusCode() != 200) {
            return Future.failedFuture(new IOException("it is answered by " + response.statusCode()));
        }
        Promise<String> whole = Promise.promise();
        Buffer bytes = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(bytes.toString(StandardCharsets.UTF_8)));
        response.handler(part -> {
            if (bytes.length() + part.length() > MOST_BYTES) {
                whole.tryFail(tooLarge());
            } else {
                bytes.appendBuffer(part);
            }
        });
        return whole.future();
    }

    private static IOException tooLarge() {
        return new IOException("it is larger than " + MOST_BYTES + " bytes");
    }

    Future<Void> close() {
        HttpClient client = http;
        return client == null ? Future.succeededFuture() : client.close();
    }
}
