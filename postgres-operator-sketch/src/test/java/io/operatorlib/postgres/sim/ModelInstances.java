package io.operatorlib.postgres.sim;

import com.google.gson.JsonParser;
import io.operatorlib.Ports;
import io.operatorlib.postgres.Asking;
import io.operatorlib.postgres.InstanceState;
import io.operatorlib.postgres.Instances;
import io.operatorlib.postgres.instance.Identity;
import io.operatorlib.postgres.instance.Instance;
import io.operatorlib.spi.ApiRequest;
import io.operatorlib.testing.Sim;
import io.operatorlib.testing.SimCluster;
import io.operatorlib.testing.SimPorts;
import io.operatorlib.testing.SimProcess;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.Exit;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.Image;
import io.operatorlib.testing.cluster.kubelet.ContainerRuntime.ProbeResult;
import io.operatorlib.testing.cluster.kubelet.ModelContainers;
import io.operatorlib.testing.cluster.kubelet.ProbeAction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs the instances of the pods, the real ones, each on a server of the model; and the operator's way to them. */
final class ModelInstances implements ModelContainers.Programs<ModelData> {
    /** A call that is answered, by a process on the same machine. */
    private static final Duration ROUND_TRIP = Duration.ofMillis(3);

    private final Sim sim;
    private final SimCluster cluster;
    private final PostgresWorld world;
    private final Map<String, Running> byAddress = new TreeMap<>();
    private int started;

    ModelInstances(Sim sim, SimCluster cluster, PostgresWorld world) {
        this.sim = sim;
        this.cluster = cluster;
        this.world = world;
    }

    /** An instance that runs. */
    static final class Running implements ModelContainers.Program {
        private @Nullable Instance instance;
        private @Nullable ModelServer server;
        private @Nullable SimProcess life;
        private boolean done;

        ModelServer server() {
            return Objects.requireNonNull(server);
        }

        SimProcess life() {
            return Objects.requireNonNull(life);
        }

        boolean alive() {
            return life != null && !life.crashed();
        }

        private boolean answers() {
            return alive() && server != null && !server.still && instance != null;
        }

        @Override
        public void terminate() {
            if (alive() && instance != null) {
                instance.end();
            } else {
                kill();
            }
        }

        @Override
        public void kill() {
            life().crash();
        }

        @Override
        public ProbeResult probe(ProbeAction.Http action) {
            var agent = answers() ? instance : null;
            boolean well = agent != null && (action.path().equals("/live") ? agent.live() : agent.ready());
            return new ProbeResult(well, action.path());
        }
    }

    /** The one that runs under that name. */
    Optional<Running> named(String name) {
        return byAddress.values().stream()
                .filter(running -> running.alive() && running.server != null && running.server.name.equals(name))
                .findFirst();
    }

    @Override
    public Optional<Image> image(String name) {
        return Optional.of(new Image("model/" + name, List.of("instance"), List.of()));
    }

    @Override
    public ModelContainers.Program start(ModelContainers.Start<ModelData> start) {
        var me = Identity.read(start.container().environment());
        var running = new Running();
        var data = start.folders().apply("/var/lib/postgresql");
        var account = Caller.serviceAccount(me.namespace(), me.cluster() + "-instance");
        // region part-of-the-operator
        running.life = sim.part(
                me.name() + "-" + ++started,
                () -> cluster.server().as(account),
                ports -> run(running, me, ports, data),
                this::counts,
                () -> start.ended().accept(running.done ? 0 : Exit.SIGKILL));
        // endregion
        byAddress.put(start.sandbox().address(), running);
        return running;
    }

    private void run(Running running, Identity me, SimPorts ports, ModelData data) throws InterruptedException {
        var server = new ModelServer(me.name(), world, ports, data, running::alive);
        running.server = server;
        world.add(server);
        var instance = new Instance(me, new Ports(ports.kubeApi(), ports.scheduler()), server);
        running.instance = instance;
        instance.run();
        running.done = true;
        sim.scheduler().fork(me.name() + "-done", running::kill);
    }

    /** Who holds the Lease says so again and again, which is no effect; nor is a question. */
    private boolean counts(ApiRequest request) {
        return request.path().contains("/leases/")
                && !holder(request.body())
                        .equals(cluster.get(request.path())
                                .map(lease -> holder(lease.toString()))
                                .orElse(""));
    }

    private static String holder(String lease) {
        var spec = JsonParser.parseString(lease).getAsJsonObject().getAsJsonObject("spec");
        return spec == null || !spec.has("holderIdentity")
                ? ""
                : spec.get("holderIdentity").getAsString();
    }

    /** The operator's way to the instances. */
    Asking asking(SimPorts ports) {
        return (addresses, revision) -> {
            ports.scheduler().sleep(ROUND_TRIP);
            return ports.call("asks " + addresses.keySet(), () -> {
                var answers = new TreeMap<String, InstanceState>();
                addresses.forEach((name, address) -> Optional.ofNullable(byAddress.get(address))
                        .filter(Running::answers)
                        .map(running -> running.instance)
                        .flatMap(instance -> instance.state(revision))
                        .filter(state -> state.name().equals(name))
                        .ifPresent(state -> answers.put(name, state)));
                return new Instances(answers);
            });
        };
    }
}
