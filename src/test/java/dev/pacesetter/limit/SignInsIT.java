package dev.pacesetter.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.http.ClientAddresses;
import dev.pacesetter.redis.LuaScript;
import dev.pacesetter.settings.LimitSettings;
import dev.pacesetter.settings.RedisSettings;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.RedisHandle;
import dev.pacesetter.support.Stores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The script that counts attempts to sign in, on a real Redis: what it keeps is bounded. */
class SignInsIT {

    private static final LuaScript SCRIPT = new LuaScript("sign_in");
    private static final int MANY_FIELDS = 20;
    private static final int MOST_KNOWN = 5;

    private final Vertx vertx = Vertx.vertx();
    private Leases leases;
    private RedisHandle redis;

    @BeforeEach
    void start() {
        redis = Stores.newRedis();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        leases = new Leases(System::nanoTime, meters);
        Limits limits = new Limits(
                vertx,
                new LimitSettings(0, 1, 0, 1, 0, 1, 0, 0, 0, 0, List.of(), 1_000),
                new ClientAddresses(List.of(), List.of()),
                leases,
                meters);
        Await.result(vertx.deployVerticle(new LimitVerticle(
                limits, new RedisSettings(List.of(redis.uri()), RedisSettings.Mode.STANDALONE, 2_000))));
    }

    @AfterEach
    void stop() {
        Await.closed(vertx);
        redis.close();
    }

    /** Five free from a place; thirty from anywhere, unless another number is said. */
    private long[] tell(String place, String what, int freeFromAnywhere) {
        List<String> arguments = List.of(
                place,
                what,
                "5",
                String.valueOf(freeFromAnywhere),
                "60000",
                "900000",
                String.valueOf(MANY_FIELDS),
                "2592000000",
                String.valueOf(MOST_KNOWN));
        Response[] answer = {null};
        // A machine that is busy makes Redis look slow for a second.
        Await.until("Redis answers", () -> {
            try {
                answer[0] = Await.result(leases.run(SCRIPT, List.of("signin:{x}", "signin:{x}:known"), arguments));
                return true;
            } catch (RuntimeException slow) {
                return false;
            }
        });
        return new long[] {answer[0].get(0).toLong(), answer[0].get(1).toLong()};
    }

    @Test
    void shouldKeepOnlySoManyPlacesOfAnAccountAndSlowDownTheOthersTogether() {
        for (int i = 0; i < 200; i++) {
            tell("place-" + i, "try", 100_000);
        }
        long fields = redis.count("HLEN signin:{x}");
        assertTrue(fields <= MANY_FIELDS + 3, fields + " fields");
        assertTrue(tell("another", "try", 100_000)[0] > 0);
        assertEquals(0, tell("place-0", "try", 100_000)[0], "which is counted for itself");
        assertTrue(redis.count("PTTL signin:{x}") > 0);
    }

    @Test
    void shouldKnowTheLastFewPlacesForAMonth() {
        for (int i = 0; i < 20; i++) {
            tell("place-" + i, "try", 30);
            assertEquals(1, tell("place-" + i, "right", 30)[1]);
        }
        assertEquals(MOST_KNOWN, redis.count("ZCARD signin:{x}:known"));
        assertEquals(0, tell("place-0", "try", 30)[1]);
        assertEquals(1, tell("place-19", "try", 30)[1]);
        long left = redis.count("PTTL signin:{x}:known");
        assertTrue(left > 2_591_000_000L && left <= 2_592_000_000L, left + " ms");
    }

    @Test
    void shouldNotForgetWhatOthersFailWhenSomebodySignsInFromAKnownPlace() {
        tell("home", "try", 10);
        tell("home", "right", 10);
        for (int i = 0; i < 12; i++) {
            tell("stranger-" + i, "try", 10);
        }
        assertTrue(tell("new", "try", 10)[0] > 0);
        assertEquals(0, tell("home", "try", 10)[0]);
        tell("home", "right", 10);
        assertTrue(tell("new", "try", 10)[0] > 0);
        assertEquals(10, redis.count("HLEN signin:{x}") - 2, "the failures of strangers, all of them, and until when");
    }
}
