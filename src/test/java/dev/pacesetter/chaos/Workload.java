package dev.pacesetter.chaos;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Many clients at once, each one as stubborn as a phone's outbox: what is not answered goes out again with the same key,
 * through another node, until it is. Some send twice what was answered, some change their mind under the same key, some
 * take back what they posted, or make it another; now and then a user is hidden or shown again, or comes into a group or
 * leaves it. Seeded; what the network does with it is not.
 */
final class Workload implements AutoCloseable {

    private static final List<String> ACTIVITIES = List.of("run", "ride", "swim");
    private static final int USERS = 60;
    /** A group whose members come and go. */
    static final String GROUP = "crew";

    private static final long PATIENCE_SECONDS = 90;
    private static final long DAY_MILLIS = 86_400_000L;

    private final Supplier<List<String>> nodes;
    private final String key;
    private final History history;
    private final int pastDays;
    private final HttpClient http;
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    /** Held for reading during an operation, for writing while nothing shall go on. */
    private final ReentrantReadWriteLock going = new ReentrantReadWriteLock(true);

    private final AtomicLong ticks = new AtomicLong();
    private final long startMillis = Instant.now().toEpochMilli();

    /**
     * Starts it.
     *
     * @param nodes base URIs of the nodes that may be up
     * @param key an ingest or admin key
     * @param pastDays how far back scores may lie
     */
    Workload(Supplier<List<String>> nodes, String key, History history, int count, long seed, int pastDays) {
        this.nodes = nodes;
        this.key = key;
        this.history = history;
        this.pastDays = pastDays;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed * 1_000 + i);
            String name = "client-" + i;
            Thread client = new Thread(() -> run(name, random), name);
            client.setDaemon(true);
            clients.add(client);
        }
        clients.forEach(Thread::start);
    }

    /** Lets everything that was begun come to its end, and nothing new begin, while this runs. */
    void atRest(Runnable quiet) {
        try {
            if (!going.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("clients do not come to their end: is a store down?");
            }
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
        try {
            quiet.run();
        } finally {
            going.writeLock().unlock();
        }
    }

    private void run(String name, Random random) {
        List<String> mine = new ArrayList<>();
        List<String> unchanged = new ArrayList<>();
        for (int i = 0; !stopped.get(); i++) {
            going.readLock().lock();
            try {
                step(name + "-" + i, random, mine, unchanged);
            } catch (InterruptedException end) {
                return;
            } catch (RuntimeException unexpected) {
                history.breaks(unexpected.toString());
            } finally {
                going.readLock().unlock();
            }
        }
    }

    private void step(String operation, Random random, List<String> mine, List<String> unchanged)
            throws InterruptedException {
        if (!mine.isEmpty() && random.nextInt(6) == 0) {
            delete(mine.remove(random.nextInt(mine.size())), random);
            return;
        }
        if (!unchanged.isEmpty() && random.nextInt(8) == 0) {
            // Once each: what was sent twice may take effect after what was sent next.
            change(unchanged.remove(random.nextInt(unchanged.size())), random);
            return;
        }
        if (random.nextInt(25) == 0) {
            moderate(random);
            return;
        }
        History.Content content = content(random);
        String idempotencyKey = random.nextInt(10) == 0 ? null : operation;
        boolean changesItsMind = idempotencyKey != null && random.nextInt(10) == 0;
        history.asks(content);
        if (changesItsMind) {
            // Nobody waits for the first answer.
            send("POST", "/api/v1/scores", body(content), idempotencyKey, random, Duration.ofMillis(1));
            content = new History.Content(
                    content.user(), content.activity(), content.score() + 1, content.occurredAtMillis());
            history.asks(content);
        }
        String id = post(content, idempotencyKey, changesItsMind, random);
        if (id != null) {
            (random.nextBoolean() ? mine : unchanged).add(id);
            if (idempotencyKey != null && random.nextInt(8) == 0) {
                history.repeats.incrementAndGet();
                String again = post(content, idempotencyKey, false, random);
                if (!id.equals(again)) {
                    history.breaks("a repeat of " + idempotencyKey + " gave " + again + ", not " + id);
                }
            }
        }
    }

    private History.Content content(Random random) {
        // No two have the same time, yet many are equal at a board's resolution.
        long at = startMillis - ticks.incrementAndGet();
        if (random.nextInt(5) == 0) {
            at -= DAY_MILLIS * random.nextInt(pastDays + 1);
        }
        return new History.Content(
                "user-" + random.nextInt(USERS), ACTIVITIES.get(random.nextInt(3)), random.nextInt(4) * 10, at);
    }

    private static String body(History.Content content) {
        return new JsonObject()
                .put("userId", content.user())
                .put("activity", content.activity())
                .put("score", content.score())
                .put(
                        "occurredAt",
                        Instant.ofEpochMilli(content.occurredAtMillis()).toString())
                .encode();
    }

    /** Until it is answered; the id, or null when nobody can know what became of it. */
    private @Nullable String post(
            History.Content content, @Nullable String idempotencyKey, boolean mayConflict, Random random)
            throws InterruptedException {
        while (true) {
            HttpResponse<String> answer =
                    send("POST", "/api/v1/scores", body(content), idempotencyKey, random, Duration.ofSeconds(8));
            int status = answer == null ? 0 : answer.statusCode();
            if (answer != null && (status == 201 || status == 200)) {
                String id = new JsonObject(answer.body()).getString("id");
                history.acknowledged(id, content);
                return id;
            }
            if (status == 422 && mayConflict) {
                return null;
            }
            boolean refused = answer != null && (status == 503 || status == 429);
            if (refused) {
                history.refusals.incrementAndGet();
                if (answer.headers().firstValue("Retry-After").isEmpty()) {
                    history.breaks("no Retry-After: " + status + " " + answer.body());
                }
            } else if (answer != null) {
                history.breaks("answered " + status + " " + answer.body() + " to " + content);
                return null;
            }
            if (idempotencyKey == null) {
                // Whether it was stored, nobody can tell without a key.
                return null;
            }
            history.retries.incrementAndGet();
            Thread.sleep(20 + random.nextInt(100));
        }
    }

    private void delete(String id, Random random) throws InterruptedException {
        history.deleting(id);
        while (true) {
            HttpResponse<String> answer =
                    send("DELETE", "/api/v1/scores/" + id, null, null, random, Duration.ofSeconds(8));
            int status = answer == null ? 0 : answer.statusCode();
            if (status == 204) {
                history.deleted(id);
                return;
            }
            if (answer != null && status != 503 && status != 429) {
                history.breaks("answered " + status + " to the deletion of " + id);
                return;
            }
            Thread.sleep(20 + random.nextInt(100));
        }
    }

    private void change(String id, Random random) throws InterruptedException {
        History.Content content = history.content(id).of(content(random));
        history.changing(id, content);
        // What is interrupted here, when the clients stop, was sent, and may be done.
        if (insist("PATCH", "/api/v1/scores/" + id, body(content), 200, random)) {
            history.changed(id);
        }
    }

    /** What comes of it is read from PostgreSQL: which of two clients came last, nobody can tell. */
    private void moderate(Random random) throws InterruptedException {
        String user = "user-" + random.nextInt(USERS);
        if (random.nextBoolean()) {
            JsonObject change =
                    new JsonObject().put(random.nextBoolean() ? "add" : "remove", new JsonArray().add(user));
            count(
                    history.regrouped,
                    insist("PATCH", "/api/v1/groups/" + GROUP + "/members", change.encode(), 200, random));
        } else if (random.nextInt(3) > 0) {
            count(history.shown, insist("DELETE", "/api/v1/users/" + user + "/hidden", null, 204, random));
        } else {
            String why = "{\"reason\":\"chaos\"}";
            count(history.hidden, insist("PUT", "/api/v1/users/" + user + "/hidden", why, 204, random));
        }
    }

    private static void count(AtomicLong acknowledged, boolean done) {
        if (done) {
            acknowledged.incrementAndGet();
        }
    }

    /** Until it is answered; whether it is done. Who has not posted yet is not known. */
    private boolean insist(String method, String path, @Nullable String body, int done, Random random)
            throws InterruptedException {
        while (true) {
            HttpResponse<String> answer = send(method, path, body, null, random, Duration.ofSeconds(8));
            int status = answer == null ? 0 : answer.statusCode();
            if (status == done) {
                return true;
            }
            if (status == 404 && path.endsWith("/hidden")) {
                return false;
            }
            if (answer != null && status != 503 && status != 429) {
                history.breaks("answered " + status + " " + answer.body() + " to " + method + " " + path);
                return false;
            }
            Thread.sleep(20 + random.nextInt(100));
        }
    }

    private @Nullable HttpResponse<String> send(
            String method,
            String path,
            @Nullable String body,
            @Nullable String idempotencyKey,
            Random random,
            Duration patience)
            throws InterruptedException {
        List<String> all = nodes.get();
        if (all.isEmpty()) {
            Thread.sleep(20);
            return null;
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(all.get(random.nextInt(all.size())) + path))
                .timeout(patience)
                .header("Authorization", "Bearer " + key)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException unanswered) {
            return null;
        }
    }

    @Override
    public void close() {
        stopped.set(true);
        clients.forEach(Thread::interrupt);
        for (Thread client : clients) {
            try {
                client.join(Duration.ofSeconds(20).toMillis());
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
