package dev.pacesetter.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pacesetter.bus.BusMessage.Accepted;
import dev.pacesetter.bus.BusMessage.Act;
import dev.pacesetter.bus.BusMessage.Committed;
import dev.pacesetter.bus.BusMessage.Conceal;
import dev.pacesetter.bus.BusMessage.Done;
import dev.pacesetter.bus.BusMessage.Erase;
import dev.pacesetter.bus.BusMessage.KeyReused;
import dev.pacesetter.bus.BusMessage.Overloaded;
import dev.pacesetter.bus.BusMessage.Repeated;
import dev.pacesetter.bus.BusMessage.StorageDown;
import dev.pacesetter.bus.BusMessage.Submit;
import dev.pacesetter.bus.BusMessage.Submitted;
import dev.pacesetter.bus.BusMessage.TakeBack;
import dev.pacesetter.bus.BusMessage.TakeBackReply;
import dev.pacesetter.bus.BusMessage.TakenBack;
import dev.pacesetter.bus.BusMessage.Unstorable;
import dev.pacesetter.domain.Score;
import dev.pacesetter.postgres.Migrations;
import dev.pacesetter.postgres.PostgresServers;
import dev.pacesetter.support.Await;
import dev.pacesetter.support.Oracle;
import dev.pacesetter.support.Stores;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The writer on a real PostgreSQL. */
class ScoreWriterIT {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.123Z");

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final List<Committed> committed = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private String database;
    private ScoreWriter writer;

    @BeforeEach
    void start() {
        database = Stores.newDatabase();
        PostgresServers servers = new PostgresServers(List.of(database));
        Migrations.apply(servers);
        writer = new ScoreWriter(
                vertx,
                servers,
                new SeenUsers(1_000),
                new BatchQueue<>(200, 50),
                new BatchQueue<>(200, 50),
                new IngestMeters(meters),
                committed::add);
        Await.result(onLoop(writer::start));
    }

    @AfterEach
    void stop() {
        Await.result(onLoop(writer::stop));
        Await.closed(vertx);
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(turn -> action.get().onComplete(promise));
        return promise.future();
    }

    private Future<Submitted> submit(Score score, boolean keyed) {
        return onLoop(() -> writer.submit(new Submit(score, keyed, true, false, null, false)));
    }

    private static Score score(UUID id, int value) {
        return new Score(id, "ada", "run", value, NOW);
    }

    private long stored() {
        return Oracle.scores(database);
    }

    @Test
    void shouldStoreEachScoreOnceWithItsOutboxRow() {
        List<Future<Submitted>> all = new ArrayList<>();
        for (int i = 0; i < 180; i++) {
            all.add(submit(score(UUID.randomUUID(), i), false));
        }
        all.forEach(one -> assertInstanceOf(Accepted.class, Await.result(one)));
        assertEquals(180, stored());
        assertEquals(180, Oracle.number(database, "select sum(cardinality(users)) from outbox"));
        assertEquals(
                180,
                committed.stream().mapToInt(one -> one.batch().scores().size()).sum());
        assertEquals(1, Oracle.number(database, "select count(*) from athlete"));
        long number = 0;
        for (Committed one : committed) {
            assertEquals(++number, one.batch().number());
        }
    }

    @Test
    void shouldAnswerARepeatWithTheFirst() {
        UUID id = UUID.randomUUID();
        assertInstanceOf(Accepted.class, Await.result(submit(score(id, 5), true)));
        Repeated repeated = assertInstanceOf(Repeated.class, Await.result(submit(score(id, 5), true)));
        assertEquals(score(id, 5), repeated.first());
        assertInstanceOf(KeyReused.class, Await.result(submit(score(id, 6), true)));
        assertEquals(1, stored());
        assertEquals(1, committed.size());
    }

    @Test
    void shouldStoreOneOfManyWithTheSameKeyAtOnce() {
        UUID id = UUID.randomUUID();
        List<Future<Submitted>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(submit(score(id, 5), true));
        }
        long accepted = all.stream()
                .map(Await::result)
                .filter(Accepted.class::isInstance)
                .count();
        assertEquals(1, accepted);
        assertEquals(1, stored());
    }

    /** From the post to the commit nothing is left out: first the wait in the queue, then the commit. */
    @Test
    void shouldTimeTheWaitForTheBatchBefore() {
        slow("0.4");
        Future<Submitted> first = submit(score(UUID.randomUUID(), 1), false);
        Future<Submitted> second = submit(score(UUID.randomUUID(), 2), false);
        assertInstanceOf(Accepted.class, Await.result(first));
        assertInstanceOf(Accepted.class, Await.result(second));
        Timer wait = meters.get("pacesetter.ingest.wait").timer();
        assertEquals(2, wait.count());
        double millis = wait.totalTime(TimeUnit.MILLISECONDS);
        assertTrue(millis > 300 && millis < 700, () -> "the second alone waited, for the first: " + millis);
        assertEquals(2, commits("success").count());
        assertEquals(0, commits("failure").count());
    }

    /** A PostgreSQL that takes long and then fails is what an operator has to see. */
    @Test
    void shouldTimeCommitsThatFail() {
        slow("0.3");
        // The table refuses what is below zero.
        assertInstanceOf(Unstorable.class, Await.result(submit(score(UUID.randomUUID(), -1), false)));
        assertEquals(1, commits("failure").count());
        assertTrue(commits("failure").max(TimeUnit.MILLISECONDS) > 250);
        assertEquals(0, commits("success").count());
        assertEquals(0, meters.get("pacesetter.ingest.wait").timer().count(), "of what was committed");
    }

    private Timer commits(String outcome) {
        return meters.get("pacesetter.ingest.commit").tag("outcome", outcome).timer();
    }

    private void slow(String seconds) {
        Oracle.execute(
                database,
                "create function slow() returns trigger language plpgsql as "
                        + "$$ begin perform pg_sleep(" + seconds + "); return null; end $$; "
                        + "create trigger slow before insert on score for each statement execute function slow()");
    }

    @Test
    void shouldNotLetABadScoreFailItsNeighbours() {
        List<Future<Submitted>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            // The table refuses what is below zero.
            all.add(submit(score(UUID.randomUUID(), i == 10 ? -1 : i), false));
        }
        assertInstanceOf(Unstorable.class, Await.result(all.remove(10)));
        all.forEach(one -> assertInstanceOf(Accepted.class, Await.result(one)));
        assertEquals(19, stored());
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        List<Future<Submitted>> all = new ArrayList<>();
        Promise<Void> sent = Promise.promise();
        context.runOnContext(turn -> {
            for (int i = 0; i < 400; i++) {
                all.add(writer.submit(new Submit(score(UUID.randomUUID(), i), false, true, false, null, false)));
            }
            sent.complete();
        });
        Await.result(sent.future());
        List<Submitted> answers = all.stream().map(Await::result).toList();
        assertTrue(answers.stream().anyMatch(Overloaded.class::isInstance));
        assertEquals(
                stored(), answers.stream().filter(Accepted.class::isInstance).count());
    }

    @Test
    void shouldLoseNothingAndDoubleNothingWhenConnectionsBreak() {
        List<Future<Submitted>> all = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 60; i++) {
                all.add(submit(score(UUID.randomUUID(), i), false));
            }
            Oracle.execute(
                    database,
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                            + "where datname = current_database() and pid <> pg_backend_pid()");
            Await.until("connected again", () -> writer.health().up());
        }
        long accepted = 0;
        long unknown = 0;
        for (Future<Submitted> one : all) {
            Submitted answer = Await.result(one);
            if (answer instanceof Accepted) {
                accepted++;
            } else {
                assertTrue(answer instanceof StorageDown || answer instanceof Overloaded, answer.toString());
                unknown += answer instanceof StorageDown ? 1 : 0;
            }
        }
        assertTrue(accepted > 0);
        assertTrue(stored() >= accepted && stored() <= accepted + unknown);
        assertEquals(stored(), Oracle.number(database, "select sum(cardinality(users)) from outbox"));
        assertTrue(Oracle.number(database, "select count(*) from stream") > 1);
    }

    @Test
    void shouldOpenANewStreamWhenItsOwnWasForgotten() {
        Oracle.execute(database, "delete from stream");
        assertInstanceOf(Accepted.class, Await.result(submit(score(UUID.randomUUID(), 1), false)));
        assertEquals(1, stored());
    }

    /** PostgreSQL stores no NUL in a text, however often it is asked. */
    @Test
    void shouldAnswerWorkThatCannotBeStoredAndGoOnWithTheNext() {
        Act act = new Act("key:test", null);
        assertInstanceOf(Accepted.class, Await.result(submit(score(UUID.randomUUID(), 1), false)));
        assertInstanceOf(Unstorable.class, Await.result(onLoop(() -> writer.erase(new Erase("a\0b", act)))));
        assertInstanceOf(
                Unstorable.class,
                Await.result(onLoop(() -> writer.conceal(new Conceal("ada", true, new Act("key:test", "\0"))))));
        assertInstanceOf(
                Done.class,
                Await.result(onLoop(() -> writer.conceal(new Conceal("ada", true, new Act("key:test", "x"))))));
        assertInstanceOf(Done.class, Await.result(onLoop(() -> writer.erase(new Erase("ada", act)))));
        assertEquals(1, Oracle.number(database, "select count(*) from stream"), "the connection was kept");
    }

    @Test
    void shouldNotLetABadTakeBackFailItsNeighbours() {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            UUID id = UUID.randomUUID();
            ids.add(id);
            assertInstanceOf(Accepted.class, Await.result(submit(score(id, i), false)));
        }
        List<Future<TakeBackReply>> all = ids.stream()
                .map(id -> onLoop(() -> writer.takeBack(
                        new TakeBack(id, null, "delete", new Act("key:test", id.equals(ids.get(10)) ? "\0" : "x")))))
                .toList();
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    i == 10 ? Unstorable.class : TakenBack.class,
                    Await.result(all.get(i)).getClass());
        }
        assertEquals(19, Oracle.number(database, "select count(*) from score where deleted_at is not null"));
        assertEquals(1, Oracle.number(database, "select count(*) from stream"), "the connection was kept");
    }

    /** Whatever it is that PostgreSQL has against it. */
    @Test
    void shouldGiveUpOnWorkThatFailsAgainAndAgain() {
        assertInstanceOf(Accepted.class, Await.result(submit(score(UUID.randomUUID(), 1), false)));
        Oracle.execute(
                database,
                "create function no() returns trigger language plpgsql as "
                        + "$$ begin raise exception 'no' using errcode = 'P0001'; end $$; "
                        + "create trigger no before delete on score for each statement execute function no()");
        assertInstanceOf(
                StorageDown.class, Await.result(onLoop(() -> writer.erase(new Erase("ada", new Act("x", null))))));
        Await.until(
                "scores are taken again",
                () -> Await.result(submit(score(UUID.randomUUID(), 2), false)) instanceof Accepted);
    }

    /** The first time, when the statement is not prepared yet, and every other time. */
    @Test
    void shouldHideAndShowWhileTheGateIsClosed() {
        assertInstanceOf(Accepted.class, Await.result(submit(score(UUID.randomUUID(), 1), false)));
        Oracle.execute(
                database,
                "create function closed() returns trigger language plpgsql as $$ begin "
                        + "if not exists (select from pg_locks where pid = pg_backend_pid() and mode = 'ShareLock' "
                        + "and relation = 'write_gate'::regclass) then raise exception 'open' using errcode = '23000'; end if; "
                        + "return null; end $$; "
                        + "create trigger closed after insert or update or delete on concealed "
                        + "for each statement execute function closed()");
        for (int i = 0; i < 3; i++) {
            for (boolean hidden : new boolean[] {true, false}) {
                Conceal ask = new Conceal("ada", hidden, new Act("key:test", "x"));
                assertInstanceOf(Done.class, Await.result(onLoop(() -> writer.conceal(ask))));
            }
        }
        assertEquals(6, Oracle.number(database, "select count(*) from audit"));
        // One that fails leaves nothing behind, and opens the gate.
        assertInstanceOf(
                Unstorable.class,
                Await.result(onLoop(() -> writer.conceal(new Conceal("ada", true, new Act("key:test", "\0"))))));
        assertInstanceOf(Accepted.class, Await.result(submit(score(UUID.randomUUID(), 2), false)));
        assertEquals(0, Oracle.number(database, "select count(*) from concealed"));
        assertEquals(
                0, Oracle.number(database, "select count(*) from pg_locks where relation = 'write_gate'::regclass"));
    }
}
