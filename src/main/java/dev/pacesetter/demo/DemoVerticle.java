package dev.pacesetter.demo;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Simulated athletes who work out all the time, over the same HTTP API as everybody else, so that a newcomer sees a
 * board move. Their ids begin with {@code demo-}.
 */
public final class DemoVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(DemoVerticle.class);
    private static final List<String> NAMES = List.of(
            "Ada", "Bjørn", "Chioma", "Dmitri", "Elif", "Fatima", "Goran", "Hana", "Ines", "Jonas", "Kaito", "Lena",
            "Mateo", "Nia", "Oskar", "Priya", "Quentin", "Rosa", "Sven", "Tama", "Uma", "Viktor", "Wanjiru", "Yuki");
    private static final List<String> ACTIVITIES =
            List.of("running", "running", "cycling", "walking", "rowing", "swimming", "strength", "yoga", "running-5k");
    private static final int WARM_UP = 80;
    private static final int MIN_PAUSE_MILLIS = 150;
    private static final int MAX_PAUSE_MILLIS = 900;

    private final int port;
    private final String host;
    private final boolean tls;
    private final String key;
    private final Random random;

    @SuppressWarnings("NullAway.Init") // made in start(), before anything else runs
    private HttpClient client;

    /**
     * With where the API is, and a key that may post for anybody.
     *
     * @param tls whether the API is spoken to by TLS
     * @param random decides who does what
     */
    public DemoVerticle(String host, int port, boolean tls, String key, Random random) {
        this.host = host;
        this.port = port;
        this.tls = tls;
        this.key = key;
        this.random = random;
    }

    @Override
    public Future<?> start() {
        // It speaks to its own node, whose certificate is for the name that others call it by.
        client = vertx.createHttpClient(new HttpClientOptions()
                .setDefaultHost(host)
                .setDefaultPort(port)
                .setSsl(tls)
                .setTrustAll(tls)
                .setVerifyHost(!tls));
        List<Future<Void>> named = new ArrayList<>();
        for (String name : NAMES) {
            named.add(call(HttpMethod.PUT, "/api/v1/users/" + id(name), new JsonObject().put("displayName", name)));
        }
        return Future.join(named).compose(done -> warmUp(WARM_UP)).onSuccess(done -> {
            LOG.atInfo().addKeyValue("athletes", NAMES.size()).log("Simulated athletes are working out");
            nextWorkout();
        });
    }

    private Future<Void> warmUp(int left) {
        return left == 0 ? Future.succeededFuture() : workOut().compose(done -> warmUp(left - 1));
    }

    private void nextWorkout() {
        vertx.setTimer(MIN_PAUSE_MILLIS + random.nextInt(MAX_PAUSE_MILLIS - MIN_PAUSE_MILLIS), id -> workOut()
                .onFailure(failure ->
                        LOG.atDebug().addKeyValue("why", failure.getMessage()).log("A simulated workout was not taken"))
                .onComplete(done -> nextWorkout()));
    }

    private Future<Void> workOut() {
        String activity = ACTIVITIES.get(random.nextInt(ACTIVITIES.size()));
        int score = activity.equals("running-5k") ? 1_050 + random.nextInt(1_200) : 10 + random.nextInt(120);
        return call(
                HttpMethod.POST,
                "/api/v1/scores",
                new JsonObject()
                        .put("userId", id(NAMES.get(random.nextInt(NAMES.size()))))
                        .put("activity", activity)
                        .put("score", score));
    }

    private static String id(String name) {
        return "demo-" + name.replaceAll("[^A-Za-z]", "_");
    }

    private Future<Void> call(HttpMethod method, String path, JsonObject body) {
        return client.request(method, path)
                .compose(request -> request.putHeader("Authorization", "Bearer " + key)
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Prefer", "return=minimal")
                        .send(Buffer.buffer(body.encode())))
                .compose(response -> response.body()
                        .compose(answer -> response.statusCode() < 300
                                ? Future.<Void>succeededFuture()
                                : Future.failedFuture(response.statusCode() + " " + answer)));
    }

    @Override
    public Future<?> stop() {
        return client.close();
    }
}
