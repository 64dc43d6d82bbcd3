package dev.pacesetter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.Addresses;
import dev.pacesetter.bus.BusMessage.AccessRevoked;
import dev.pacesetter.bus.BusMessage.GroupChanged;
import dev.pacesetter.bus.BusMessage.GroupFound;
import dev.pacesetter.bus.BusMessage.Page;
import dev.pacesetter.bus.BusMessage.PersonalFrame;
import dev.pacesetter.domain.Leaderboard.Visibility;
import dev.pacesetter.domain.Leaderboards;
import dev.pacesetter.domain.PeriodRule;
import dev.pacesetter.http.Principal;
import dev.pacesetter.http.Problem;
import dev.pacesetter.http.Role;
import dev.pacesetter.live.TestViewer.Transport;
import dev.pacesetter.settings.LimitSettings;
import dev.pacesetter.support.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may watch what, and for how long. */
class BridgeAccessIT extends LiveRig {

    private static final String OWN = "user.a";
    private static final String GROUP = ADDRESS + ".group.crew";
    private static final String EXPIRED = "the token has expired: register again with a new one";

    private final ConcurrentHashMap<String, Integer> followers = new ConcurrentHashMap<>();
    private volatile boolean isGroupPublic;

    @BeforeEach
    void people() {
        tokens.put("short", new Principal.User("a", now.plusSeconds(60)));
        tokens.put("long", new Principal.User("a", now.plusSeconds(3_600)));
        tokens.put("other", new Principal.User("z", now.plusSeconds(3_600)));
        tokens.put("ingest", new Principal.Key(Role.INGEST, "k1"));
        tokens.put("admin", new Principal.Key(Role.ADMIN, "k2"));
        Addresses.FIND_GROUP.answer(
                vertx.eventBus(), asked -> Future.succeededFuture(new GroupFound(group(asked.id(), isGroupPublic))));
        Addresses.FOLLOWERS.consume(
                vertx.eventBus(), change -> followers.merge(change.userId(), change.change(), Integer::sum));
    }

    private void own(String text) {
        own(text, false);
    }

    private void overtaken(String text) {
        own(text, true);
    }

    private void own(String text, boolean isPassed) {
        String envelope = new JsonObject()
                .put("type", "rec")
                .put("address", OWN)
                .put("body", new JsonObject().put("type", text))
                .encode();
        Addresses.user("a").publish(vertx.eventBus(), new PersonalFrame("a", isPassed, envelope));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldEndARegistrationWithItsToken(Transport transport) {
        start();
        TestViewer viewer = viewer(transport);
        viewer.register(ADDRESS);
        viewer.register(OWN, "short");
        viewer.register(GROUP, "short");
        Await.until(
                "all are there",
                () -> viewers.getOrDefault("weekly.group.crew", 0) == 1
                        && followers.getOrDefault("a", 0) == 1
                        && viewers.getOrDefault("weekly", 0) == 1);

        // When its time has come
        now = now.plusSeconds(60);
        Await.until("both have ended", () -> viewers.get("weekly.group.crew") == 0 && followers.get("a") == 0);
        Await.until("it is told", () -> viewer.frames().stream()
                .filter(frame -> EXPIRED.equals(frame.getString("message")))
                .map(frame ->
                        frame.getString("address") + frame.getInteger("failureCode") + frame.getString("failureType"))
                .sorted()
                .toList()
                .equals(List.of(GROUP + "401unauthenticated", OWN + "401unauthenticated")));
        own("secret");

        // Then what is public goes on, and an address can be had again with a new token
        ranking.score("a", "A", 1);
        Await.until("it goes on", () -> viewer.shows(ranking.page(TOP)));
        viewer.register(OWN, "short");
        Await.until("the old one is refused", () -> viewer.kinds().contains("no such token"));
        viewer.register(OWN, "long");
        Await.until("it is back", () -> followers.get("a") == 1);
        own("mine");
        Await.until("it hears again", () -> viewer.kinds().contains("mine"));
        assertFalse(viewer.kinds().contains("secret"));
        assertFalse(viewer.kinds().contains("address_already_registered"));
        assertFalse(viewer.closed());
    }

    @Test
    void shouldHoldByTheNewerTokenOfASecondRegistration() {
        start();
        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(OWN, "short");
        viewer.register(OWN, "long");
        Await.until("it is told", () -> viewer.kinds().contains("address_already_registered"));
        TestViewer ends = viewer(Transport.RAW);
        ends.register(OWN, "short");
        Await.until("both are there", () -> followers.getOrDefault("a", 0) == 2);

        now = now.plusSeconds(60);
        Await.until("the other has ended", () -> ends.kinds().contains(EXPIRED));
        own("mine");
        Await.until("it hears", () -> viewer.kinds().contains("mine"));
        assertEquals(1, followers.get("a"));
    }

    @Test
    void shouldLeaveAPublicGroupToThoseWhoseTokenEndsUntilItIsPrivate() {
        isGroupPublic = true;
        start();
        TestViewer member = viewer(Transport.RAW);
        member.register(GROUP, "short");
        TestViewer ends = viewer(Transport.RAW);
        ends.register(OWN, "short");
        TestViewer admin = viewer(Transport.RAW);
        admin.register(GROUP, "ingest");
        Await.until("they are there", () -> viewers.getOrDefault("weekly.group.crew", 0) == 2);
        now = now.plusSeconds(60);
        Await.until("the token has ended", () -> ends.kinds().contains(EXPIRED));
        assertEquals(2, viewers.get("weekly.group.crew"));

        isGroupPublic = false;
        Addresses.GROUP_CHANGED.publish(vertx.eventBus(), new GroupChanged("crew"));
        Await.until("the member has to ask anew", () -> member.kinds().contains(Frames.NO_GROUP));
        Await.until("one is left", () -> viewers.get("weekly.group.crew") == 1);
        member.register(GROUP, "long");
        Await.until("both watch", () -> viewers.get("weekly.group.crew") == 2);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseTheSocketsOfWhoeverLosesAccess(Transport transport) {
        start();
        ranking.score("a", "A", 1);
        TestViewer lost = viewer(transport);
        lost.register(ADDRESS);
        lost.register(OWN, "long");
        TestViewer key = viewer(transport);
        key.register(GROUP, "ingest");
        TestViewer other = viewer(transport);
        other.register("user.z", "other");
        TestViewer nobody = viewer(transport);
        nobody.register(ADDRESS);
        Await.until(
                "all are there",
                () -> viewers.getOrDefault("weekly", 0) == 2
                        && viewers.getOrDefault("weekly.group.crew", 0) == 1
                        && followers.size() == 2);

        Addresses.ACCESS_REVOKED.publish(vertx.eventBus(), new AccessRevoked("user:a"));
        Await.until("it is closed", lost::closed);
        assertEquals("401 access was revoked", lost.lastWord());
        assertEquals(OWN, lost.frames().get(lost.frames().size() - 2).getString("address"));
        assertEquals((short) (transport == Transport.RAW ? 1008 : 1000), lost.closeCode());
        Await.until("three are left", () -> guard.sockets() == 3 && followers.get("a") == 0);

        Addresses.ACCESS_REVOKED.publish(vertx.eventBus(), new AccessRevoked("key:k1"));
        Await.until("it is closed, too", key::closed);
        assertEquals(2, closed("revoked"));
        ranking.score("a", "A", 2);
        Await.until("others go on", () -> nobody.shows(ranking.page(TOP)));
        assertFalse(other.closed());
    }

    /** The answer was true when it was asked for, and is no more. */
    @Test
    void shouldNotTrustAnAnswerThatARevocationOvertook() {
        start();
        Promise<Principal> answer = Promise.promise();
        slow.put("slow", answer.future());
        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(OWN, "slow");
        Await.until("it is asked", () -> asked.get() > 0);
        Addresses.ACCESS_REVOKED.publish(vertx.eventBus(), new AccessRevoked("user:a"));
        TestViewer witness = viewer(Transport.RAW);
        witness.register("user.z", "other");
        Await.until("the bus has carried it", () -> followers.containsKey("z"));
        answer.complete(tokens.get("long"));
        Await.until("it is refused", () -> viewer.kinds().contains("access was revoked"));

        // Who signs in again afterwards is welcome
        viewer.register(OWN, "long");
        Await.until("it is there", () -> followers.getOrDefault("a", 0) == 1);
    }

    /** What another node did may have been missed here. */
    @Test
    void shouldAskAgainOnceInAWhile() {
        recheck = Duration.ofMillis(300);
        start();
        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(ADDRESS);
        viewer.register(GROUP, "ingest");
        viewer.register(OWN, "long");
        Await.until("both are there", () -> followers.containsKey("a") && viewers.containsKey("weekly.group.crew"));
        Principal key = tokens.remove("ingest");
        Await.until("the key does not hold any more", () -> viewer.kinds().contains("no such token"));
        Await.until("it has ended", () -> viewers.get("weekly.group.crew") == 0);
        assertEquals(1, followers.get("a"));

        // A database that is down is no reason
        tokens.put("ingest", key);
        viewer.register(GROUP, "ingest");
        Await.until("it is back", () -> viewers.get("weekly.group.crew") == 1);
        slow.put("ingest", Future.failedFuture("no database"));
        int before = asked.get();
        Await.until("it was asked", () -> asked.get() >= before + 3);
        assertEquals(1, viewers.get("weekly.group.crew"));
        assertFalse(viewer.closed());
    }

    private static final String GUESSER = "192.0.2.1";

    /** Bursts of five, and nothing more within the test. */
    private static LimitSettings burstsOfFive() {
        return new LimitSettings(1, 5, 0, 1, 1, 5, 0, 0, 0, 0, List.of(), 1_000);
    }

    private static List<String> codes(TestViewer viewer) {
        return viewer.frames().stream()
                .filter(frame -> frame.containsKey("failureCode"))
                .map(frame -> frame.getInteger("failureCode") + frame.getString("failureType"))
                .toList();
    }

    private static long count(TestViewer viewer, String code) {
        return codes(viewer).stream().filter(code::equals).count();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldSlowDownWhoGuessesTokensOnSockets(Transport transport) {
        limits = burstsOfFive();
        start();
        TestViewer first = viewer(transport, GUESSER);
        TestViewer second = viewer(transport, GUESSER);
        for (int i = 0; i < 20; i++) {
            (i % 2 == 0 ? first : second).register(i % 3 == 0 ? GROUP : OWN, "guess" + i);
        }
        Await.until(
                "all are answered",
                () -> codes(first).size() == 10 && codes(second).size() == 10);
        long looked = count(first, "401unauthenticated") + count(second, "401unauthenticated");
        long refused = count(first, "429too-many-requests") + count(second, "429too-many-requests");
        // One that is on its way when the last of them is counted may still be looked at.
        assertTrue(looked >= 5 && looked <= 8, looked + " looked at");
        assertEquals(20, looked + refused);
        assertEquals(looked, asked.get());

        // Not even a right one is looked at now, on no socket of that address
        TestViewer third = viewer(transport, GUESSER);
        third.register(OWN, "long");
        Await.until("it is refused", () -> codes(third).equals(List.of("429too-many-requests")));
        String told = third.frames().get(0).getString("message");
        assertTrue(told.matches("Too many tokens and keys from your address did not hold; try again in \\d+ s"), told);
        assertEquals(looked, asked.get());

        // What needs no token goes on there, and everything elsewhere
        third.register(ADDRESS);
        viewer(transport, "192.0.2.2").register(OWN, "long");
        Await.until("both watch", () -> viewers.getOrDefault("weekly", 0) == 1 && followers.getOrDefault("a", 0) == 1);
        assertFalse(third.closed());
    }

    @Test
    void shouldNotCountTheGuessesOfWhoIsExempt() {
        limits = burstsOfFive();
        trusted = List.of();
        exempt = List.of("127.0.0.1");
        start();
        TestViewer viewer = viewer(Transport.RAW);
        for (int i = 0; i < 20; i++) {
            viewer.register(OWN, "guess" + i);
        }
        Await.until("all are looked at", () -> count(viewer, "401unauthenticated") == 20);
    }

    /** They are our own questions: a key that was revoked would lock out everybody at its address. */
    @Test
    void shouldNotCountWhatIsAskedAgainAsAGuess() {
        limits = burstsOfFive();
        recheck = Duration.ofMillis(100);
        start();
        List<TestViewer> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tokens.put("many" + i, new Principal.User("a", now.plusSeconds(3_600)));
            all.add(viewer(Transport.RAW, GUESSER));
            all.get(i).register(OWN, "many" + i);
        }
        Await.until("all are there", () -> followers.getOrDefault("a", 0) == 10);
        tokens.keySet().removeIf(token -> token.startsWith("many"));
        Await.until("all have ended", () -> followers.get("a") == 0);
        all.get(0).register(OWN, "long");
        Await.until("it is back", () -> followers.get("a") == 1);
    }

    @ParameterizedTest
    @CsvSource({"RAW,", "SOCKJS,", "RAW, other"})
    void shouldBoundHowManyGroupsAreLookedFor(Transport transport, @Nullable String token) {
        limits = burstsOfFive();
        start();
        TestViewer viewer = viewer(transport, GUESSER);
        for (int i = 0; i < 15; i++) {
            register(viewer, ADDRESS + ".group.g" + i, token);
        }
        Await.until("all are answered", () -> codes(viewer).size() == 15);
        long found = count(viewer, "404not-found");
        assertTrue(found >= 5 && found <= 7, found + " looked up");
        assertEquals(15 - found, count(viewer, "429too-many-requests"));
        // Others are counted by themselves, and the public board is for anybody
        viewer.register(ADDRESS);
        viewer(transport, "192.0.2.2").register(GROUP, "long");
        Await.until(
                "both watch",
                () -> viewers.getOrDefault("weekly", 0) == 1 && viewers.getOrDefault("weekly.group.crew", 0) == 1);
    }

    private static void register(TestViewer viewer, String address, @Nullable String token) {
        if (token == null) {
            viewer.register(address);
        } else {
            viewer.register(address, token);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldShowPrivateBoardsToAdminsAlone(Transport transport) {
        leaderboards = new Leaderboards(List.of(board("weekly", new PeriodRule.AllTime(), Visibility.PRIVATE)));
        start();
        ranking.score("a", "A", 1);
        TestViewer admin = viewer(transport);
        admin.register(ADDRESS, "admin");
        Page first = ranking.page(TOP);
        Await.until("it shows", () -> admin.shows(first));
        for (String token : List.of("", "ingest", "long", "nonsense")) {
            TestViewer viewer = viewer(transport);
            viewer.register(ADDRESS, token);
            viewer.register("leaderboard.nowhere", token);
            Await.until(token + " to be refused", () -> viewer.frames().size() == 4);
            // As if it were not there
            assertEquals(viewer.kinds().subList(0, 2), viewer.kinds().subList(2, 4));
            assertEquals(
                    List.of("", "nonsense").contains(token) ? 401 : 404,
                    viewer.frames().get(0).getInteger("failureCode"));
            viewer.register(ADDRESS + "!");
            viewer.register(ADDRESS);
            Await.until(
                    "refused again",
                    () -> viewer.kinds().stream().filter("rejected"::equals).count() == 4);
        }
        ranking.score("a", "A", 2);
        Await.until("it goes on", () -> admin.shows(ranking.page(TOP)));
        assertEquals(1, viewers.get("weekly!"));

        // When it becomes public, and private again
        leaderboards = new Leaderboards(List.of(board("weekly", new PeriodRule.AllTime(), Visibility.PUBLIC)));
        TestViewer anybody = viewer(transport);
        anybody.register(ADDRESS);
        Await.until("anybody sees it", () -> anybody.shows(ranking.page(TOP)));
        leaderboards = new Leaderboards(List.of(board("weekly", new PeriodRule.AllTime(), Visibility.PRIVATE)));
        ranking.score("b", "B", 3);
        Await.until("it is there for admins", () -> admin.shows(ranking.page(TOP)));
        Await.until("and not for others", () -> anybody.kinds().contains("no such leaderboard"));
        assertFalse(anybody.shows(ranking.page(TOP)));
        Addresses.ACCESS_REVOKED.publish(vertx.eventBus(), new AccessRevoked("key:k2"));
        Await.until("the key is gone", admin::closed);
    }

    private void turn(Visibility visibility) {
        leaderboards = new Leaderboards(List.of(board("weekly", new PeriodRule.AllTime(), visibility)));
    }

    private static long count(TestViewer viewer, String address, String kind) {
        return viewer.frames().stream()
                .filter(frame -> address.equals(frame.getString("address")))
                .filter(frame -> frame.getValue("body") instanceof JsonObject body
                        ? kind.equals(body.getString("type"))
                        : kind.equals(frame.getString("message")))
                .count();
    }

    /** The bridge knows the address by then, and says nothing of it. */
    @ParameterizedTest
    @CsvSource({"RAW, leaderboard.weekly", "SOCKJS, leaderboard.weekly", "RAW, leaderboard.weekly.group.crew"})
    void shouldShowWhatASecondRegistrationMayWatch(Transport transport, String address) {
        boolean isGroup = address.equals(GROUP);
        String gone = isGroup ? Frames.NO_GROUP : "no such leaderboard";
        String topic = address.substring("leaderboard.".length());
        isGroupPublic = true;
        start();
        ranking.score("a", "A", 1);
        TestViewer viewer = viewer(transport);
        viewer.register(address);
        Await.until("it shows", () -> count(viewer, address, "snapshot") == 1);
        turn(Visibility.PRIVATE);
        Await.until("it is taken away", () -> count(viewer, address, gone) == 1);

        // With a key that may see it
        viewer.register(address, "admin");
        Await.until("it is there again", () -> count(viewer, address, "snapshot") == 2);
        assertEquals(0, viewers.get(topic));
        assertEquals(1, viewers.get(topic + "!"));
        ranking.score("a", "A", 2);
        Await.until("it goes on", () -> count(viewer, address, "delta") == 1);

        // And without, once anybody may
        turn(Visibility.PUBLIC);
        viewer.register(address);
        Await.until("it is there once more", () -> count(viewer, address, "snapshot") == 3);
        assertEquals(1, viewers.get(topic));
        assertEquals(0, viewers.get(topic + "!"));
        ranking.score("a", "A", 3);
        Await.until("it still goes on", () -> count(viewer, address, "delta") == 2);
        assertEquals(List.of(), viewer.complaints());

        // What may not be leaves what was
        turn(Visibility.PRIVATE);
        Await.until("it is taken away again", () -> count(viewer, address, gone) == 2);
        viewer.register(address);
        Await.until("it is refused", () -> count(viewer, address, "no such leaderboard") == (isGroup ? 1 : 3));
        turn(Visibility.PUBLIC);
        Await.until("it comes back by itself", () -> count(viewer, address, "snapshot") == 4);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldGoOnForAdminsWhenABoardTurnsPrivate(Transport transport) {
        turn(Visibility.PUBLIC);
        start();
        ranking.score("a", "A", 1);
        TestViewer first = viewer(transport);
        first.register(ADDRESS, "admin");
        TestViewer second = viewer(transport);
        second.register(ADDRESS);
        second.register(ADDRESS, "admin");
        List<TestViewer> others = new ArrayList<>();
        for (String token : List.of("", "nonsense", "ingest", "long", "eyJh.eyJz.c2ln")) {
            TestViewer other = viewer(transport);
            other.register(ADDRESS, token);
            others.add(other);
        }
        Page page = ranking.page(TOP);
        for (TestViewer each : List.of(first, second)) {
            Await.until("an admin sees it", () -> each.shows(page));
        }
        for (TestViewer each : others) {
            Await.until("anybody sees it", () -> each.shows(page));
        }
        assertEquals(2, viewers.get("weekly!"));
        // Nobody is asked about what looks like a user's token.
        assertEquals(6, asked.get());

        turn(Visibility.PRIVATE);
        for (TestViewer each : others) {
            Await.until("it is not there for others", () -> each.kinds().contains("no such leaderboard"));
        }
        ranking.score("b", "B", 2);
        for (TestViewer each : List.of(first, second)) {
            Await.until("it goes on", () -> each.shows(ranking.page(TOP)));
            assertFalse(each.kinds().contains("no such leaderboard"));
            assertEquals(List.of(), each.complaints());
        }
        for (TestViewer each : others) {
            assertTrue(each.shows(page));
        }
        Addresses.ACCESS_REVOKED.publish(vertx.eventBus(), new AccessRevoked("key:k2"));
        Await.until("the key is gone", () -> first.closed() && second.closed());
    }

    /** It would show the board when that turns private. */
    @Test
    void shouldEndWhatAnAdminWatchesWithTheKeyAlsoWhileItIsPublic() {
        recheck = Duration.ofMillis(100);
        turn(Visibility.PUBLIC);
        start();
        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(ADDRESS, "admin");
        Await.until("it watches", () -> viewers.getOrDefault("weekly!", 0) == 1);
        slow.put("admin", Future.failedFuture("no database"));
        int before = asked.get();
        Await.until("it was asked", () -> asked.get() >= before + 3);
        assertEquals(1, viewers.get("weekly!"));
        slow.put(
                "admin",
                Future.failedFuture(Problem.unauthenticated("no such key").exception()));
        Await.until("it is told", () -> viewer.kinds().contains("no such key"));
        Await.until("it has ended", () -> viewers.get("weekly!") == 0);

        // As anybody it may
        viewer.register(ADDRESS, "admin");
        Await.until("it watches again", () -> viewers.getOrDefault("weekly", 0) == 1);
    }

    /** Else a right one would show by the snapshot that it brings. */
    @Test
    void shouldCountTheKeysThatAreTriedOnPublicBoards() {
        limits = burstsOfFive();
        turn(Visibility.PUBLIC);
        start();
        ranking.score("a", "A", 1);
        TestViewer viewer = viewer(Transport.RAW, GUESSER);
        for (int i = 0; i < 20; i++) {
            viewer.register(ADDRESS, "guess" + i);
        }
        viewer.register(ADDRESS, "admin");
        Await.until(
                "all are answered",
                () -> viewer.kinds().stream()
                                .filter("address_already_registered"::equals)
                                .count()
                        == 20);
        Await.until("it watches all the same", () -> viewer.shows(ranking.page(TOP)));
        assertTrue(asked.get() >= 5 && asked.get() <= 8, asked + " looked at");
        assertEquals(1, viewers.get("weekly"));
        assertFalse(viewers.containsKey("weekly!"));
    }

    @Test
    void shouldTakeTheNameOfTheHeaderInAnyCase() {
        start();
        TestViewer viewer = viewer(Transport.RAW);
        viewer.register(OWN, new JsonObject().put("authorization", "bearer long"));
        Await.until("it is there", () -> followers.getOrDefault("a", 0) == 1);
        viewer.register("user.z", new JsonObject().put("x", 1).put("AUTHORIZATION", "Bearer other"));
        Await.until("that, too", () -> followers.getOrDefault("z", 0) == 1);
        viewer.register(GROUP, new JsonObject().put("authorization", 7));
        Await.until("that not", () -> viewer.kinds().contains(Frames.NO_GROUP));
    }

    @Test
    void shouldTellOfBeingOvertakenAsTheLastRegistrationSays() {
        start();
        TestViewer viewer = viewer(Transport.RAW);
        JsonObject bearer = new JsonObject().put("Authorization", "Bearer long");
        viewer.register(OWN, bearer);
        Await.until("it is there", () -> followers.getOrDefault("a", 0) == 1);
        overtaken("first");
        own("one");
        Await.until("it is told", () -> viewer.kinds().containsAll(List.of("first", "one")));
        viewer.register(OWN, bearer.copy().put("passed", "off"));
        awaitSecond(viewer, 1);
        overtaken("second");
        own("two");
        Await.until("it is told the other", () -> viewer.kinds().contains("two"));
        assertFalse(viewer.kinds().contains("second"));
        viewer.register(OWN, bearer);
        awaitSecond(viewer, 2);
        overtaken("third");
        Await.until("it is told again", () -> viewer.kinds().contains("third"));
        assertEquals(1, followers.get("a"));
    }

    private static void awaitSecond(TestViewer viewer, int times) {
        Await.until(
                "it is registered",
                () -> viewer.kinds().stream()
                                .filter("address_already_registered"::equals)
                                .count()
                        == times);
    }
}
