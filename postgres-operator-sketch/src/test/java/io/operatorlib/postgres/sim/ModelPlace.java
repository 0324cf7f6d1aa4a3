package io.operatorlib.postgres.sim;

import io.operatorlib.postgres.instance.Server;
import io.operatorlib.testing.Sim;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Servers of the model, in a simulation of their own. */
final class ModelPlace implements ServerPlace {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int SOON = 20 * 60;
    private static final int PATIENCE = 20 * 2;

    private final Sim sim = Sim.seeded(1);
    private final PostgresWorld world = new PostgresWorld(sim, false);
    private final Map<String, ModelData> data = new TreeMap<>();
    private final Map<String, AtomicBoolean> alive = new TreeMap<>();

    @Override
    public Server server(String instance) {
        return model(instance);
    }

    private ModelServer model(String instance) {
        return world.server(instance).filter(ModelServer::alive).orElseGet(() -> {
            var lives = new AtomicBoolean(true);
            alive.put(instance, lives);
            var made = new ModelServer(
                    instance, world, sim.ports(), data.computeIfAbsent(instance, name -> new ModelData()), lives::get);
            world.add(made);
            return made;
        });
    }

    @Override
    public String host(String instance) {
        return instance + ".db.default.svc";
    }

    @Override
    public void kill(String instance) {
        model(instance);
        Objects.requireNonNull(alive.get(instance)).set(false);
    }

    @Override
    public boolean write(String instance, String line) {
        var server = model(instance);
        if (!server.writable()) {
            return false;
        }
        server.write(line.length(), line);
        var log = server.log();
        return server.waitsFor().isEmpty()
                || holdsSoon(
                        () -> server.waitsFor().stream()
                                .anyMatch(name -> model(name).log().has(log)),
                        PATIENCE);
    }

    @Override
    public boolean reads(String instance, String line) {
        var server = model(instance);
        return server.up() && server.admits() && server.log().says(line);
    }

    @Override
    public void await(String what, BooleanSupplier condition) {
        if (!holdsSoon(condition, SOON)) {
            throw new AssertionError("not soon: " + what + "\n" + world.servers());
        }
    }

    private boolean holdsSoon(BooleanSupplier condition, int looks) {
        for (int i = 0; i < looks; i++) {
            if (condition.getAsBoolean()) {
                return true;
            }
            sim.pass(LOOK);
        }
        return false;
    }

    @Override
    public void close() {
        var violations = world.violations();
        sim.close();
        if (!violations.isEmpty()) {
            throw new AssertionError(violations.toString());
        }
    }
}
