package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.BoardChanged;
import dev.pacesetter.bus.BusMessage.EntryAround;
import dev.pacesetter.bus.BusMessage.EntryReply;
import dev.pacesetter.bus.BusMessage.Follower;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.bus.BusMessage.ReadPersonal;
import dev.pacesetter.domain.Entry;
import dev.pacesetter.domain.Leaderboard.Visibility;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.settings.LiveSettings;
import dev.pacesetter.support.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of boards that turn private, or are deleted, to {@code ada}, who is on all of them; ticks take a second. */
class PersonalVerticleTest {

    private final Vertx vertx = Vertx.vertx();
    private volatile Leaderboards leaderboards = publicOnes("weekly", "other");
    /** Of which boards standings were asked for. */
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    private final List<JsonObject> told = Collections.synchronizedList(new ArrayList<>());
    private volatile Future<Void> gate = Future.succeededFuture();
    private volatile boolean named = true;
    private volatile int rank = 1;

    private static Leaderboards publicOnes(String... ids) {
        return new Leaderboards(Arrays.stream(ids)
                .map(id -> LiveRig.board(id, new PeriodRule.AllTime(), Visibility.PUBLIC))
                .toList());
    }

    /** The weekly one is private from now on. */
    private void hide() {
        leaderboards = new Leaderboards(Stream.of("weekly", "other")
                .map(id -> LiveRig.board(
                        id, new PeriodRule.AllTime(), id.equals("weekly") ? Visibility.PRIVATE : Visibility.PUBLIC))
                .toList());
    }

    @BeforeEach
    void prepare() {
        Addresses.prepare(vertx.eventBus());
        Addresses.ENTRY.answer(vertx.eventBus(), ask -> {
            asked.add(ask.leaderboard());
            EntryReply reply = new EntryAround(
                    ask.leaderboard(),
                    "all-time",
                    9,
                    new Entry(rank, "ada", "Ada", 7, Instant.EPOCH),
                    List.of(),
                    0,
                    null,
                    named);
            return gate.map(reply);
        });
        Addresses.user("ada").consume(vertx.eventBus(), frame -> told.add(body(frame)));
    }

    private void follow(int perSecond) {
        LiveSettings settings = new LiveSettings(10, 10, 65_536, 8_192, perSecond, 1_000, 100, 100, 20, 8_192, 10);
        Await.result(vertx.deployVerticle(new PersonalVerticle(settings, () -> leaderboards, Clock.systemUTC())));
        Addresses.FOLLOWERS.publish(vertx.eventBus(), new Follower("ada", 1));
    }

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    private static JsonObject body(PersonalFrame frame) {
        return new JsonObject(frame.envelope()).getJsonObject("body");
    }

    private static List<JsonObject> of(String leaderboard, List<JsonObject> bodies) {
        return List.copyOf(bodies).stream()
                .filter(body -> body.getString("leaderboard").equals(leaderboard))
                .toList();
    }

    /** Of which boards somebody who comes now is told. */
    private List<String> latest() {
        return Await.result(Addresses.PERSONAL.ask(vertx.eventBus(), new ReadPersonal("ada"))).frames().stream()
                .map(frame -> body(frame).getString("leaderboard"))
                .sorted()
                .toList();
    }

    private long asked(String leaderboard) {
        return List.copyOf(asked).stream().filter(leaderboard::equals).count();
    }

    private void awaitReads(String leaderboard, long more) {
        long before = asked(leaderboard);
        Await.until("read again: " + leaderboard, () -> asked(leaderboard) >= before + more);
    }

    @Test
    void shouldShowWhoComesNothingOfABoardThatTurnedPrivateOrIsGone() {
        follow(100);
        Await.until("both", () -> latest().equals(List.of("other", "weekly")));
        hide();
        assertEquals(List.of("other"), latest());
        leaderboards = publicOnes();
        assertEquals(List.of(), latest());
    }

    @Test
    void shouldNotTellWhatWasReadWhileABoardTurnedPrivate() {
        Promise<Void> open = Promise.promise();
        gate = open.future();
        follow(100);
        Await.until("both are asked for", () -> asked.size() == 2);
        hide();
        open.complete();
        Await.until("the other is told", () -> !of("other", told).isEmpty());
        assertEquals(List.of(), of("weekly", told));
        assertEquals(List.of("other"), latest());
    }

    @Test
    void shouldReadNothingMoreOfABoardThatTurnedPrivate() {
        // Names that cannot be read are asked for again in every second
        named = false;
        follow(100);
        Await.until("both are read again", () -> asked("weekly") > 1 && asked("other") > 1);
        hide();
        awaitReads("other", 2);
        long before = asked("weekly");
        awaitReads("other", 2);
        assertEquals(before, asked("weekly"));
    }

    @Test
    void shouldNotReadABoardThatTurnedPrivateWhileItsTurnHadNotCome() {
        leaderboards = publicOnes("weekly", "a", "b", "c", "d", "e");
        follow(1);
        Await.until("the first is read", () -> asked("weekly") == 1);
        leaderboards = publicOnes("weekly");
        Addresses.BOARD_CHANGED.publish(vertx.eventBus(), new BoardChanged("weekly", "all-time"));
        awaitReads("weekly", 1);
        // A second may have begun before
        assertTrue(asked.size() <= 4, () -> "read in vain: " + asked);
    }

    @Test
    void shouldBeginAnewWhenABoardIsPublicAgain() {
        follow(100);
        Await.until("both", () -> latest().equals(List.of("other", "weekly")));
        hide();
        rank = 2;
        for (int tick = 1; tick <= 2; tick++) {
            Addresses.BOARD_CHANGED.publish(vertx.eventBus(), new BoardChanged("other", "all-time"));
            awaitReads("other", 1);
        }
        leaderboards = publicOnes("weekly", "other");
        Await.until("told again", () -> of("weekly", told).size() == 2);
        JsonObject again = of("weekly", told).get(1);
        assertEquals(2, again.getInteger("rank"));
        assertNull(again.getValue("previousRank"), "what it was before is forgotten");
    }
}
