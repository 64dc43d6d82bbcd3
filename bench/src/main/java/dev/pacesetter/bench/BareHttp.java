package dev.pacesetter.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** The limit that the platform sets: reads a small JSON and answers 201, or answers what it was given; nothing else. */
final class BareHttp {

    private BareHttp() {}

    /** @param args how many bytes to answer a GET with */
    public static void main(String[] args) {
        Buffer page = Buffer.buffer("x".repeat(Integer.parseInt(args[0])));
        // As Pacesetter does.
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        System.out.println("native transport: " + vertx.isNativeTransportEnabled());
        vertx.createHttpServer()
                .requestHandler(request -> {
                    if (request.method().name().equals("GET")) {
                        request.response().putHeader("Content-Type", "application/json").end(page);
                        return;
                    }
                    request.body().onSuccess(body -> {
                        JsonObject score = new JsonObject(body);
                        request.response()
                                .setStatusCode(201)
                                .putHeader("Content-Type", "application/json")
                                .end(new JsonObject().put("id", score.getString("userId")).toBuffer());
                    });
                })
                .listen(0, "127.0.0.1")
                .onSuccess(server -> System.out.println("listening on " + server.actualPort()));
    }
}
