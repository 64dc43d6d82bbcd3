package dev.pacesetter.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.http.ClientAddresses;
import dev.pacesetter.http.Quota;
import dev.pacesetter.settings.LimitSettings;
import dev.pacesetter.settings.RedisSettings;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several nodes that count in one Redis. */
class LeasesIT {

    /** Slow enough that next to nothing is added while a test runs: two in a quarter of an hour. */
    private static final int BURST = 500;

    private static final Policy SLOW = new Policy("slow", 450e6, BURST, 10, "\"slow\";q=500;w=225000");

    private final List<Node> nodes = new ArrayList<>();
    private RedisHandle redis;

    @BeforeEach
    void start() {
        redis = Stores.newRedis();
    }

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
        redis.close();
    }

    /** What a node has for limits. */
    private final class Node {
        private final Vertx vertx = Vertx.vertx();
        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private final Leases leases = new Leases(System::nanoTime, meters);
        private final Limits limits;
        private final Buckets buckets;
        private final String deployment;

        Node(Policy policy) {
            limits = new Limits(
                    vertx,
                    new LimitSettings(0, 1, 0, 1, 0, 1, 0, 0, 0, 0, List.of(), 1_000),
                    new ClientAddresses(List.of(), List.of()),
                    leases,
                    meters);
            deployment = Await.result(vertx.deployVerticle(new LimitVerticle(
                    limits, new RedisSettings(List.of(redis.uri()), RedisSettings.Mode.STANDALONE, 2_000))));
            buckets = new Buckets(
                    vertx, policy, leases, Counter.builder("refused").register(meters), 1_000);
            nodes.add(this);
            Await.until("Redis is there", () -> !isLocal());
        }

        boolean isLocal() {
            return meters.get("pacesetter.limits.local").gauge().value() == 1;
        }

        double scripts() {
            return scripts("answered");
        }

        double unanswered() {
            return scripts("unanswered");
        }

        private double scripts(String outcome) {
            return meters.get("pacesetter.limits.scripts")
                    .tag("outcome", outcome)
                    .counter()
                    .count();
        }

        /** All at once, on an event loop; how many were allowed. */
        int allowed(String subject, int attempts) {
            List<Future<Quota>> all = new ArrayList<>();
            Await.result(vertx.getOrCreateContext().executeBlocking(() -> {
                for (int i = 0; i < attempts; i++) {
                    all.add(buckets.take(subject));
                }
                return null;
            }));
            Await.result(Future.all(all));
            return (int) all.stream().filter(one -> one.result().allowed()).count();
        }

        void close() {
            Await.result(vertx.undeploy(deployment));
            Await.closed(vertx);
        }
    }

    @Test
    void shouldNeverAllowMoreThanTheLimitOnAllNodesTogether() {
        Node one = new Node(SLOW);
        Node two = new Node(SLOW);
        Node three = new Node(SLOW);
        int allowed = 0;
        for (int i = 0; i < 60; i++) {
            allowed += one.allowed("ada", 7) + two.allowed("ada", 5) + three.allowed("ada", 1);
        }
        // Each may hold a lease that it forgot.
        assertTrue(allowed <= BURST + 2, allowed + " allowed");
        assertTrue(allowed > BURST / 2, allowed + " allowed");
        assertEquals(0, one.allowed("ada", 10) + two.allowed("ada", 10) + three.allowed("ada", 10));
        assertEquals(1, three.allowed("bob", 1));
    }

    @Test
    void shouldGrantToThoseWhoWaitTogetherWhatThereIs() {
        Node one = new Node(SLOW);
        assertEquals(BURST, one.allowed("ada", BURST + 300));
        assertTrue(one.scripts() < 20, one.scripts() + " scripts");
    }

    @Test
    void shouldAskRedisFewTimesHoweverMuchIsCalled() {
        Node one = new Node(Policy.perSecond("key", 50_000, 50_000));
        for (int i = 0; i < 60; i++) {
            one.allowed("back-end", 500);
        }
        assertTrue(one.scripts() < 300, one.scripts() + " scripts for 30,000 calls");
        // Refused: Redis is left alone, too.
        Node slow = new Node(SLOW);
        slow.allowed("ada", BURST);
        double before = slow.scripts();
        slow.allowed("ada", 10_000);
        assertTrue(slow.scripts() - before <= 1, "asked again and again");
    }

    @Test
    void shouldCountAloneWhileRedisIsDownAndTogetherAgain() {
        Node one = new Node(SLOW);
        Node two = new Node(SLOW);
        assertEquals(100, one.allowed("ada", 100));
        redis.kill();
        Await.until("alone", () -> one.isLocal() && two.isLocal());
        assertEquals(BURST - 100, one.allowed("ada", 2 * BURST), "what it had from Redis counts");
        assertEquals(BURST, two.allowed("ada", 2 * BURST));
        redis.start();
        Await.until("together", () -> !one.isLocal() && !two.isLocal());
        int allowed = one.allowed("ada", 2 * BURST) + two.allowed("ada", 2 * BURST);
        assertTrue(allowed >= BURST && allowed <= BURST + 2, allowed + " allowed");
    }

    @Test
    void shouldNotWaitForARedisThatDoesNotAnswer() {
        Node one = new Node(SLOW);
        redis.pause();
        assertEquals(BURST, one.allowed("ada", 2 * BURST));
        assertTrue(one.unanswered() > 0);
        redis.resume();
        Await.until("together", () -> !one.isLocal());
    }

    @Test
    void shouldForgetInRedisWhatIsFull() {
        Node one = new Node(Policy.perSecond("user", 1_000, 10));
        one.allowed("ada", 10);
        Await.until("it has filled", () -> redis.keys("limit:*") == 0);
    }

    @Test
    void shouldGiveBack() {
        Node one = new Node(new Policy("signin", 450e6, 2, 1, ""));
        for (int i = 0; i < 20; i++) {
            assertEquals(1, one.allowed("ada", 1));
            one.buckets.giveBack("ada");
        }
        assertEquals(2, one.allowed("ada", 3));
        assertFalse(one.isLocal());
    }
}
