package io.operatorlib.etcd.sim;

import io.operatorlib.etcd.Etcd;
import io.operatorlib.testing.Sim;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** The model of etcd as a place for the contract. */
final class ModelPlace implements EtcdPlace {
    private final Sim sim;
    private final EtcdWorld world;
    private final ModelEtcd etcd;
    private final Map<String, DataDir> dirs = new TreeMap<>();
    private final Map<String, EtcdProcess> processes = new TreeMap<>();
    private final Map<String, Integer> kept = new TreeMap<>();
    private final Map<String, Integer> exits = new TreeMap<>();

    ModelPlace(long seed) {
        sim = Sim.seeded(seed);
        world = new EtcdWorld(sim.scheduler(), sim::changed);
        etcd = new ModelEtcd(world, sim.ports());
    }

    EtcdWorld world() {
        return world;
    }

    @Override
    public Node node(int number) {
        var host = "http://10.0.0." + number;
        return new Node("m" + number, host + ":2380", host + ":2379");
    }

    @Override
    public void start(Node node, List<Node> initialCluster, String state, String token) {
        var cluster = new LinkedHashMap<String, String>();
        initialCluster.forEach(member -> cluster.put(member.name(), member.peerUrl()));
        var flags = new EtcdFlags(
                node.name(),
                "/data",
                node.peerUrl(),
                node.peerUrl(),
                node.clientUrl(),
                node.clientUrl(),
                cluster,
                state.equals("new"),
                token);
        exits.remove(node.name());
        var process = world.start(
                flags, EtcdFlags.host(node.peerUrl()), dir(node), host -> host, code -> exits.put(node.name(), code));
        processes.put(node.name(), process);
    }

    @Override
    public void stop(Node node) {
        world.terminate(process(node));
        await(
                Duration.ofSeconds(10),
                node.name() + " has ended",
                () -> exitCode(node).isPresent());
    }

    @Override
    public void kill(Node node) {
        world.kill(process(node));
    }

    @Override
    public void wipe(Node node) {
        dirs.remove(node.name());
    }

    @Override
    public void keep(Node node) {
        kept.put(node.name(), dir(node).length());
    }

    @Override
    public void setBack(Node node) {
        dir(node).setBack(Objects.requireNonNull(kept.get(node.name())));
    }

    private DataDir dir(Node node) {
        return dirs.computeIfAbsent(node.name(), name -> new DataDir());
    }

    @Override
    public OptionalInt exitCode(Node node) {
        var code = exits.get(node.name());
        return code == null ? OptionalInt.empty() : OptionalInt.of(code);
    }

    @Override
    public Etcd etcd() {
        return etcd;
    }

    @Override
    public boolean put(Node node, String key, String value) {
        var asked = process(node);
        boolean voter = asked.running() && asked.applied().votes(asked.id());
        return voter && world.propose(asked, new Entry.Put(key, value));
    }

    @Override
    public Optional<String> get(Node node, String key) {
        var asked = process(node);
        boolean voter = asked.running() && asked.applied().votes(asked.id());
        return voter && world.canRead(asked) ? asked.applied().value(key) : Optional.empty();
    }

    private EtcdProcess process(Node node) {
        var process = processes.get(node.name());
        if (process == null) {
            throw new IllegalArgumentException(node.name() + " was never started");
        }
        return process;
    }

    @Override
    public void await(Duration atMost, String what, BooleanSupplier condition) {
        var end = sim.elapsed().plus(atMost);
        while (!condition.getAsBoolean()) {
            if (sim.elapsed().compareTo(end) > 0) {
                throw new AssertionError("not within " + atMost + ": " + what);
            }
            pass(Duration.ofMillis(50));
        }
    }

    @Override
    public void pass(Duration time) {
        sim.pass(time);
    }

    @Override
    public void close() {
        sim.close();
    }
}
