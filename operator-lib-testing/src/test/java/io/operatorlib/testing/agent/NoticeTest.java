package io.operatorlib.testing.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.operatorlib.Ports;
import io.operatorlib.ResourceKey;
import io.operatorlib.agent.Notice;
import io.operatorlib.testing.ApiFault;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.SimProcess;
import io.operatorlib.testing.apiserver.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NoticeTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final Duration AT_ONCE = Duration.ofMillis(100);
    private static final Duration SOON = Duration.ofSeconds(10);

    record Told(long revision, String primary, List<String> members) {}

    private final Sim sim = Sim.seeded(1);
    private final SimCluster cluster = SimCluster.in(sim, Caller.ADMIN);
    private SimProcess agent;
    private volatile @Nullable Notice<Told> followed;
    private final AtomicInteger changes = new AtomicInteger();

    @BeforeEach
    void begin() {
        agent = sim.process("agent", () -> cluster.server().as(Caller.ADMIN), ports -> {
            var door = new Ports(ports.kubeApi(), ports.scheduler());
            followed = Notice.follow(
                    door, new ResourceKey("default", "told"), Told.class, Told::revision, changes::incrementAndGet);
        });
        sim.eventually(SOON, "it reads", () -> followed != null);
    }

    @AfterEach
    void end() {
        sim.close();
    }

    private Notice<Told> notice() {
        return Objects.requireNonNull(followed);
    }

    private void write(Told told) {
        var written =
                Objects.requireNonNull(Notice.write(new V1ConfigMap(), told).getData());
        var data = new JsonObject();
        written.forEach(data::addProperty);
        var map = new JsonObject();
        map.add("data", data);
        if (cluster.get(MAPS + "/told").isPresent()) {
            cluster.patch(MAPS + "/told", map.toString());
        } else {
            map.add("metadata", new JsonObject());
            map.getAsJsonObject("metadata").addProperty("name", "told");
            cluster.create(MAPS, map.toString());
        }
    }

    @Test
    void itIsReadAgainAndAgainAndAtOnceByWhoIsToldOfALaterOne() {
        sim.pass(SOON);
        assertThat(notice().latest()).isEmpty();
        var first = new Told(1, "db-1", List.of());
        write(first);
        sim.eventually(SOON, "it is read", () -> notice().latest().equals(Optional.of(first)));
        var second = new Told(2, "db-2", List.of("db-1", "db-2"));
        write(second);
        agent.run("hears", () -> notice().expect(2));
        sim.eventually(AT_ONCE, "it is read at once", () -> notice().latest().equals(Optional.of(second)));
        assertThat(changes).hasValue(2);
    }

    @Test
    void itNeverGoesBackAndOutlivesWhatCannotBeRead() {
        var later = new Told(5, "db-1", List.of());
        write(later);
        sim.eventually(SOON, "it is read", () -> notice().latest().isPresent());
        write(new Told(4, "db-2", List.of()));
        sim.pass(SOON);
        assertThat(notice().latest()).contains(later);
        cluster.patch(MAPS + "/told", "{\"data\":{\"notice\":\"nonsense\"}}");
        var cut = new ApiFault.Partition();
        agent.begin(cut);
        sim.pass(SOON);
        agent.end(cut);
        var last = new Told(6, "db-3", List.of());
        write(last);
        sim.eventually(SOON, "it is read", () -> notice().latest().equals(Optional.of(last)));
    }
}
