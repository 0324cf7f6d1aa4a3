package io.operatorlib.postgres.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.operatorlib.postgres.Designation;
import io.operatorlib.postgres.InstanceState.Data;
import io.operatorlib.postgres.instance.Server;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an instance counts on of PostgreSQL, real or not. */
@Timeout(300)
abstract class ServerContract {
    private @Nullable ServerPlace place;

    abstract ServerPlace open() throws Exception;

    private ServerPlace place() {
        return Objects.requireNonNull(place);
    }

    @AfterEach
    void end() throws Exception {
        if (place != null) {
            place.close();
        }
    }

    // ---- words ----

    private static Designation told(long epoch, String primary, List<String> synchronous, Map<String, String> tuned) {
        var members = List.of("db-1", "db-2", "db-3");
        return new Designation(1, epoch, primary, -1, Data.NONE, "", members, synchronous, new TreeMap<>(tuned), "");
    }

    private static Designation told(long epoch, String primary) {
        return told(epoch, primary, List.of(), Map.of());
    }

    /** A primary that was just made, with replicas that stream. */
    private Server primary(String... replicas) throws Exception {
        place = open();
        Server first = place.server("db-1");
        assertThat(first.empty()).isTrue();
        first.initialise(told(1, "db-1"));
        first.configure(told(1, "db-1"), "");
        first.start();
        awaits(first, look -> !look.recovering());
        first.admitReplicas();
        first.keepFor(List.of("db-2", "db-3"));
        first.admitWhile(Server.OPEN);
        for (String replica : replicas) {
            copied(replica, "db-1");
        }
        return first;
    }

    private Server copied(String replica, String primary) throws Exception {
        Server server = place().server(replica);
        server.copy(place().host(primary));
        assertThat(server.standby()).isTrue();
        return follows(replica, primary);
    }

    /** It is started, and streams. */
    private Server follows(String replica, String primary) throws Exception {
        Server server = place().server(replica);
        server.configure(told(1, primary), place().host(primary));
        if (!server.running()) {
            server.start();
        }
        awaits(server, look -> look.streaming());
        server.admitWhile(Server.OPEN);
        return server;
    }

    private void promote(String replica, long epoch) throws Exception {
        Server server = place().server(replica);
        server.configure(told(epoch, replica), "");
        server.epoch(epoch);
        server.promote(epoch);
        awaits(server, look -> !look.recovering());
        server.keepFor(List.of("db-1", "db-2", "db-3"));
        place().await("others may follow " + replica, () -> followable(replica));
    }

    private boolean followable(String primary) {
        try {
            return place().server("db-1").followable(place().host(primary));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void awaits(Server server, Predicate<Data> what) {
        place().await("a server is as awaited", () -> {
            try {
                return server.look().filter(what).isPresent();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static Data data(Server server) throws InterruptedException {
        return server.look().orElseThrow();
    }

    private void awaitsLine(String instance, String line) {
        place().await(line + " at " + instance, () -> {
            try {
                return place().reads(instance, line);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    // ---- data ----

    @Test
    void dataIsMadeOnceAndOutlivesItsProcesses() throws Exception {
        Server first = primary();
        assertThat(first.empty()).isFalse();
        assertThat(first.standby()).isFalse();
        assertThat(first.epoch()).isEqualTo(1);
        String system = data(first).system();
        assertThat(system).isNotEmpty();
        assertThat(data(first).timeline()).isEqualTo(1);
        assertThat(place().write("db-1", "one")).isTrue();
        place().kill("db-1");
        Server again = place().server("db-1");
        assertThat(again.running()).isFalse();
        assertThat(again.look()).isEmpty();
        again.start();
        awaits(again, look -> !look.recovering() && look.system().equals(system));
        again.admitWhile(Server.OPEN);
        awaitsLine("db-1", "one");
        again.stop(true);
        again.discard();
        assertThat(again.empty()).isTrue();
        assertThat(again.epoch()).isEqualTo(1);
    }

    @Test
    void aCopyStreamsWhatItsPrimaryWritesAndSaysHowFarItGot() throws Exception {
        Server first = primary("db-2");
        assertThat(place().write("db-1", "one")).isTrue();
        awaitsLine("db-2", "one");
        Server second = place().server("db-2");
        awaits(second, look -> {
            try {
                return look.recovering() && look.received() == data(first).received();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(data(second).told()).isLessThanOrEqualTo(data(first).received());
        assertThat(data(second).system()).isEqualTo(data(first).system());
        assertThat(place().write("db-2", "never")).isFalse();
    }

    @Test
    void aReplicaForWhichNothingIsKeptDoesNotStream() throws Exception {
        Server first = primary("db-2", "db-3");
        place().kill("db-3");
        int[] tries = {0};
        place().await("its slot is free, and dropped", () -> {
            try {
                first.keepFor(List.of("db-2"));
                return ++tries[0] > 5;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Server third = place().server("db-3");
        third.start();
        awaits(third, Data::recovering);
        third.admitWhile(Server.OPEN);
        assertThat(place().write("db-1", "one")).isTrue();
        awaitsLine("db-2", "one");
        assertThat(place().reads("db-3", "one")).isFalse();
        assertThat(data(third).streaming()).isFalse();
    }

    @Test
    void whoStopsInOrderSendsAllThereIs() throws Exception {
        Server first = primary("db-2");
        assertThat(place().write("db-1", "one")).isTrue();
        first.stop(true);
        assertThat(first.running()).isFalse();
        awaitsLine("db-2", "one");
        awaits(place().server("db-2"), look -> !look.streaming());
    }

    // ---- promotion ----

    @Test
    void aPromotedReplicaWritesTheTimelineOfItsEpochAndOthersFollowItThere() throws Exception {
        Server first = primary("db-2", "db-3");
        assertThat(place().write("db-1", "one")).isTrue();
        awaitsLine("db-2", "one");
        awaitsLine("db-3", "one");
        first.stop(true);
        promote("db-2", 5);
        Server second = place().server("db-2");
        assertThat(second.standby()).isFalse();
        assertThat(second.epoch()).isEqualTo(5);
        assertThat(data(second).timeline()).isEqualTo(5);
        assertThat(place().write("db-2", "two")).isTrue();
        follows("db-3", "db-2");
        awaitsLine("db-3", "two");
        assertThat(data(place().server("db-3")).timeline()).isEqualTo(5);
        Server anew = place().server("db-1");
        anew.discard();
        copied("db-1", "db-2");
        assertThat(data(anew).timeline()).isEqualTo(5);
    }

    @Test
    void aPrimaryIsNotPromotedOnceMore() throws Exception {
        Server first = primary();
        assertThatThrownBy(() -> first.promote(2)).isInstanceOf(IOException.class);
    }

    @Test
    void aFormerPrimaryIsRewoundAndLosesWhatNobodyHad() throws Exception {
        Server first = primary("db-2");
        assertThat(place().write("db-1", "one")).isTrue();
        awaitsLine("db-2", "one");
        place().server("db-2").configure(told(1, "nobody"), "");
        awaits(place().server("db-2"), look -> !look.streaming());
        assertThat(place().write("db-1", "lost")).isTrue();
        assertThat(data(first).received())
                .isGreaterThan(data(place().server("db-2")).received());
        place().kill("db-1");
        promote("db-2", 2);
        assertThat(place().write("db-2", "two")).isTrue();
        place().server("db-1").rewind(place().host("db-2"));
        assertThat(place().server("db-1").standby()).isTrue();
        follows("db-1", "db-2");
        awaitsLine("db-1", "two");
        assertThat(place().reads("db-1", "one")).isTrue();
        assertThat(place().reads("db-1", "lost")).isFalse();
    }

    @Test
    void twoThatWerePromotedApartAreToldApart() throws Exception {
        Server first = primary("db-2", "db-3");
        assertThat(place().write("db-1", "one")).isTrue();
        awaitsLine("db-2", "one");
        awaitsLine("db-3", "one");
        first.stop(true);
        place().kill("db-3");
        promote("db-2", 2);
        assertThat(place().write("db-2", "of the second")).isTrue();
        place().kill("db-2");
        Server third = place().server("db-3");
        third.start();
        awaits(third, Data::recovering);
        promote("db-3", 3);
        third.admitWhile(Server.OPEN);
        assertThat(place().write("db-3", "of the third")).isTrue();
        assertThat(data(third).timeline()).isEqualTo(3);
        place().server("db-2").rewind(place().host("db-3"));
        follows("db-2", "db-3");
        awaitsLine("db-2", "of the third");
        assertThat(place().reads("db-2", "one")).isTrue();
        assertThat(place().reads("db-2", "of the second")).isFalse();
    }

    // ---- settings ----

    @Test
    void someParametersAreInForceAtOnceAndOthersAfterARestart() throws Exception {
        Server first = primary();
        assertThat(first.configure(told(1, "db-1"), "")).isFalse();
        var small = Map.of("work_mem", "5MB");
        assertThat(first.configure(told(1, "db-1", List.of(), small), "")).isTrue();
        awaits(first, look -> !look.pendingRestart());
        var both = Map.of("work_mem", "5MB", ModelServer.NEEDS_RESTART, "17MB");
        assertThat(first.configure(told(1, "db-1", List.of(), both), "")).isTrue();
        awaits(first, look -> look.pendingRestart());
        first.stop(true);
        first.start();
        awaits(first, look -> !look.pendingRestart());
    }

    @Test
    void whereCommitsWaitForAReplicaNoneIsAcknowledgedWithoutOne() throws Exception {
        Server first = primary("db-2");
        var waiting = told(1, "db-1", List.of("db-2"), Map.of());
        first.configure(waiting, "");
        awaits(first, look -> look.synchronous().equals(waiting.synchronousNames()));
        place().await("a write is acknowledged", () -> writes("db-1", "one"));
        place().kill("db-2");
        assertThat(place().write("db-1", "waits")).isFalse();
        first.configure(told(1, "db-1"), "");
        place().await("a write is acknowledged", () -> writes("db-1", "two"));
    }

    private boolean writes(String instance, String line) {
        try {
            return place().write(instance, line);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    // ---- clients ----

    @Test
    void clientsPassOnlyWhileTheConditionHolds() throws Exception {
        Server first = primary();
        first.admitWhile(Server.SHUT);
        assertThat(first.admits()).isFalse();
        assertThat(place().write("db-1", "one")).isFalse();
        boolean[] holds = {true};
        first.admitWhile(() -> holds[0]);
        assertThat(place().write("db-1", "two")).isTrue();
        holds[0] = false;
        assertThat(first.admits()).isFalse();
        assertThat(place().write("db-1", "three")).isFalse();
    }
}
