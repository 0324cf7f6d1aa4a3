package io.operatorlib.internal.engine;

import io.operatorlib.Act;
import io.operatorlib.Controller;
import io.operatorlib.Ports;
import io.operatorlib.crd.CrdPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an operator would do now if it were let: its engine, behind a {@link DryRunDoor}, with performers that only say
 * what they were asked for. Each resource is reconciled once, with its facts known.
 *
 * <p><b>Limits.</b> Reconcilers that act by themselves are left out. One step ahead: what would follow from what is not
 * done is not seen. The server runs validation and admission; an admission webhook that declares side effects refuses.
 */
public final class DryRun {
    /** Nothing has effects, so that nobody has to wait for its end. */
    private static final Duration STOP = Duration.ofSeconds(5);

    private final DryRunDoor door;
    private final List<String> acts = new ArrayList<>();
    private final Engine engine;

    public DryRun(String name, List<Controller<?, ?>> controllers, List<String> namespaces, Ports ports) {
        this.door = new DryRunDoor(ports.kube());
        List<Controller<?, ?>> harmless = new ArrayList<>();
        for (Controller<?, ?> controller : controllers) {
            // one that acts by itself cannot be asked what it would do
            if (!(controller.reconciler() instanceof Imperative)) {
                harmless.add(harmless(controller));
            }
        }
        this.engine = new Engine(
                name,
                harmless,
                namespaces,
                new Registration(List.of(), name, CrdPolicy.CHECK, crd -> crd),
                new Ports(door, ports.scheduler(), ports.meters()));
    }

    private <S, T> Controller<S, T> harmless(Controller<S, T> controller) {
        List<Controller.Performance<?, S, T>> performers = new ArrayList<>();
        controller.performers().forEach(performance -> performers.add(harmless(performance)));
        return new Controller<>(
                controller.kind(),
                controller.owned(),
                controller.watched(),
                controller.observations(),
                performers,
                controller.finalizers(),
                controller.gauges(),
                controller.workers(),
                controller.deadline(),
                controller.reconciler());
    }

    private <A extends Act, S, T> Controller.Performance<A, S, T> harmless(
            Controller.Performance<A, S, T> performance) {
        return new Controller.Performance<>(performance.family(), performance.deadline(), (act, seen, permission) -> {
            synchronized (acts) {
                acts.add(seen.kind().kind() + " " + seen.resource().key() + ": " + act);
            }
        });
    }

    /**
     * Runs.
     *
     * @param atMost how long to wait for caches and facts
     * @return what would be done, as a diff; the last line says so if the time was not enough
     */
    public String run(Duration atMost) throws InterruptedException {
        boolean complete = engine.once().join(atMost);
        boolean unused = engine.stop(STOP);
        return text(complete);
    }

    private String text(boolean complete) {
        var text = new StringBuilder();
        door.would().forEach((request, lines) -> {
            text.append(request).append('\n');
            lines.forEach(line -> text.append("  ").append(line).append('\n'));
        });
        synchronized (acts) {
            acts.forEach(act -> text.append("ACT ").append(act).append('\n'));
        }
        if (text.isEmpty() && complete) {
            text.append("nothing would be done\n");
        }
        if (!complete) {
            text.append("not everything was known in time: there may be more\n");
        }
        return text.toString();
    }
}
